"""The journal: the intentions and actions of every run, safe against a killed process.

Beside it, each run has a folder with its report and findings.

A step is written, and on the disk, before the act it names begins, and again after it has
ended. After a crash the last steps therefore tell what may have happened and what surely has.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.report import Report
from sodasheet.system.folders import home, make_private

if TYPE_CHECKING:
    import sqlite3

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run TEXT PRIMARY KEY, started TEXT NOT NULL, portal TEXT NOT NULL, dataset TEXT NOT NULL,
    method TEXT NOT NULL, order_json TEXT NOT NULL, outcome TEXT, summary TEXT, ended TEXT
);
CREATE TABLE IF NOT EXISTS steps (
    run TEXT NOT NULL REFERENCES runs (run), number INTEGER NOT NULL, at TEXT NOT NULL,
    step TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (run, number)
);
"""

#: How long, in seconds, a process waits for another one that is writing a step.
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """One entry: `step` is its name, `detail` the plain values needed to continue from there."""

    step: str
    detail: dict[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run in the journal; `outcome` is None during the run, and forever if the run died."""

    run: str
    started: str
    portal: str
    dataset: str
    method: str
    order: dict[str, Any]
    outcome: str | None = None
    summary: str | None = None
    ended: str | None = None


class Journal:
    """All runs on this machine, in one SQLite file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "journal.sqlite3"

    def begin(self, record: RunRecord) -> None:
        """Record the start of a run. Raises SodaSheetError if writing fails."""
        values = (record.run, record.started, record.portal, record.dataset, record.method)
        with self._open() as database:
            database.execute(
                "INSERT INTO runs (run, started, portal, dataset, method, order_json)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*values, json.dumps(record.order)),
            )

    def write(self, run: str, step: str, **detail: Any) -> None:
        """Record a step of the run; on disk when this returns."""
        with self._open() as database:
            database.execute(
                "INSERT INTO steps (run, number, at, step, detail)"
                " SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ? FROM steps WHERE run = ?",
                (run, _now(), step, json.dumps(detail), run),
            )

    def end(self, run: str, outcome: str, summary: str) -> None:
        """Record the end of the run, whose report is written."""
        with self._open() as database:
            database.execute(
                "UPDATE runs SET outcome = ?, summary = ?, ended = ? WHERE run = ?",
                (outcome, summary, _now(), run),
            )

    def steps(self, run: str) -> list[Step]:
        """The run's steps in order."""
        with self._open() as database:
            found = database.execute(
                "SELECT step, detail, at FROM steps WHERE run = ? ORDER BY number", (run,)
            )
            return [Step(step, json.loads(detail), at) for step, detail, at in found]

    def record(self, run: str) -> RunRecord | None:
        """The run with this id, or None."""
        return next(iter(self._records("WHERE run = ?", run)), None)

    def runs(self, limit: int = 50, dataset: str = "") -> list[RunRecord]:
        """The runs, newest first; of one dataset if its id is given."""
        return self._records(
            "WHERE ? IN ('', dataset) ORDER BY started DESC, rowid DESC LIMIT ?", dataset, limit
        )

    def newest(self, dataset: str = "", *, landed: bool = False) -> list[RunRecord]:
        """The newest run of every dataset, or of the given; with `landed`, the newest landed."""
        # In the order of writing, as in `last_landed`.
        return self._records(
            "WHERE rowid IN (SELECT max(rowid) FROM runs WHERE ? IN ('', dataset)"
            " AND (NOT ? OR outcome LIKE 'done%') GROUP BY portal, dataset)",
            dataset,
            landed,
        )

    def appended(self, portal: str, dataset: str, sha256: str) -> list[tuple[RunRecord, str]]:
        """The runs that appended a source with this hash to the dataset and were not undone.

        The last comes first, each with the part of the source that it read.
        """
        found = self._records(
            "WHERE method = 'append' AND outcome LIKE 'done%' AND portal = ?"
            " AND dataset = ? AND run IN (SELECT run FROM steps WHERE step = 'checked'"
            " AND json_extract(detail, '$.sha256') = ?) ORDER BY started DESC",
            portal,
            dataset,
            sha256,
        )
        standing = (record for record in found if self.undone_by(record.run) is None)
        return [(record, self._part(record.run)) for record in standing]

    def _part(self, run: str) -> str:
        """The part of its source that a run read; empty for runs of earlier versions."""
        checked = (step for step in self.steps(run) if step.step == "checked")
        return next((str(step.detail.get("part") or "") for step in checked), "")

    def last_landed(self, dataset: str = "", portal: str = "") -> RunRecord | None:
        """The newest run whose rows have landed, on one dataset and portal if given."""
        found = self._records(
            "WHERE ? IN ('', dataset) AND ? IN ('', portal) AND outcome LIKE 'done%'"
            " AND run IN (SELECT run FROM steps WHERE step = 'landed')"
            # In the order of writing: clocks are set back, and ids from the same second have no
            # order.
            " ORDER BY rowid DESC LIMIT 1",
            dataset,
            portal,
        )
        return next(iter(found), None)

    def last_begun(self) -> RunRecord | None:
        """The newest run, whatever its outcome."""
        return next(iter(self._records("ORDER BY rowid DESC LIMIT 1")), None)

    def undone_by(self, run: str) -> str | None:
        """The run that undid the given run; None if there is none, or if the undo was undone."""
        undone = [step.detail["by"] for step in self.steps(run) if step.step == "undone"]
        return undone[-1] if undone and self.undone_by(undone[-1]) is None else None

    def unfinished(self, portal: str, dataset: str) -> list[RunRecord]:
        """Runs on this dataset with an unknown outcome: dead, lost, or still running."""
        return self._records(
            "WHERE coalesce(outcome, 'unknown') = 'unknown' AND portal = ? AND dataset = ?"
            " ORDER BY started",
            portal,
            dataset,
        )

    def unsettled(self) -> list[RunRecord]:
        """Such runs on any dataset."""
        return self._records("WHERE coalesce(outcome, 'unknown') = 'unknown' ORDER BY started")

    def _records(self, clause: str, *values: Any) -> list[RunRecord]:
        with self._open() as database:
            found = database.execute(
                "SELECT run, started, portal, dataset, method, order_json, outcome, summary, ended"
                f" FROM runs {clause}",
                values,
            ).fetchall()
        return [_read(row) for row in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; every commit waits for the disk."""
        import sqlite3

        try:
            make_private(self._path.parent)
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as database:
                database.execute("PRAGMA synchronous = FULL")
                database.executescript(_SCHEMA)
                with database:
                    yield database
        except (sqlite3.Error, OSError) as error:
            # The system's message without its number and the path, which comes first already.
            words = error.strerror if isinstance(error, OSError) else None
            raise SodaSheetError(
                f"The run log {self._path} cannot be used: {words or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            ) from error


def _read(row: tuple[Any, ...]) -> RunRecord:
    run, started, portal, dataset, method, order, *end = row
    return RunRecord(run, started, portal, dataset, method, json.loads(order), *end)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


REPORT_NAME = "report.json"
FINDINGS_NAME = "findings.csv"


def runs_folder() -> Path:
    """The folder of all runs."""
    return home() / "runs"


def has_older_runs() -> bool:
    """True if a run of an earlier day left its folder, so there may be remains to remove."""
    today = f"{datetime.now(UTC):%Y%m%d}"
    with suppress(OSError):
        return any(path.name[:8] < today for path in runs_folder().iterdir())
    return False


def locks_folder() -> Path:
    """The folder in which a push holds its dataset."""
    return home() / "locks"


@dataclass(frozen=True, slots=True)
class RunLog:
    """The folder of a run; `run` is its id, which sorts by time."""

    run: str
    folder: Path

    @classmethod
    def begin(cls, now: datetime | None = None) -> RunLog:
        """Create the folder of a new run.

        Raises SodaSheetError if the user's data folder cannot be written: a push that could
        not be recorded is not begun.
        """
        moment = now or datetime.now(UTC)
        run = f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = runs_folder() / run
        try:
            make_private(runs_folder())
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise SodaSheetError(
                f"The run log {folder} cannot be written: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            ) from error
        return cls(run, folder)

    @classmethod
    def of(cls, run: str) -> RunLog:
        """The folder of an earlier run, created again if removed."""
        folder = runs_folder() / run
        make_private(folder)
        return cls(run, folder)

    @property
    def findings(self) -> Path:
        """Path of the complete list of findings."""
        return self.folder / FINDINGS_NAME

    def write(self, report: Report) -> Path:
        """Write the report atomically: a crash leaves the old or the new report."""
        try:
            return self._written(report)
        except OSError as error:
            raise SodaSheetError(
                f"The report of run {self.run} cannot be written: {error.strerror or error}."
                f" It reads: {report.outcome.value}: {report.summary}",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            ) from error

    def _written(self, report: Report) -> Path:
        path = self.folder / REPORT_NAME
        draft = path.with_suffix(".tmp")
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return path
