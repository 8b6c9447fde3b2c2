"""Overview of a dataset: completeness of its columns, freshness of its rows, findings of pushes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.dataset_quality.portal_counts import ask_columns
from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import Severity
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.update_frequency import parse_frequency
from sodasheet.push.runs.history import PastRun, past_runs
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: How many columns one request counts; more would make the address too long.
_COUNTED = 40

#: How many runs are shown.
RUNS = 50


@dataclass(frozen=True, slots=True)
class Completeness:
    """Completeness of a column; `filled` is None if not counted by the portal."""

    name: str
    field: str
    filled: int | None
    rows: int

    @property
    def share(self) -> float | None:
        """Share of the rows with a value; None if unknown or if there are no rows."""
        return None if self.filled is None or not self.rows else self.filled / self.rows

    @property
    def percent(self) -> str:
        """The share in words."""
        return percent(self.share)

    @property
    def shown_share(self) -> float | None:
        """The share, never rounded to 100% or 0%."""
        share = self.share
        return share if share is None or share in (0, 1) else _never_rounded_whole(share)


@dataclass(frozen=True, slots=True)
class RunFindings:
    """Findings of a run by their effect; None if its report has been removed."""

    run: str
    started: str
    outcome: str
    counts: tuple[tuple[str, int], ...] | None

    def count(self, severity: Severity) -> int:
        """Return the number of cells and rows with findings of this effect."""
        return dict(self.counts or ()).get(severity.value, 0)

    @property
    def total(self) -> int:
        """The number of findings that stopped rows, or asked for a decision."""
        return sum(self.count(one) for one in Severity if one is not Severity.NOTE)


@dataclass(frozen=True, slots=True)
class Overview:
    """Quality of a dataset at the time `now`."""

    portal: str
    dataset: str
    name: str
    rows: int
    columns: tuple[Completeness, ...]
    updated: datetime | None
    frequency: str
    runs: tuple[RunFindings, ...]
    now: datetime

    @property
    def share(self) -> float | None:
        """Share of all cells with a value, None if unknown."""
        known = [one.share for one in self.columns if one.share is not None]
        return sum(known) / len(known) if known else None

    @property
    def percent(self) -> str:
        """The share in words."""
        return percent(self.share)

    @property
    def emptiest_first(self) -> list[Completeness]:
        """The columns, least complete first, unknown columns last."""
        return sorted(self.columns, key=lambda one: one.share if one.share is not None else 2.0)

    @property
    def late(self) -> float:
        """Days by which an update is overdue, 0 if none is due."""
        declared = parse_frequency(self.frequency)
        if declared is None or self.updated is None:
            return 0.0
        late = declared.late_by(self.updated, self.now)
        return 0.0 if late is None else late.total_seconds() / 86_400

    @property
    def freshness(self) -> str:
        """Freshness of the rows, in one sentence."""
        if self.updated is None:
            return "The portal does not say when the rows were last changed."
        age = (self.now - self.updated).days
        when = "today" if age < 1 else "yesterday" if age == 1 else f"{age:,} days ago"
        if not self.frequency:
            return f"Last changed {when}; no update frequency is declared."
        declared = f'declared as "{self.frequency}"'
        if parse_frequency(self.frequency) is None:
            return f"Last changed {when}; {declared}, which is not a specific period."
        if self.late:
            days = max(round(self.late), 1)
            return f"Last changed {when}; {declared}: {counted(days, 'day')} overdue."
        return f"Last changed {when}; {declared}: up to date."

    def to_json(self) -> dict[str, Any]:
        """Return the overview as one JSON object."""
        return {
            "portal": self.portal,
            "dataset": self.dataset,
            "dataset_name": self.name,
            "rows": self.rows,
            "complete": self.share,
            "columns": [
                {"name": one.name, "field": one.field, "filled": one.filled, "share": one.share}
                for one in self.columns
            ],
            "updated": self.updated and self.updated.isoformat(),
            "frequency": self.frequency or None,
            "overdue_days": round(self.late, 1),
            "freshness": self.freshness,
            "runs": [
                {
                    "run": one.run,
                    "started": one.started,
                    "outcome": one.outcome,
                    "findings": None if one.counts is None else dict(one.counts),
                }
                for one in self.runs
            ],
        }


def percent(share: float | None) -> str:
    """Return a share such as `98.2%`; 100% and 0% are never the result of rounding."""
    if share is None:
        return "not known"
    if share in (0, 1):
        return f"{share:.0%}"
    return f"{_never_rounded_whole(share):.1%}"


def _never_rounded_whole(share: float) -> float:
    """Return a share that rounds to a tenth of a percent above 0% and below 100%."""
    return min(max(share, 0.001), 0.999)


def read_overview(session: PortalSession, dataset: str, now: datetime | None = None) -> Overview:
    """Read the overview: two requests, and one more for every 40 columns.

    Raises PortalError, and SodaSheetError if the run log cannot be read.
    """
    found = read_dataset(session, dataset)
    rows = RowsClient(session, found)
    count = rows.count()
    return Overview(
        found.portal,
        found.id,
        found.name,
        count,
        tuple(_completeness(rows, found, count)),
        found.updated,
        found.frequency,
        tuple(findings_over_time(found)),
        now or datetime.now(UTC),
    )


def _completeness(rows: RowsClient, dataset: Dataset, count: int) -> Iterator[Completeness]:
    columns = [one for one in dataset.columns if not one.system]

    def asked(name: str) -> Mapping[str, str]:
        return {"c": f"count({name})"}

    for one, found in ask_columns(rows, columns, asked, _COUNTED):
        filled = (found or {}).get("c", "")
        yield Completeness(one.name, one.field, int(filled) if filled.isdigit() else None, count)


def findings_over_time(dataset: Dataset) -> Iterator[RunFindings]:
    """Yield the findings of the dataset's pushes from this computer, the oldest first.

    Raises SodaSheetError if the run log cannot be read.
    """
    for run in reversed(past_runs(RUNS, dataset.id)):
        if run.portal == dataset.portal and run.undoes is None:
            yield RunFindings(run.run, run.started, run.outcome or "unknown", _counts(run))


def _counts(run: PastRun) -> tuple[tuple[str, int], ...] | None:
    if run.report is None:
        return None
    try:
        report = json.loads(Path(run.report).read_bytes())
        groups = [(str(one["severity"]), int(one["count"])) for one in report["findings"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return tuple(
        (severity.value, sum(count for found, count in groups if found == severity.value))
        for severity in Severity
    )
