"""Past runs as plain values, read from the journal and the remaining folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from sodasheet.model.report import RowCounts
from sodasheet.push.runs.journal import FINDINGS_NAME, REPORT_NAME, Journal, RunRecord, runs_folder
from sodasheet.push.runs.run_recorder import recorded, rejected_before
from sodasheet.system.atomic_files import read_json
from sodasheet.wording import counted, counted_rows


@dataclass(frozen=True, slots=True)
class PastRun:
    """The known facts about a run; times are ISO 8601 in UTC.

    `outcome` is None while the run is under way, and for ever if it died. `job` is the name of the
    job file or mapping sheet where it was written down, `source` that of the rows' file or sheet.
    Counts that nobody gave are None. `report`, `findings_file` and `snapshot` are paths, None
    where there is none or it has been pruned. `undoes` is the run that it undid, if any.
    """

    run: str
    started: str
    ended: str | None
    seconds: float | None
    job: str
    source: str
    portal: str
    dataset: str
    dataset_name: str
    method: str
    outcome: str | None
    summary: str
    user: str | None
    rows: RowCounts
    rows_after: int | None
    report: str | None
    findings_file: str | None
    snapshot: str | None
    undoes: str | None = None

    @property
    def link(self) -> str:
        """The dataset's web address."""
        return f"{self.portal}/d/{self.dataset}"

    @property
    def landed(self) -> bool:
        """True if its rows certainly landed."""
        return (self.outcome or "").startswith("done")

    def to_json(self) -> dict[str, Any]:
        """The run as one JSON object: the fields and `link`."""
        return {**asdict(self), "link": self.link}


@dataclass(frozen=True, slots=True)
class Freshness:
    """Freshness of a dataset: its last run that landed, and the runs since that have not.

    `last` is None if no push has landed yet; `newest` is the last run of all.
    """

    newest: PastRun
    last: PastRun | None
    now: datetime

    @property
    def sentence(self) -> str:
        """`last pushed 3 days ago, 2 rows rejected; the last try, 2 hours ago, failed`."""
        told = "never pushed from this computer"
        if self.last is not None:
            told = f"last pushed {ago(self.last.started, self.now)}"
            if left := self.last.rows.rejected:
                told += f", {counted_rows(left)} rejected"
        if self.newest != self.last:
            told += (
                f"; the last attempt, {ago(self.newest.started, self.now)}, {_ended(self.newest)}"
            )
        return told

    def to_json(self) -> dict[str, Any]:
        """The dataset, the time and rejected rows of its last push, and the sentence."""
        last, newest = self.last, self.newest
        return {
            "portal": newest.portal,
            "dataset": newest.dataset,
            "dataset_name": newest.dataset_name,
            "link": newest.link,
            "last_pushed": last and last.started,
            "last_run": last and last.run,
            "rejected": last and last.rows.rejected,
            "newest_run": newest.run,
            "newest_outcome": newest.outcome,
            "sentence": self.sentence,
        }


def past_runs(limit: int = 50, dataset: str = "") -> list[PastRun]:
    """The runs, newest first; of one dataset if its id is given.

    Raises SodaSheetError if the run log cannot be read.
    """
    journal = Journal(runs_folder())
    return [_past(journal, record) for record in journal.runs(limit, dataset)]


def freshness(dataset: str = "", now: datetime | None = None) -> list[Freshness]:
    """Return the freshness of each dataset ever pushed to from here, stalest first.

    Raises SodaSheetError if the run log cannot be read.
    """
    journal, moment = Journal(runs_folder()), now or datetime.now(UTC)
    landed = {(one.portal, one.dataset): one for one in journal.newest(dataset, landed=True)}
    found = []
    for newest in journal.newest(dataset):
        if not newest.dataset:  # its job could not even be read
            continue
        tried = _past(journal, newest)
        done = landed.get((newest.portal, newest.dataset))
        same = done is not None and done.run == newest.run
        last = tried if same else _past(journal, done) if done else None
        if last is not None and tried.dataset_name == tried.dataset:  # it never reached the portal
            tried = replace(tried, dataset_name=last.dataset_name)
        found.append(Freshness(tried, last, moment))
    return sorted(found, key=lambda one: one.last.started if one.last else "")


def ago(moment: str, now: datetime) -> str:
    """Return the age of an ISO 8601 time in words."""
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return f"at {moment}"
    seconds = (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(int(seconds // size), name)} ago"
    return "just now"


def _ended(run: PastRun) -> str:
    """Return the outcome of a run that did not land, as the end of a sentence."""
    words = {
        None: "is running or was interrupted",
        "unknown": "has an unknown outcome",
        "draft": "was a draft",
    }
    was = {"refused", "cancelled", "dismissed"}
    outcome = run.outcome
    return words.get(outcome) or (f"was {outcome}" if outcome in was else str(outcome))


def _past(journal: Journal, record: RunRecord) -> PastRun:
    folder = runs_folder() / record.run
    report = _report(folder / REPORT_NAME)
    job = _part(record.order, "job")
    snapshot = _text(report.get("snapshot"))
    return PastRun(
        run=record.run,
        started=record.started,
        ended=record.ended,
        seconds=_amount(report.get("seconds")),
        job=_text(record.order.get("name")) or "",
        source=_text(_part(report, "source").get("name")) or _path(_part(job, "source")),
        portal=record.portal,
        dataset=record.dataset,
        dataset_name=_text(report.get("dataset_name")) or record.dataset,
        method=record.method,
        outcome=record.outcome,
        summary=record.summary or "",
        user=_text(report.get("user")),
        rows=_rows(report) if report else _journalled(journal, record),
        rows_after=_whole(report.get("rows_after")),
        report=_there(folder / REPORT_NAME),
        findings_file=_there(folder / FINDINGS_NAME),
        snapshot=_there(Path(snapshot)) if snapshot else None,
        undoes=_text(record.order.get("undoes")),
    )


def _journalled(journal: Journal, record: RunRecord) -> RowCounts:
    """The counts in the journal, for a run that died or whose folder was removed."""
    steps = journal.steps(record.run)
    landed = recorded(steps)
    if landed is None:
        return RowCounts()
    found, left = landed.counts.rejected, rejected_before(steps)
    both = None if found is None or left is None else found + left
    return replace(landed.counts, rejected=both)


def _report(path: Path) -> dict[str, Any]:
    """The report, of any version; empty if there is none that can be read."""
    return read_json(path) or {}


def _rows(report: Mapping[str, Any]) -> RowCounts:
    rows = _part(report, "rows")
    return RowCounts(**{name: _whole(rows.get(name)) for name in RowCounts.__slots__})


def _path(source: Mapping[str, Any]) -> str:
    """Return the source's name for users, as in the job."""
    return _text(source.get("sheet")) or PurePath(_text(source.get("path")) or "").name


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _amount(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _there(path: Path) -> str | None:
    return str(path) if path.exists() else None
