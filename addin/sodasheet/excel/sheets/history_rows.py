"""Past runs as the rows of the sheet "Run history"; nothing here knows of a spreadsheet program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodasheet.push.runs.history import Freshness, PastRun

TITLE = "SodaSheet run history"
FRESHNESS, RUNS = "How fresh each dataset is", "Pushes, newest first"
FRESHNESS_HEADERS = ("Dataset", "Last pushed", "In words")
RUNS_HEADERS = (
    "Dataset", "When", "Job", "Method", "Sent", "Created", "Updated", "Deleted", "Rejected",
    "Outcome", "Seconds", "What happened", "Report", "Findings",
)  # fmt: skip

#: Runs that are listed, and how many of them have links: each link is a call to the program.
MOST_RUNS, MOST_LINKS = 200, 100

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet, and the addresses that some of its cells (0-based) lead to."""

    cells: tuple[Cell, ...]
    links: tuple[tuple[int, str], ...] = ()


def lines_of(fresh: Sequence[Freshness], runs: Sequence[PastRun]) -> list[Line]:
    """Both lists with their headings, from top to bottom."""
    lines = [Line((FRESHNESS,)), Line(FRESHNESS_HEADERS)]
    lines += [_freshness(one) for one in fresh] or [Line(("Nothing was pushed yet.",))]
    lines += [Line(()), Line((RUNS,)), Line(RUNS_HEADERS)]
    lines += [_run(one, linked=at < MOST_LINKS) for at, one in enumerate(runs)]
    return lines


def _freshness(one: Freshness) -> Line:
    last, newest = one.last, one.newest
    when = _local(last.started) if last else "never"
    return Line((newest.dataset_name, when, one.sentence), ((0, newest.link),))


def _run(run: PastRun, *, linked: bool) -> Line:
    rows = run.rows
    links = [(0, run.link)] if run.dataset else []
    links += [
        (RUNS_HEADERS.index(header), Path(path).as_uri())
        for header, path in (("Report", run.report), ("Findings", run.findings_file))
        if path is not None
    ]
    return Line(
        (
            run.dataset_name,
            _local(run.started),
            run.job or run.source,
            run.method,
            rows.sent,
            rows.created,
            rows.updated,
            rows.deleted,
            rows.rejected,
            run.outcome or "under way, or died",
            None if run.seconds is None else round(run.seconds, 1),
            run.summary,
            "report" if run.report else "",
            "findings" if run.findings_file else "",
        ),
        tuple(links) if linked else (),
    )


def _local(moment: str) -> str:
    """A moment on this computer's clock: `2024-02-29 13:30`."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
