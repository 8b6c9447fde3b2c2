"""A run that can be undone, found without planning the undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import Refused
from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.soda2.download import Download, opened
from sodasheet.push.runs.journal import Journal, RunRecord, runs_folder
from sodasheet.push.runs.run_recorder import Landed, recorded, rows_unsaved
from sodasheet.push.undo.snapshot_folder import NAME, complete
from sodasheet.staging.restore.sent_rows import SentRows, read_sent_rows


@dataclass(frozen=True, slots=True)
class UndoableRun:
    """A run that can be undone: its snapshot, the sent rows, and the landed rows."""

    record: RunRecord
    before: Download
    sent: SentRows
    landed: Landed

    @property
    def crossed(self) -> bool:
        """True if others wrote at the moment of the run."""
        return self.landed.crossed

    @property
    def delivery(self) -> Delivery:
        """The delivery settings of the run's job, which also apply to the undo."""
        job = self.record.order.get("job") or {}
        told = job.get("delivery") or {}
        return Delivery(
            gzip=told.get("gzip") != "off", wait=told.get("wait"), over=told.get("over")
        )

    @property
    def folder(self) -> Path:
        """Path of the run's snapshot."""
        return self.before.folder


def past_run(run: str) -> UndoableRun:
    """The run with its snapshot; raises Refused, with the reason, if an undo is impossible."""
    journal = Journal(runs_folder())
    record = journal.record(run)
    if record is None:
        raise Refused(
            f'There is no run "{run}" on this computer.',
            "Choose one of the runs that are listed.",
            (NextStep(Action.SHOW_HISTORY),),
        )
    steps = journal.steps(run)
    landed = recorded(steps)
    if landed is None:
        told = record.summary or "It was interrupted, or is still running."
        raise Refused(f"No rows of run {run} landed: {told}", "There is nothing to undo.")
    by = journal.undone_by(run)
    if by is not None:
        raise Refused(
            f"Run {run} has already been undone by run {by}.",
            "To restore the rows it pushed, undo that run.",
            (NextStep(Action.UNDO_RUN, run=by),),
        )
    folder = runs_folder() / run / NAME
    if not complete(folder):
        raise Refused(
            f"There is no snapshot of the rows that run {run} changed: none was taken, or it has "
            "since been removed.",
            "Push the rows as they should be.",
        )
    if missing := rows_unsaved(steps):
        from sodasheet.push.report_sentences import incomplete_snapshot

        raise Refused(
            incomplete_snapshot(f"Run {run}", missing),
            f"Push the rows as they should be; the saved rows are in {folder}.",
        )
    return UndoableRun(record, opened(folder), read_sent_rows(folder), landed)


def last_run(dataset: str = "", portal: str = "") -> str:
    """The newest run that has landed, on one dataset and portal if given; raises Refused."""
    record = Journal(runs_folder()).last_landed(dataset, portal)
    if record is None:
        raise Refused("No push from this computer has landed yet.", "There is nothing to undo.")
    return record.run
