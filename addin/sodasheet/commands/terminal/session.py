"""Sessions and jobs for commands: signed in, with progress on stderr and Ctrl-C to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sodasheet.commands.terminal.output import say

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Kind
    from sodasheet.model.job import Job
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Ask


def open_portal(
    portal: str, stop: Callable[[], bool] = lambda: False, *, write: bool = False
) -> PortalSession:
    """Open a session with the portal, signed in from the environment or the saved account.

    `stop` is asked while the portal makes us wait. Without either it reads as anybody may, and
    with `write` raises SignInError, which says how to sign in.
    """
    from sodasheet.portal.connect import THE_USER, SessionOptions, connect

    # Portals that files name are checked by `require_meant_by`.
    return connect(portal, THE_USER, SessionOptions(patience(), stop=stop, write=write))


@contextmanager
def open_desk(portal: str, ask: Ask) -> Iterator[PushContext]:
    """Open the context of a push: a signed-in session, and progress on stderr that Ctrl-C stops."""
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.push.context import PushContext

    with (
        shown_progress() as progress,
        open_portal(portal, stop=lambda: progress.stop, write=True) as session,
    ):
        yield PushContext(session, progress, ask)


def require_meant_by(path: Path, portal: str) -> None:
    """Raise SignInError if only a file names the portal that would get the environment's key."""
    from sodasheet.credentials.keychain import from_environment
    from sodasheet.jobs.load_jobs import is_workbook
    from sodasheet.portal.connect import require_key_allowed

    given = from_environment()
    if given is not None:
        who = "This workbook" if is_workbook(path) else "The job"
        require_key_allowed(given, portal, who)


_PERIODS = ("year", "month", "day")


def patience() -> float:
    """Return how long a credential store may take, in seconds: longer if a user can answer."""
    from sodasheet.credentials.keychain import ATTENDED, UNATTENDED
    from sodasheet.system.interactive_session import attended

    answerable = all(map(_is_terminal, (sys.stdin, sys.stderr))) and attended()
    return ATTENDED if answerable else UNATTENDED


def _is_terminal(stream: TextIO | None) -> bool:
    """True if the stream is a terminal; the stream is None in pythonw or after closing."""
    return stream is not None and stream.isatty()


def place_of(host: str, kind: Kind) -> str:
    """Return the entry's place: a portal's base address, or the host of another server.

    Raises UsageProblem for an invalid address.
    """
    from sodasheet.credentials.store_entry import Entry
    from sodasheet.portal.dataset_address import parse_portal

    if kind == "portal":
        return parse_portal(host)
    # A proxy's address often ends in a slash.
    return Entry.of(host.strip().rstrip("/"), kind).host


def load_job(path: Path, only: str | None = None, method: object = None) -> tuple[Job, Path]:
    """Return the chosen job of a file (see jobs/load_jobs.py) and its base folder.

    `only` names it where there are several; `method` is the name of one instead of the job's. What
    the file says that cannot be followed is told on stderr, not dropped silently.
    """
    from sodasheet.jobs.load_jobs import chosen, jobs_in
    from sodasheet.model.method import Method

    found = chosen(jobs_in(path), path, only)
    require_meant_by(path, found.job.portal)
    for note in found.notes:
        say(f"Note: {note}", err=True)
    if method is None:
        return found.job, found.base
    return replace(found.job, method=Method(str(method))), found.base


def limited_to(job: Job, within: tuple[str, ...]) -> Job:
    """Return the job limited to the part that `--within` names; unchanged without the option.

    Raises UsageProblem.
    """
    from sodasheet.errors import UsageProblem
    from sodasheet.model.job import Within
    from sodasheet.push.replaced_part import require_replace

    if not within:
        return job
    require_replace(job.method)
    named = [text.partition("=") for text in within]
    fields = {name.partition(":")[0] for name, _, _ in named}
    values = tuple(value for _, sign, value in named if sign)
    each = named[0][0].partition(":")[2]
    mixed = len(named) > 1 and len(values) < len(named)
    if len(fields) > 1 or mixed or (each and values) or each not in ("", *_PERIODS) or "" in fields:
        raise UsageProblem(
            f"--within {' --within '.join(within)} does not name a part of a dataset.",
            "Write one column: --within FIELD, --within FIELD=VALUE (repeated for several values),"
            " or --within FIELD:year, :month or :day.",
        )
    return replace(job, within=Within(fields.pop(), values, each))


def dataset_id(dataset: str) -> str:
    """Return the id in a dataset's address; empty if none is given."""
    from sodasheet.errors import UsageProblem
    from sodasheet.model.next_step import Action, NextStep
    from sodasheet.portal.dataset_address import Address

    try:
        return Address.parse(dataset, "https://any.invalid").dataset if dataset else ""
    except UsageProblem as error:
        if "/" in dataset or "." in dataset:
            raise
        raise UsageProblem(
            f'"{dataset}" is not a dataset id.',
            "Specify an id like abcd-1234, as listed in the history, or a web address.",
            (NextStep(Action.SHOW_HISTORY),),
        ) from error
