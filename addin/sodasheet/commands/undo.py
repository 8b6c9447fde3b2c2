"""`sodasheet undo`: take a push back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json
from sodasheet.commands.terminal.output import say

if TYPE_CHECKING:
    from sodasheet.model.report import Report
    from sodasheet.push.prompt import Ask
    from sodasheet.push.runs.journal import RunRecord


@click.command("undo")
@click.argument("run", default="", metavar="[RUN]")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.option("--preview", is_flag=True, help="Only show what would be done.")
@click.option("--force", is_flag=True, help="Also put back rows that others have changed since.")
@as_json
def command(run: str, yes: bool, preview: bool, force: bool, as_json: bool) -> int:
    """Take RUN back, or the last push from this computer that landed.

    Rows that it added are deleted, rows that it changed or deleted are put back as they were, all
    in one transaction. That is a run of its own and can be taken back like any other.

    Example: sodasheet undo --preview
    """
    from sodasheet.commands.history import known_run
    from sodasheet.commands.push import print_report
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.push.undo.undo import last_run

    record = known_run(run or last_run())
    if preview:
        return _show(record, force=force, as_json=as_json)
    report = _undone(record, _answer(yes=yes), force=force)
    if as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    return int(report.outcome.exit_code)


def _answer(*, yes: bool) -> Ask:
    from sodasheet.commands.push import Prompt
    from sodasheet.push.prompt import Agreed

    return Agreed() if yes else Prompt()


def _show(record: RunRecord, *, force: bool, as_json: bool) -> int:
    from sodasheet.commands.terminal.options import open_desk
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.model.exit_code import ExitCode
    from sodasheet.push.undo.undo import plan_undo
    from sodasheet.system.tempdirs import scratch_folder

    with (
        scratch_folder() as folder,
        open_desk(record.portal, _answer(yes=False)) as desk,
    ):
        way = plan_undo(record.run, desk, folder, force=force)
    if as_json:
        print_json(way.to_json())
    else:
        say(
            f"Run {way.run} in {way.dataset.name}: {way.back:,} row{'' if way.back == 1 else 's'}"
            f" would be put back as {'it was' if way.back == 1 else 'they were'}"
            f" and {way.going:,} deleted."
        )
        if way.changed:
            were = "was" if way.changed == 1 else "were"
            say(f"{way.changed:,} of them {were} changed by somebody else since.")
    return int(ExitCode.DONE)


def _undone(record: RunRecord, ask: Ask, *, force: bool) -> Report:
    from sodasheet.commands.terminal.options import open_desk
    from sodasheet.jobs.execute import undo
    from sodasheet.push.undo.undo import past_run

    past_run(record.run)
    with open_desk(record.portal, ask) as desk:
        return undo(record.run, desk, force=force)
