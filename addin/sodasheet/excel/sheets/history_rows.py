"""Cells of the sheet "Run history", independent of any spreadsheet program."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.sheets.cell_blocks import Cell
from sodasheet.excel.sheets.designed_sheet import Link, TableLine
from sodasheet.excel.sheets.result_rows import outcome_words
from sodasheet.jobs.sheet.times_in_words import duration_words, local, now_words
from sodasheet.wording import capitalized, counted, counted_rows

if TYPE_CHECKING:
    from sodasheet.push.runs.history import Freshness, PastRun

#: How many runs are listed, and how many have links: each link is a call to the program.
MOST_RUNS, MOST_LINKS = 200, 100


def as_of_words() -> str:
    """Return the line next to "As of"."""
    return (
        f"{now_words()}, pushes from this computer. Press Run history to update; "
        "keep your own notes on another sheet."
    )


def fresh_lines(fresh: list[Freshness]) -> list[TableLine]:
    """Return the rows of the table of datasets."""
    lines = []
    for one in fresh:
        pushed = one.last.started if one.last else ""
        dataset = Link(one.newest.dataset_name, one.newest.link)
        lines.append(TableLine((_when(pushed), dataset, _age(one), _state(one))))
    return lines


def run_lines(runs: list[PastRun]) -> list[TableLine]:
    """Return the rows of the table of pushes, newest first."""
    return [_run(run, linked=at < MOST_LINKS) for at, run in enumerate(runs)]


def _run(run: PastRun, *, linked: bool) -> TableLine:
    rows = run.rows
    dataset: Cell | Link = run.dataset_name
    report: Cell | Link = ""
    if linked and run.dataset:
        dataset = Link(run.dataset_name, run.link)
    if linked and run.report:
        report = Link("Open", Path(run.report).as_uri())
    method = "Undo" if run.undoes else capitalized(run.method)
    return TableLine(
        (
            _when(run.started), dataset, method, _outcome(run), rows.sent, rows.created,
            rows.updated, rows.deleted, rows.rejected,
            "" if run.seconds is None else duration_words(run.seconds),
            run.job or run.source, report,
        )
    )  # fmt: skip


def _outcome(run: PastRun) -> str:
    if run.outcome is None:
        return "Running, or interrupted"
    if run.outcome == "dismissed":
        return "Marked resolved"
    rows = {"sent": run.rows.sent, "rejected": run.rows.rejected}
    words = outcome_words({"outcome": run.outcome, "rows": rows, "findings": ()})
    return words.replace("see In short", "see the report")


def _state(one: Freshness) -> str:
    if one.last is None:
        return "Never pushed"
    if one.newest.run != one.last.run and one.newest.outcome == "failed":
        return "Failed"
    skipped = one.last.rows.rejected
    if skipped:
        return f"{counted_rows(skipped)} skipped"
    return "Up to date"


def _age(one: Freshness) -> str:
    pushed = local(one.last.started) if one.last else None
    if pushed is None:
        return ""
    seconds = (one.now - pushed).total_seconds()
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), name)
    return "just now"


def _when(moment: str) -> Cell:
    """Return a time in this computer's time zone, as an Excel date."""
    found = local(moment) if moment else None
    return datetime(*found.timetuple()[:6]) if found else moment
