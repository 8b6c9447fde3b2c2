"""`sodasheet drafts`: list, apply and discard a dataset's open drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


#: How many datasets of a portal are asked for drafts; each costs a request.
_MOST = 500


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """Options of drafts; without `applied` and `discarded` they are only listed."""

    dataset: str
    applied: int | None
    discarded: int | None
    yes: bool
    as_json: bool


@click.command("drafts")
@click.argument("dataset", metavar="DATASET|PORTAL")
@click.option(
    "--apply", "applied", type=click.IntRange(min=0), metavar="N", help="Apply draft number N."
)
@click.option(
    "--discard",
    "discarded",
    type=click.IntRange(min=0),
    metavar="N",
    help="Discard draft number N.",
)
@yes_option
@as_json
@takes(DraftOptions)
def command(options: DraftOptions) -> int:
    """List all open drafts of DATASET, or of a whole PORTAL; apply or discard a draft.

    SodaSheet cannot undo an applied draft, because it has no snapshot of the rows before.

    Example: sodasheet drafts data.example.gov/abcd-1234
    """
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.dataset_address import Address, names_dataset, parse_portal

    if options.applied is not None and options.discarded is not None:
        raise UsageProblem("Use --apply or --discard, not both.", "Specify one draft.")
    changing = options.applied is not None or options.discarded is not None
    if not changing and not names_dataset(options.dataset):
        return _list_all(parse_portal(options.dataset), options)
    address = Address.parse(options.dataset)
    with open_portal(address.portal, write=True) as session:
        if options.applied is not None:
            return _apply(session, address.dataset, options.applied, options)
        if options.discarded is not None:
            return _discard(session, address.dataset, options.discarded, options)
        return _list(session, address.dataset, options)


def _list(session: PortalSession, dataset: str, options: DraftOptions) -> int:
    from sodasheet.commands.terminal.output import print_json, print_table
    from sodasheet.portal.publishing.open_drafts import open_drafts

    drafts = open_drafts(session, dataset)
    if options.as_json:
        print_json([one.to_json() for one in drafts])
    elif not drafts:
        say(f"{dataset} has no open draft.")
    else:
        rows = [
            [str(one.seq), one.action, "rows" if one.has_rows else "no rows", one.author,
             one.created, one.note]
            for one in drafts
        ]  # fmt: skip
        print_table(
            f"Open drafts of {dataset}", ["number", "action", "has", "by", "since", "note"], rows
        )
        for one in drafts:
            say(f"{one.seq}: {one.page}")
    return int(ExitCode.DONE)


def _list_all(portal: str, options: DraftOptions) -> int:
    """List the drafts of every dataset in a portal's catalog."""
    from sodasheet.commands.terminal.output import print_json, print_table, shown_progress
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.errors import Cancelled
    from sodasheet.portal.publishing.open_drafts import portal_drafts

    with (
        shown_progress() as progress,
        open_portal(portal, stop=lambda: progress.stop, write=True) as session,
    ):

        def look(name: str) -> None:
            if progress.stop:
                raise Cancelled("You stopped it.", "Nothing was changed.")
            progress.begin(f"looking up drafts of {name}")

        found = list(portal_drafts(session, _MOST, look))
    if options.as_json:
        print_json(
            [{"dataset": one.id, "dataset_name": one.name, **draft.to_json()}
             for one, draft in found]
        )  # fmt: skip
    elif not found:
        say(f"No dataset on {portal} has an open draft that you can see.")
    else:
        rows = [
            [one.id, one.name, str(draft.seq), draft.action, draft.author, draft.created,
             draft.note]
            for one, draft in found
        ]  # fmt: skip
        headings = ["dataset", "name", "number", "action", "by", "since", "note"]
        print_table(f"Open drafts on {portal}", headings, rows)
    return int(ExitCode.DONE)


def _apply(session: PortalSession, dataset: str, seq: int, options: DraftOptions) -> int:
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.portal.publishing.open_drafts import apply_draft, draft_numbered
    from sodasheet.portal.publishing.task_set_reply import TaskState
    from sodasheet.push.runs.journal import locks_folder
    from sodasheet.push.runs.push_lock import dataset_lock

    with dataset_lock(locks_folder(), session.portal, dataset, f"draft-{seq}"):
        draft = draft_numbered(session, dataset, seq)
        if not options.yes:
            Prompt().require(
                f"Apply draft {seq} ({draft.action}, by {draft.author or 'an unknown account'}) to"
                f" {dataset}. SodaSheet cannot undo that."
            )
        task = apply_draft(draft)
    waiting = task.state is TaskState.APPROVAL
    if not waiting:
        task.require_success(session.host)
    if options.as_json:
        print_json({"seq": seq, "state": task.state.value, "page": draft.page})
    elif waiting:
        say(f"Draft {seq} is waiting for approval on {session.host}: {draft.page}")
    else:
        say(f"Draft {seq} was applied to {session.portal}/d/{dataset}.")
    return int(ExitCode.UNKNOWN if waiting else ExitCode.DONE)


def _discard(session: PortalSession, dataset: str, seq: int, options: DraftOptions) -> int:
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.portal.publishing.open_drafts import draft_numbered
    from sodasheet.push.runs.journal import locks_folder
    from sodasheet.push.runs.push_lock import dataset_lock

    with dataset_lock(locks_folder(), session.portal, dataset, f"draft-{seq}"):
        draft = draft_numbered(session, dataset, seq)
        if not options.yes:
            Prompt().require(f"Discard draft {seq} of {dataset}. Its rows are lost.")
        draft.revision.discard()
    if options.as_json:
        print_json({"seq": seq, "state": "discarded", "page": draft.page})
    else:
        say(f"Draft {seq} of {dataset} was discarded.")
    return int(ExitCode.DONE)
