"""`sodasheet doctor`: examine a portal, by reading only or with a private draft."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.errors import Cancelled, UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.doctor.plain_requests import Probe
    from sodasheet.doctor.result_line import Line


@dataclass(frozen=True, slots=True)
class Flags:
    """Options of the command."""

    contract: bool
    rehearses: bool
    yes: bool
    output: Path | None
    as_json: bool


@click.command("doctor")
@click.argument("host")
@click.argument("dataset", required=False)
@click.option(
    "--contract", is_flag=True, help="Examine everything that can be examined without writing."
)
@click.option(
    "--rehearse",
    "rehearses",
    is_flag=True,
    help="Run every method on a private draft dataset, which is deleted afterwards.",
)
@click.option("--yes", is_flag=True, help="Do not ask before a rehearsal.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to this file; it contains no secrets and no rows.",
)
@as_json
def command(host: str, dataset: str | None, **flags: Any) -> int:
    """Examine the portal HOST, and a DATASET of the portal.

    Without --rehearse nothing is written. Exit codes: 0 everything is as expected or differs
    harmlessly, 3 something differs that SodaSheet can work with, 1 the examination failed.

    Example: sodasheet doctor data.ct.gov --contract
    """
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.doctor.plain_requests import Probe

    given = Flags(**flags)
    if given.contract and given.rehearses:
        raise UsageProblem(
            "A contract check only reads; a rehearsal writes.", "Choose one of the two."
        )
    with open_portal(host, write=given.rehearses) as session:
        probe = Probe(session)
        try:
            if given.rehearses:
                title, lines = "Rehearsal", _rehearsed(probe, yes=given.yes)
            else:
                title, lines = "Contract", _examined(probe, dataset)
        finally:
            probe.close()
    _show(title, session.portal, lines, given)
    departing = [line for line in lines if line.departs and not line.harmless]
    return int(ExitCode.REJECTS if departing else ExitCode.DONE)


def _examined(probe: Probe, dataset: str | None) -> list[Line]:
    from socrata_contract import GUESSES
    from sodasheet.doctor.read_only_checks import examine
    from sodasheet.doctor.rehearsal import last_rehearsal
    from sodasheet.portal.learned_facts import remember

    lines = examine(probe, dataset)
    learned = {line.name: str(line.found) for line in lines if line.name in GUESSES and line.found}
    remember(probe.session.portal, learned)
    last = last_rehearsal(probe.session.portal)
    if last is not None:
        say(f"{probe.session.host} was {last.sentence}.", err=True)
    return lines


def _rehearsed(probe: Probe, *, yes: bool) -> list[Line]:
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.doctor.private_draft import delete, left_over
    from sodasheet.doctor.rehearsal import rehearse

    host = probe.session.host
    found = left_over(probe.session.portal)
    if found is not None and _agreed(
        f"An interrupted rehearsal left the draft {found} on {host}. Delete it?", yes=yes
    ):
        delete(probe, found)
    question = (
        f"A rehearsal creates a private draft dataset on {host}, pushes to it with every method, "
        "and deletes it. Nothing else is changed, and nothing becomes public. Go ahead?"
    )
    if not _agreed(question, yes=yes):
        raise Cancelled("The rehearsal was not started.", "Nothing was written.")
    with shown_progress() as progress:
        result = rehearse(probe, progress)
    say(f"{host}: {result.sentence}", err=True)
    return list(result.lines)


def _agreed(question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Cancelled("Confirmation needed.", "Rerun with --yes.")
    return click.confirm(question, err=True)


def _show(title: str, portal: str, lines: list[Line], given: Flags) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.doctor.result_line import count_sentence
    from sodasheet.doctor.written_report import report

    if given.output is not None:
        try:
            given.output.write_text(report(title, portal, lines), "utf-8")
        except OSError as error:
            raise UsageProblem(
                f"The report cannot be written to {given.output}: {error.strerror or error}.",
                "Choose another file.",
            ) from error
    if given.as_json:
        print_json({"portal": portal, "lines": [line.to_json() for line in lines]})
        return
    width = max(len(line.name) for line in lines)
    for line in lines:
        mark = (
            "OK " if line.ok else "?  " if line.found is None else "~  " if line.harmless else "NO "
        )
        rest = "" if line.ok else f" Expected: {line.expected}. Found: {line.found or line.note}."
        say(f"{mark} {line.name:<{width}}  {line.about}{rest}")
        if line.departs and line.safe:
            say(f"{'':<{width + 5}} {line.safe}")
    say(f"{title}: {count_sentence(lines)}.")
