"""`sodasheet history`: what was pushed, when, how it ended, and how fresh the datasets are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.push.runs.history import PastRun
    from sodasheet.push.runs.journal import RunRecord


@click.command("history")
@click.argument("run", default="")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--dataset", default="", metavar="DATASET", help="Only of this dataset.")
@click.option("--freshness", "fresh", is_flag=True, help="When each dataset was last pushed.")
@click.option("--prune", is_flag=True, help="Remove old run logs, snapshots and imprints now.")
@click.option(
    "--dismiss",
    is_flag=True,
    help="You have looked after RUN yourself: it no longer stands in the way of other pushes.",
)
@as_json
def command(run: str, dataset: str, as_json: bool, **options: object) -> None:
    """List past runs, newest first, or show the report of one RUN.

    DATASET is a dataset's id, or its web address in any form.

    Example: sodasheet history --dataset abcd-1234
    """
    if options["dismiss"]:
        _dismiss(run)
    elif options["prune"]:
        _prune(as_json=as_json)
    elif run:
        _show(run)
    elif options["fresh"]:
        _freshness(_id(dataset), as_json=as_json)
    else:
        _list(int(str(options["limit"])), _id(dataset), as_json=as_json)


def _dismiss(run: str) -> None:
    """Take a run whose outcome stays unknown out of the way."""
    from sodasheet.push.runs.journal import Journal
    from sodasheet.push.runs.run_folder import runs_folder

    if not run:
        raise UsageProblem(
            "No run is named.",
            "Write sodasheet history RUN --dismiss; sodasheet history lists runs.",
        )
    record = known_run(run)
    if record.outcome not in (None, "unknown"):
        raise UsageProblem(f"Run {run} has ended: {record.outcome}.", "Nothing is to be dismissed.")
    Journal(runs_folder()).end(run, "dismissed", record.summary or "It died.")
    say(f"Run {run} is dismissed. Look at the dataset before you push to it again.")


def known_run(run: str) -> RunRecord:
    """The run of this id. Raises UsageProblem where there is none."""
    from sodasheet.push.runs.journal import Journal
    from sodasheet.push.runs.run_folder import runs_folder

    record = Journal(runs_folder()).record(run)
    if record is None:
        raise UsageProblem(
            f'There is no run "{run}" on this computer.', "List them with sodasheet history."
        )
    return record


def _prune(*, as_json: bool) -> None:
    from dataclasses import asdict

    from sodasheet.commands.terminal.output import print_json
    from sodasheet.push.retention import prune
    from sodasheet.settings import read_settings

    pruned = prune(read_settings().keep)
    if as_json:
        print_json(asdict(pruned))
    else:
        say(pruned.sentence)


def _show(run: str) -> None:
    """The whole report, which is a JSON object already."""
    from sodasheet.push.runs.run_folder import REPORT_NAME, runs_folder

    record = known_run(run)
    path = runs_folder() / run / REPORT_NAME
    try:
        click.echo(path.read_text(encoding="utf-8").rstrip())
    except FileNotFoundError:
        if record.ended is not None:
            raise UsageProblem(
                f"The report of run {run} has been removed ({record.outcome}): {record.summary}",
                "How long reports are kept is set with sodasheet settings --keep-days N.",
            ) from None
        raise UsageProblem(
            f"Run {run} died before it could report.",
            f"Find out what stands with sodasheet push --resume {run}.",
        ) from None


def _id(dataset: str) -> str:
    """The id in a dataset's address; empty where none is given."""
    from sodasheet.portal.address import Address

    try:
        return Address.parse(dataset, "https://any.invalid").dataset if dataset else ""
    except UsageProblem as error:
        if "/" in dataset or "." in dataset:
            raise
        raise UsageProblem(
            f'"{dataset}" is no dataset id.',
            "Give an id like abcd-1234, as sodasheet history lists them, or a web address.",
        ) from error


def _freshness(dataset: str, *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json, print_table
    from sodasheet.push.runs.history import freshness

    found = freshness(dataset)
    if as_json:
        print_json([one.to_json() for one in found])
    elif not found:
        say("Nothing has been pushed from this computer yet.")
    else:
        rows = [[one.newest.dataset_name, one.newest.link, one.sentence] for one in found]
        print_table("Datasets, the longest waiting first", ["name", "address", "freshness"], rows)


def _list(limit: int, dataset: str, *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.push.runs.history import past_runs
    from sodasheet.push.runs.run_folder import runs_folder

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
    """Two lines, so that no id is broken: what was done when, and what came of it."""
    took = "" if run.seconds is None else f"  {run.seconds:,.1f} s"
    name = " ".join((run.job or run.source).split())
    what = f"{run.method} {run.dataset}" + (f" from {name}" if name else "")
    if run.undoes:  # its rows come from no file that anybody knows
        what = f"undo of {run.undoes} in {run.dataset}"
    told = run.summary or f"find out with sodasheet push --resume {run.run}"
    first = f"{run.run}  {run.started[:16].replace('T', ' ')} UTC{took}  {what.strip()}"
    return f"{first}\n    {run.outcome or 'under way, or died'}: {' '.join(told.split())}"
