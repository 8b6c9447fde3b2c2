"""Conclusion of a run: the dataset's row count against the portal's replies, and the report."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import Outcome, RowCounts, RowTotals
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.row_subset import narrowed_total
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.reconcile import reconcile
from sodasheet.push.report_sentences import (
    after_trial,
    crossed,
    incomplete_snapshot,
    overwritten,
    summary,
    trial_steps,
    was_trial,
)
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.run_recorder import (
    SAVED,
    UNDONE,
    UNSAVED,
    Landed,
    RunRecorder,
    rows_before,
)
from sodasheet.push.send.publishing_transport import Publishing
from sodasheet.push.send.send_once import Sender
from sodasheet.wording import counted, counted_rows, listed

#: Seconds before each repeated count: the portal copies finished writes to its readers with some
#: delay (portal-api.md B.3, G.20).
WAITS = (0.2, 1.0, 3.0)


class Conclusion:
    """The end of a run: compare the dataset with the replies, and complete the report.

    `unkept` is the sentence about a missing snapshot; `after` is the dataset's state once verified,
    None before, and while readers do not see every write.
    """

    def __init__(
        self, order: PushRequest, desk: PushContext, ledger: RunRecorder, sending: Sender
    ) -> None:
        self._order, self._desk, self._ledger, self._sending = order, desk, ledger, sending
        self.unkept = ""
        self.after: RowState | None = None

    def conclude(
        self, dataset: Dataset, before: int | None, lost: str, work: Prepared | None = None
    ) -> None:
        """Compare the dataset's own count with the replies, and complete the report.

        `lost` is a sentence about columns that the dataset has no longer. With `work`, source and
        dataset are compared by group too, if the job names a column.
        """
        landed, ledger = self._sending.landed, self._ledger
        assert landed is not None  # noqa: S101 - rows have just landed
        job = self._order.job
        method = job.method if job.within is None else Method.UPSERT
        total = narrowed_total(ledger.steps) if job.method is Method.REPLACE else None
        wanted = None if before is None else expected(method, before, landed.counts, total)
        rows = RowsClient(self._desk.session, dataset)
        after, self.after = count_until(rows, wanted, landed.state)
        totals = RowTotals(before, after, expected=wanted)
        ledger.note(totals=totals)
        settled = self.after is not None
        told = mismatch(totals, settled=settled)
        if is_surprising(totals, settled=settled):
            self._warn(told)
        told += self._warn(overwritten(method, landed.counts)) + self._warn(lost)
        told += self._warn(self._unsaved(totals, landed.counts)) if settled else ""
        told += self._warn(self._part_after(work, rows)) if settled else ""
        undo = self._order.undo
        # Rows left as changed by others, with the user's consent, are a separate difference.
        if (undone := self._order.undoes) is not None and not (undo and undo.left):
            was = rows_before(ledger.journal.steps(undone))
            told += self._warn(difference_after_undo(undone, was, after))
        self.landed(landed, told + self._reconciled(work, rows))

    def landed(self, landed: Landed, more: str) -> None:
        """Complete the report of a run whose rows have landed."""
        left_out = (self._ledger.report.rows.rejected or 0) + (landed.counts.rejected or 0)
        told = summary(self._ledger.report, landed.counts, left_out)
        if self._order.undoes is not None:
            more += self._note_undone(self._order.undoes)
        if was_trial(self._order, self._ledger.report, landed.counts.sent):
            self._ledger.note(steps=trial_steps(self._ledger.run))
            told += after_trial(self._order.options.limit)
        if landed.crossed:
            more = self._warn(crossed()) + more
        more = self.unkept + self._unshown() + more
        self.end(Outcome.REJECTS if left_out else Outcome.DONE, told + more)

    def end(self, outcome: Outcome, told: str) -> None:
        """Complete the report with its outcome and summary."""
        self._ledger.end(outcome, told, self._sending.landed, self._desk.session.traffic)

    def _warn(self, told: str) -> str:
        """Return the sentence, and add a sentence that is not empty to the warnings."""
        if told:
            self._ledger.note(warnings=(*self._ledger.report.warnings, told.strip()))
        return told

    def _unsaved(self, totals: RowTotals, counts: RowCounts) -> str:
        """Return the sentence for touched rows that the portal did not list for the snapshot."""
        kept = (step.detail["rows"] for step in self._ledger.steps if step.step == SAVED)
        touched = rows_touched(self._order.job.method, totals, counts)
        missing = touched - max(kept, default=touched)
        if missing <= 0:
            return ""
        self._ledger.step(UNSAVED, rows=missing)
        self._ledger.note_part("undo", snapshot=None)
        return f" {incomplete_snapshot('This run', missing)}"

    def _part_after(self, work: Prepared | None, rows: RowsClient) -> str:
        """Return the sentence for a replaced part that lacks the source's rows after the push."""
        part, landed = None if work is None else work.partition, self._sending.landed
        if part is None or part.wanted is None or landed is None or landed.counts.rejected:
            return ""
        try:
            found = part.count(rows)
        except SodaSheetError:
            return " The portal did not say how many rows the part has now."
        return part_mismatch(part.words, part.wanted, found)

    def _reconciled(self, work: Prepared | None, rows: RowsClient) -> str:
        """Compare source and dataset by group if the job says so; return the sentence."""
        field, landed = self._order.job.quality.reconcile, self._sending.landed
        if not field or work is None or landed is None or self._order.undoes is not None:
            return ""
        if work.checked.plan.method is Method.DELETE:
            return ""
        self._desk.progress.begin("comparing the groups")
        limited = self._order.options.limit is not None
        found = reconcile(work, rows, landed, field, limited=limited)
        totals = replace(self._ledger.report.totals, reconciliation=found)
        self._ledger.note(totals=totals)
        told = f" {found.sentence}"
        return told if found.agrees else self._warn(told)

    def _unshown(self) -> str:
        """Return a sentence if the portal's history does not show the user's note."""
        transport = self._ledger.report.sending.transport
        if not self._order.options.remark or transport == Publishing.name:
            return ""
        return " The note is in the run history only, because the rows were not sent as a revision."

    def _note_undone(self, run: str) -> str:
        """Record that the run was undone; return a sentence about the record."""
        try:
            self._ledger.journal.write(run, UNDONE, by=self._ledger.run)
            record = self._ledger.journal.record(run)
        except SodaSheetError as error:
            return f" Run {run} was undone, but that could not be saved: {error}"
        return redone(run, record.order.get("undoes") if record else None)


def rows_touched(method: Method, totals: RowTotals, counts: RowCounts) -> int:
    """Return the minimum number of changed or deleted rows, from the row counts.

    Portals split created and updated rows differently in their replies, so the totals decide. Where
    others have changed the dataset too, nothing is known, and 0 is returned.
    """
    before, after = totals.before, totals.after
    if before is None or after is None or totals.expected not in (None, after):
        return 0
    if method is Method.DELETE:
        return before - after
    if method is Method.APPEND or counts.sent is None or counts.rejected is None:
        return 0
    return counts.sent - counts.rejected - (after - before)


def count_until(
    rows: RowsClient, wanted: int | None, seen: RowState | None = None
) -> tuple[int | None, RowState | None]:
    """Return the dataset's row count, polled until equal to `wanted`, and the state.

    `seen` is the state right after the write if it was asked for already.
    The count is None if the portal does not answer: the rows have landed all the same. The state is
    None also while readers do not see every write.
    """
    try:
        state = seen or rows.state()
        count = rows.count() if state is None else state.rows
        for seconds in WAITS:
            if wanted is None or count == wanted:
                break
            time.sleep(seconds)
            state = rows.state()
            count = rows.count() if state is None else state.rows
    except SodaSheetError:
        return None, None
    return count, state


def expected(
    method: Method, before: int, counts: RowCounts, total: int | None = None
) -> int | None:
    """Return how many rows the dataset should have now; None if the replies do not say.

    `total` is the number known beforehand if only some of the rows were sent.
    """
    if total is not None:
        return None if counts.rejected else total
    if method is Method.REPLACE:
        known = counts.sent is not None and counts.rejected is not None
        return (counts.sent or 0) - (counts.rejected or 0) if known else counts.sent
    if method is Method.APPEND and counts.created is not None:
        return before + counts.created - (counts.deleted or 0)
    if counts.created is None or counts.deleted is None:
        return None
    return before + counts.created - counts.deleted


def lost_columns(before: Iterable[Column], after: Dataset | None) -> str:
    """Return the sentence for columns that the dataset no longer has; reads `after`."""
    if after is None:
        return ""
    fields = {column.field for column in after.columns}
    lost = [column.label for column in before if column.field not in fields]
    if not lost:
        return ""
    noun = "column" if len(lost) == 1 else "columns"
    return f" The dataset no longer has the {noun} {listed(lost)}: check it on the portal."


def mismatch(totals: RowTotals, *, settled: bool) -> str:
    """Return the sentence for a row count that differs from the sum of the replies.

    `settled` says that readers see every write.
    """
    wanted, after = totals.expected, totals.after
    if after is None:
        return " The portal did not say how many rows there are now."
    if wanted is None or wanted == after:
        return ""
    were = counted(wanted, "was", "were")
    if _too_many(totals, settled=settled):
        return (
            f" {were} expected: someone else added rows in the meantime, or some rows"
            " were added twice. Check the dataset before you push again."
        )
    return (
        f" {were} expected: the portal may need a few minutes to show all rows, or someone"
        " else changed the dataset. Check again later."
    )


def _too_many(totals: RowTotals, *, settled: bool) -> bool:
    """True if there are certainly more rows than expected.

    Readers that lag behind show the rows as they were: too many only if rows were deleted.
    """
    wanted, after = totals.expected, totals.after
    if wanted is None or after is None or after <= wanted:
        return False
    return settled or wanted >= (totals.before or 0)


def is_surprising(totals: RowTotals, *, settled: bool) -> bool:
    """True if the count certainly differs, not only because readers lag behind."""
    if totals.expected is None or totals.after is None or totals.expected == totals.after:
        return False
    return settled or _too_many(totals, settled=settled)


def part_mismatch(words: str, wanted: int | None, found: int | None) -> str:
    """Return the sentence for a part of the dataset that does not have the rows of the source."""
    if wanted is None or found is None or wanted == found:
        return ""
    return (
        f" The part {words} has {counted_rows(found)}, and the source has"
        f" {wanted:,} for it: someone else changed the part in the meantime, or not all of it was"
        " replaced. Compare the part with the source."
    )


def redone(run: str, undoes: object) -> str:
    """Return the sentence for the undo of an undo; empty for other runs."""
    if not undoes:
        return ""
    return f" Run {run} was an undo itself, so the changes of run {undoes} were restored."


def difference_after_undo(run: str, before: int | None, after: int | None) -> str:
    """Return the sentence for an undo after which the row count differs from before `run`."""
    if before is None or after is None or before == after:
        return ""
    rows = (
        "rows of that run are still there"
        if after > before
        else "rows that it had replaced or deleted are still missing"
    )
    return (
        f" Before run {run} it had {before:,}: unless something else has changed the dataset since,"
        f" {rows}. Check the dataset."
    )
