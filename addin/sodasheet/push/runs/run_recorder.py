"""Record of a run: the journal's steps and the report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.credentials.redaction import redact
from sodasheet.errors import SodaSheetError
from sodasheet.model.report import (
    Outcome,
    RejectedRow,
    Report,
    RowCounts,
    RunTarget,
    SendingFacts,
    Traffic,
    UndoFacts,
)
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.journal import Journal, RunLog, RunRecord, Step, runs_folder
from sodasheet.staging.check.computed_column_sql import RunFacts

if TYPE_CHECKING:
    from sodasheet.portal.soda2.rows_client import RowState
    from sodasheet.portal.soda2.write_result import Reply

#: Steps that announce a write: until `landed` or `not landed` follows, it may have been done.
ANNOUNCING = frozenset({"sending", "applying"})
LANDED = "landed"
#: A later run undid this run; `by` is its id.
UNDONE = "undone"
#: A trial sent only the rows up to `last`.
TRIAL = "trial"
NOT_LANDED = "not landed"
#: Others wrote to the dataset between the last look at it and the write that landed.
CROSSED = "crossed"
#: The `rows` that the run touches were saved.
SAVED = "snapshot"
#: `rows` changed or deleted rows are missing from the saved rows.
UNSAVED = "not saved"

#: Maximum rejected rows in the report itself; all are in the findings file.
REJECTED_IN_REPORT = 1000


@dataclass(slots=True)
class Landed:
    """Landed rows; correct at all times, even if the next request fails.

    `version` is the portal's number of the write, None if unknown or if nobody knows yet that the
    portal counts such a write as one. `crossed` says that others wrote between the last look at
    the dataset and these rows. `state` is the dataset's right after the answer, None if unknown.
    `draft` is the page of a draft in which the rows wait instead.
    """

    counts: RowCounts = field(default_factory=lambda: RowCounts(sent=0))
    rejected: list[RejectedRow] = field(default_factory=list)
    confirmed: bool = False
    version: int | None = None
    crossed: bool = False
    state: RowState | None = None
    draft: str = ""

    def answered(self, rows: Sequence[int], reply: Reply) -> None:
        """Record that the portal has replied about these source rows."""
        self.confirmed = True
        self.counts = RowCounts(
            len(rows), reply.created, reply.updated, reply.deleted, reply.errors
        )
        for error in reply.row_errors:
            row = rows[error.index] if error.index is not None and error.index < len(rows) else None
            self.rejected.append(RejectedRow(row, error.identifier, None, None, error.reason))

    def found(self, sent: int, created: int | None = None, deleted: int | None = None) -> None:
        """Record that the reply was lost, but the dataset contains the sent rows."""
        self.confirmed = True
        self.counts = RowCounts(sent=sent, created=created, deleted=deleted, rejected=None)


class RunRecorder:
    """The journal and the report of a run; `log` is its folder."""

    def __init__(self, order: PushRequest, log: RunLog | None = None) -> None:
        self.log = log or RunLog.begin()
        self.journal = Journal(runs_folder())
        self.report = _blank(self.log.run, order)
        self._began = time.monotonic()

    @property
    def run(self) -> str:
        """The run's id."""
        return self.log.run

    @property
    def facts(self) -> RunFacts:
        """Facts that templates may name; unchanged in a resumed run, which sends the same rows."""
        known = self.journal.record(self.run)
        started = known.started if known else self.report.started
        return RunFacts(now=datetime.fromisoformat(started), run=self.run)

    def open(self, order: PushRequest) -> None:
        """Record the start of the run."""
        report = self.report
        self.journal.begin(
            RunRecord(
                self.run,
                report.started,
                report.target.portal,
                report.target.dataset,
                order.job.method.value,
                dict(order.memo),
            )
        )

    def step(self, name: str, **detail: Any) -> None:
        """Write a step to the journal; on disk when this returns."""
        self.journal.write(self.run, name, **detail)

    @property
    def steps(self) -> list[Step]:
        """The run's steps so far."""
        return self.journal.steps(self.run)

    @property
    def announced(self) -> Step | None:
        """The started write whose outcome is still unknown."""
        last = _decisive(self.steps)
        return last if last is not None and last.step in ANNOUNCING else None

    def note(self, **changes: Any) -> None:
        """Add newly known facts to the report."""
        self.report = replace(self.report, **changes)

    def note_part(self, part: str, **changes: Any) -> None:
        """Add newly known facts to a part of the report, such as `sending`."""
        self.note(**{part: replace(getattr(self.report, part), **changes)})

    def end(self, outcome: Outcome, summary: str, landed: Landed | None, traffic: Traffic) -> None:
        """Settle the report."""
        report = self.report
        rows, rejected = report.rows, report.rejects.rows
        if outcome is Outcome.UNKNOWN:
            rows = RowCounts(rejected=report.rows.rejected)
        elif landed is not None and landed.confirmed:
            left_out = _sum(landed.counts.rejected, report.rows.rejected)
            rows = replace(landed.counts, rejected=left_out)
            rejected += tuple(landed.rejected[:REJECTED_IN_REPORT])
        self.note(
            outcome=outcome,
            # The only part of a report that quotes others; numbers and dates that happen to equal a
            # weak password stay unchanged.
            summary=redact(" ".join(summary.split())),
            rows=rows,
            rejects=replace(report.rejects, rows=rejected),
            traffic=replace(traffic, seconds=time.monotonic() - self._began),
        )

    def close(self) -> Report:
        """Write the report, then record the end of the run in the journal.

        Raises SodaSheetError if that cannot be written, unless rows have or may have landed: then
        the report says so all the same.
        """
        try:
            self.log.write(self.report)
            self.journal.end(self.run, self.report.outcome.value, self.report.summary)
        except SodaSheetError as error:
            if self.report.outcome not in _SENT:
                raise
            self.note(summary=f"{self.report.summary} This could not be saved: {error}")
        return self.report


def recorded(steps: list[Step]) -> Landed | None:
    """Return the landed rows if the journal itself names them, otherwise None."""
    last = _decisive(steps)
    if last is None or last.step != LANDED:
        return None
    return Landed(RowCounts(**last.detail), confirmed=True, crossed=was_crossed(steps))


def was_crossed(steps: list[Step]) -> bool:
    """Return True if others wrote at the moment that the run's rows landed."""
    return any(step.step == CROSSED for step in steps)


def rows_unsaved(steps: list[Step]) -> int:
    """Return the number of changed or deleted rows that are missing from the saved rows."""
    return max((step.detail["rows"] for step in steps if step.step == UNSAVED), default=0)


def rows_before(steps: list[Step]) -> int | None:
    """Number of rows in the dataset when the last write was announced."""
    announced = (step for step in reversed(steps) if step.step in ANNOUNCING)
    return next((step.detail.get("before") for step in announced), None)


def rejected_before(steps: list[Step]) -> int | None:
    """Number of rows with findings when the source was checked."""
    checked = (step for step in reversed(steps) if step.step == "checked")
    return next((step.detail.get("rejected") for step in checked), 0)


def open_revision(steps: list[Step]) -> int | None:
    """The number of a revision that the run opened but neither discarded nor applied."""
    last = next((step for step in reversed(steps) if step.step in _ABOUT_REVISIONS), None)
    return last.detail["seq"] if last is not None and last.step == "revision" else None


def draft_left(steps: list[Step]) -> Step | None:
    """Return the step of the draft that the run left; None if there is none."""
    last = next((step for step in reversed(steps) if step.step in _ABOUT_REVISIONS), None)
    return last if last is not None and last.step == "draft" else None


_ABOUT_REVISIONS = frozenset({"revision", "discarded", "applying", "draft"})


def last_of_trial(steps: list[Step]) -> int | None:
    """The number of the last row that a trial sent; None if the run was not a trial."""
    trials = (step for step in reversed(steps) if step.step == TRIAL)
    return next((step.detail["last"] for step in trials), None)


def source_hash(steps: list[Step]) -> str | None:
    """The SHA-256 of the source at the time of the check."""
    checked = (step for step in reversed(steps) if step.step == "checked")
    return next((step.detail.get("sha256") for step in checked), None)


def _decisive(steps: list[Step]) -> Step | None:
    """The last step that shows whether rows may have landed."""
    return next((step for step in reversed(steps) if step.step in _DECIDING), None)


#: Outcomes of runs whose rows have left this computer.
_SENT = frozenset({Outcome.DONE, Outcome.REJECTS, Outcome.UNKNOWN, Outcome.DRAFT})

_DECIDING = ANNOUNCING | {LANDED, NOT_LANDED}


def _blank(run: str, order: PushRequest) -> Report:
    job = order.job
    return Report(
        run=run,
        outcome=Outcome.FAILED,
        summary="",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        target=RunTarget(job.portal, job.dataset, job.dataset, job.method),
        rows=RowCounts(sent=0),
        undo=UndoFacts(undoes=order.undoes, others=order.conflicts),
        sending=SendingFacts(remark=order.options.remark),
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second
