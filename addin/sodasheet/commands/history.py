"""`sodasheet history`: what was pushed, when, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sodasheet.commands.options import as_json
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.push.journal import RunRecord


@click.command("history")
@click.argument("run", default="")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--dismiss",
    is_flag=True,
    help="You have looked after RUN yourself: it no longer stands in the way of other pushes.",
)
@as_json
def command(run: str, limit: int, dismiss: bool, as_json: bool) -> None:
    """List past runs, newest first, or show the report of one RUN.

    Example: sodasheet history
    """
    if dismiss:
        _dismiss(run)
    elif run:
        _show(run)
    else:
        _list(limit, as_json=as_json)


def _dismiss(run: str) -> None:
    """Take a run whose outcome stays unknown out of the way."""
    from sodasheet.push.journal import Journal
    from sodasheet.push.runlog import runs_folder

    record = known_run(run)
    if record.outcome not in (None, "unknown"):
        raise UsageProblem(f"Run {run} has ended: {record.outcome}.", "Nothing is to be dismissed.")
    Journal(runs_folder()).end(run, "dismissed", record.summary or "It died.")
    click.echo(f"Run {run} is dismissed. Look at the dataset before you push to it again.")


def known_run(run: str) -> RunRecord:
    """The run of this id. Raises UsageProblem where there is none."""
    from sodasheet.push.journal import Journal
    from sodasheet.push.runlog import runs_folder

    record = Journal(runs_folder()).record(run)
    if record is None:
        raise UsageProblem(
            f'There is no run "{run}" on this computer.', "List them with sodasheet history."
        )
    return record


def _show(run: str) -> None:
    """The whole report, which is a JSON object already."""
    from sodasheet.push.runlog import REPORT_NAME, runs_folder

    known_run(run)
    path = runs_folder() / run / REPORT_NAME
    try:
        click.echo(path.read_text(encoding="utf-8").rstrip())
    except FileNotFoundError:
        raise UsageProblem(
            f"Run {run} died before it could report.",
            f"Find out what stands with sodasheet push --resume {run}.",
        ) from None


def _list(limit: int, *, as_json: bool) -> None:
    from sodasheet.commands.screen import print_json, print_table
    from sodasheet.push.journal import Journal
    from sodasheet.push.runlog import runs_folder

    records = Journal(runs_folder()).runs(limit)
    if as_json:
        keys = ("run", "started", "ended", "portal", "dataset", "method", "outcome", "summary")
        print_json([{key: getattr(record, key) for key in keys} for record in records])
        return
    if not records:
        click.echo("Nothing has been pushed from this computer yet.")
        return
    rows = [
        [
            record.run,
            record.started[:16].replace("T", " "),
            record.dataset,
            record.method,
            record.outcome or "under way, or died",
            record.summary or f"sodasheet push --resume {record.run}",
        ]
        for record in records
    ]
    headings = ["run", "started (UTC)", "dataset", "method", "outcome", "summary"]
    print_table("Runs on this computer", headings, rows)
