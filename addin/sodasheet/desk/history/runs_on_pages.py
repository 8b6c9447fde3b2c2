"""Past runs as shown on the history page and the page of a run."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sodasheet.desk.formatting.numbers import rows, size
from sodasheet.desk.formatting.times import duration, exact, moment
from sodasheet.desk.history.plots import Plot, plot
from sodasheet.desk.typed_number import typed_number
from sodasheet.push.runs.history import PastRun, past_runs
from sodasheet.push.runs.journal import Journal, Step, runs_folder
from sodasheet.push.runs.run_recorder import UNDONE
from sodasheet.system.atomic_files import read_json
from sodasheet.wording import counted

#: Runs on one page, runs that are searched, and rejected rows shown initially.
PAGE, MOST, SHOWN = 25, 1000, 20

_STEPS = {
    "checked": "Checked {rows}",
    "snapshot": "Saved {rows} for undo",
    "sending": "Began to send rows",
    "revision": "Opened a revision on the portal",
    "applying": "The portal began to load the rows",
    "landed": "The rows landed",
    "not landed": "The rows did not land",
    "undone": "Undone by a later run",
    "trial": "Sent the first rows as a trial",
    "discarded": "Discarded the revision",
}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Filter of the list of runs: by dataset, needing review, or landed."""

    dataset: str = ""
    show: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> RunFilter:
        """Read the filter of an address; invalid parts are ignored."""
        show, page = query.get("show", ""), typed_number(query.get("page", "")) or 1
        return cls(query.get("dataset", ""), show if show in ("needs", "done") else "", page)


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step of a run and its time."""

    text: str
    time: str


def listed(runs: Sequence[PastRun], wanted: RunFilter) -> list[PastRun]:
    """Return the runs that match the filter."""
    found = [run for run in runs if not wanted.dataset or run.dataset == wanted.dataset]
    if wanted.show == "needs":
        return [run for run in found if needs_you(run)]
    return [run for run in found if run.landed] if wanted.show == "done" else found


def needs_you(run: PastRun) -> bool:
    """True if a run stopped, or its outcome is unknown."""
    return run.outcome in (None, "unknown", "refused", "failed")


def all_runs() -> list[PastRun]:
    """Return the runs of this computer, newest first. Raises SodaSheetError."""
    runs = past_runs(MOST)
    names: dict[str, str] = {}
    for run in runs:
        if run.dataset_name != run.dataset:
            names.setdefault(run.dataset, run.dataset_name)
    # A run that never reached the portal has the dataset's id as its name.
    return [replace(run, dataset_name=names.get(run.dataset, run.dataset_name)) for run in runs]


def by_dataset(runs: Sequence[PastRun]) -> dict[str, list[PastRun]]:
    """Return the runs of each dataset; datasets and runs keep the order of `runs`."""
    found: dict[str, list[PastRun]] = defaultdict(list)
    for run in runs:
        if run.dataset:
            found[run.dataset].append(run)
    return dict(found)


def plots(runs: Sequence[PastRun], most: int = 3) -> list[tuple[PastRun, Plot]]:
    """Return the plots of the datasets that were pushed last."""
    found = []
    for group in by_dataset(runs).values():
        drawn = plot(group[0].dataset_name, group)
        if drawn is not None:
            landed = next(run for run in group if run.landed and run.rows_after is not None)
            found.append((landed, drawn))
    return found[:most]


def undone_by(run: str) -> str:
    """Return the run that undid a run; empty if there is none. Raises SodaSheetError."""
    return Journal(runs_folder()).undone_by(run) or ""


def can_undo(run: PastRun) -> bool:
    """True if the rows from before a run are still saved, and the run was not undone."""
    return run.landed and run.snapshot is not None and not undone_by(run.run)


def happenings(run: str) -> list[HistoryStep]:
    """Return what happened in a run, in order. Raises SodaSheetError."""
    steps = Journal(runs_folder()).steps(run)
    return [_happening(step) for step in steps if step.step in _STEPS]


def details(run: PastRun, report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts of a run as labels and values."""
    source = report.get("source") or {}
    facts = [
        ("Source", f"{source['name']}, {rows(source['rows'])}" if source else run.source),
        ("Dataset", f"{run.dataset_name}, {run.dataset}"),
        ("Portal", run.portal.split("//")[-1]),
        ("Started", moment(run.started)),
        ("Duration", duration(run.seconds)),
    ]
    if report.get("bytes_sent") is not None:
        requests = int(report.get("requests") or 0)
        again = int(report.get("retries") or 0)
        told = f"{again:,} repeated" if again else "none repeated"
        sent = f"{size(report['bytes_sent'])} in {counted(requests, 'request')}, {told}"
        facts.append(("Sent", sent))
    if report.get("overrides"):
        facts.append(("Set aside", ", ".join(report["overrides"])))
    if run.undoes:
        facts.append(("Undoes", run.undoes))
    return [*[fact for fact in facts if fact[1]], ("Run", run.run)]


def report_of(run: PastRun) -> dict[str, Any]:
    """Return the report of a run; empty if removed or unreadable."""
    return (read_json(Path(run.report)) if run.report else None) or {}


def as_csv(runs: Sequence[PastRun]) -> Iterator[str]:
    """Yield the runs as lines of a CSV file."""
    names = ("started", "dataset_name", "dataset", "method", "outcome", "summary", "user", "run")

    class CsvLine:
        """Collects the output of the csv writer."""

        def write(self, text: str) -> str:
            """Return the line."""
            return text

    writer = csv.writer(CsvLine())
    yield "\ufeff" + str(writer.writerow([*names, "sent", "left_out", "rows_after"]))
    for run in runs:
        values = [_plain(getattr(run, name)) for name in names]
        yield str(writer.writerow([*values, run.rows.sent, run.rows.rejected, run.rows_after]))


def _plain(value: Any) -> str:
    """Text that no spreadsheet program mistakes for a formula."""
    from sodasheet.system.csv_formulas import disarmed

    return disarmed(str(value or ""))


def _happening(step: Step) -> HistoryStep:
    number = step.detail.get("rows")
    text = _STEPS[step.step]
    text = text.replace("{rows}", rows(number) if isinstance(number, int) else "the rows")
    if step.step == UNDONE and step.detail.get("by"):
        text = f"Undone by run {step.detail['by']}"
    return HistoryStep(text, exact(step.at))
