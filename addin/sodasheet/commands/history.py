"""`sodasheet history`: past runs, and the report of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import RenamedOption, as_json, takes
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.session import dataset_id
from sodasheet.errors import UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.pasteable_command_line import command_line

if TYPE_CHECKING:
    from sodasheet.push.runs.history import PastRun
    from sodasheet.push.runs.journal import RunRecord


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """Options of the history; an empty `run` or `dataset` means all of them."""

    run: str
    limit: int
    dataset: str
    freshness: bool
    prune: bool
    mark_resolved: bool
    as_json: bool


@click.command("history")
@click.argument("run", default="")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(min=1), help="Number of runs."
)
@click.option("--dataset", default="", metavar="DATASET", help="Only runs of this dataset.")
@click.option("--freshness", is_flag=True, hidden=True)
@click.option("--prune", is_flag=True, help="Remove old run logs, snapshots and row hashes now.")
@click.option(
    "--mark-resolved",
    cls=RenamedOption,
    old=["--dismiss"],
    is_flag=True,
    help="Mark RUN as resolved: it no longer blocks other pushes.",
)
@as_json
@takes(HistoryOptions)
def command(options: HistoryOptions) -> None:
    """List past runs, newest first, or show the report of one RUN.

    DATASET is a dataset's id, or its web address in any form.

    Example: sodasheet history --dataset abcd-1234
    """
    if options.mark_resolved:
        _mark_resolved(options.run)
    elif options.prune:
        _prune(as_json=options.as_json)
    elif options.run:
        _show(options.run)
    elif options.freshness:
        from sodasheet.commands.freshness import print_freshness

        print_freshness(dataset_id(options.dataset), as_json=options.as_json)
    else:
        _list(options.limit, dataset_id(options.dataset), as_json=options.as_json)


def _mark_resolved(run: str) -> None:
    """Let other pushes start although a run's outcome stays unknown."""
    from sodasheet.push.runs.journal import Journal, runs_folder

    if not run:
        raise UsageProblem(
            "No run was specified.",
            "Write sodasheet history RUN --mark-resolved.",
            (NextStep(Action.SHOW_HISTORY),),
        )
    record = known_run(run)
    if record.outcome not in (None, "unknown"):
        raise UsageProblem(f"Run {run} has ended: {record.outcome}.", "It blocks no other push.")
    Journal(runs_folder()).end(run, "dismissed", record.summary or "It was interrupted.")
    say(f"Run {run} is marked as resolved. Check the dataset before you push to it again.")


def known_run(run: str) -> RunRecord:
    """Return the run with this id. Raises UsageProblem if there is none."""
    from sodasheet.push.runs.journal import Journal, runs_folder

    record = Journal(runs_folder()).record(run)
    if record is None:
        raise UsageProblem(
            f'There is no run "{run}" on this computer.',
            "Choose one of the runs on this computer.",
            (NextStep(Action.SHOW_HISTORY),),
        )
    return record


def _prune(*, as_json: bool) -> None:
    from dataclasses import asdict

    from sodasheet.commands.terminal.output import print_json
    from sodasheet.push.run_retention import prune
    from sodasheet.settings import read_settings

    pruned = prune(read_settings().keep)
    if as_json:
        print_json(asdict(pruned))
    else:
        say(pruned.sentence)


def _show(run: str) -> None:
    """Print the whole report, which is already a JSON object."""
    from sodasheet.push.runs.journal import REPORT_NAME, runs_folder

    record = known_run(run)
    path = runs_folder() / run / REPORT_NAME
    try:
        click.echo(path.read_text(encoding="utf-8").rstrip())
    except FileNotFoundError:
        if record.ended is not None:
            raise UsageProblem(
                f"The report of run {run} has been removed ({record.outcome}): {record.summary}",
                "The settings say how long reports are kept.",
                (NextStep(Action.CHANGE_SETTING, name="keep.days", value="N"),),
            ) from None
        raise UsageProblem(
            f"Run {run} was interrupted before it could report.",
            "Resume the run to find out which rows have landed.",
            (NextStep(Action.RESUME_RUN, run=run),),
        ) from None


def _list(limit: int, dataset: str, *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.push.runs.history import past_runs
    from sodasheet.push.runs.journal import runs_folder

    runs = past_runs(limit, dataset)
    if as_json:
        print_json([run.to_json() for run in runs])
        return
    if not runs:
        say("Nothing has been pushed from this computer yet.")
        return
    for run in runs:
        say(_lines(run))
    say(f"Reports and findings: {runs_folder()}, in a folder for each run.")


def _lines(run: PastRun) -> str:
    """Return two lines, so that no id is broken: the action with its time, and the outcome."""
    took = "" if run.seconds is None else f"  {run.seconds:,.1f} s"
    name = " ".join((run.job or run.source).split())
    what = f"{run.method} {run.dataset}" + (f" from {name}" if name else "")
    if run.undoes:  # the rows of an undo do not come from a known file
        what = f"undo of {run.undoes} in {run.dataset}"
    told = run.summary or f"to find out: {command_line(['push', '--resume', run.run])}"
    first = f"{run.run}  {run.started[:16].replace('T', ' ')} UTC{took}  {what.strip()}"
    return f"{first}\n    {run.outcome or 'running, or interrupted'}: {' '.join(told.split())}"
