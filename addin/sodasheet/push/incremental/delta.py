"""Send only changed rows (docs/how-to/send-only-changes.md).

The base that the rows are compared with is the imprint of the last push, where it can be trusted,
else the dataset itself, downloaded. Whatever stands in the way, all rows are sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.baseline import Baseline, column_fingerprint, imprint_path
from sodasheet.push.incremental.last_push import DAMAGED, OTHERWISE, SINCE, LastPush, whole_only
from sodasheet.push.incremental.row_subset import note_narrowed
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.preview.preview import previewed
from sodasheet.push.report_sentences import compared_with
from sodasheet.push.request import PushRequest, can_remember
from sodasheet.push.runs.run_recorder import RunRecorder
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.diff.changes_only import only_changes
from sodasheet.staging.diff.row_hashes import (
    Difference,
    RowHashesError,
    can_hash_rows,
    compare,
    drop_unchanged,
)

#: Above this share of the rows, sending all of them is safer and hardly slower.
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class _Found:
    """Difference between the rows and a named base, and the check without equal rows."""

    base: str
    difference: Difference
    narrowed: Callable[[], CheckResult]


class Delta:
    """The rows that one push leaves out."""

    def __init__(
        self, order: PushRequest, desk: PushContext, ledger: RunRecorder, last: LastPush
    ) -> None:
        self._order, self._desk, self._ledger, self._last = order, desk, ledger, last

    def narrowed(self, work: Prepared) -> Prepared:
        """The check without rows already in the dataset; the comparison is noted.

        Raises Cancelled.
        """
        if work.checked.stopped:
            return work
        if work.stage.as_sent:
            return self._noted(work, *self._by_lines(work))
        return self._noted(work, *self._compared(work))

    def _noted(self, work: Prepared, told: str, checked: CheckResult | None) -> Prepared:
        self._ledger.note_part("sending", base=told)
        if checked is None:
            return work
        note_narrowed(self._ledger, work.checked, checked)
        return replace(work, checked=checked)

    def _by_lines(self, work: Prepared) -> tuple[str, CheckResult]:
        """Like `_compared`, for a source whose rows were mostly skipped on reading.

        All rows cannot be sent here, because they are not there. Raises SodaSheetError where
        someone has written to the dataset meanwhile.
        """
        found = self._last.trusted
        assert found is not None  # noqa: S101 - without it all rows would have been read
        self._desk.progress.begin("finding what has changed")
        doubt = self._last.doubt(found, work.dataset)
        if doubt is not None:
            raise SodaSheetError(
                f"{work.dataset.name} can no longer be compared with the last push: {doubt}.",
                "Nothing was sent. Push again.",
            )
        differing = self._since(found, work)
        return compared_with(differing.base, differing.difference), differing.narrowed()

    def _compared(self, work: Prepared) -> tuple[str, CheckResult | None]:
        """A sentence about the comparison, and the rows left to send; None for all rows."""
        obstacle = self._obstacle(work)
        if obstacle is not None:
            return f"All rows were sent: {obstacle}.", None
        self._desk.progress.begin("finding what has changed")
        try:
            found = self._differing(work)
        except Cancelled:
            raise
        except SodaSheetError as error:
            return f"All rows were sent: there was nothing to compare them with. {error.what}", None
        difference = found.difference
        if difference.sending + difference.vanished > _MOST * work.checked.good:
            return f"All rows were sent: most of them differ from {found.base}.", None
        return compared_with(found.base, difference), found.narrowed()

    def _obstacle(self, work: Prepared) -> str | None:
        """Return the reason why all rows must be sent, or None."""
        if not can_hash_rows(work.checked):
            return "no source column fills a text or number row identifier"
        return whole_only(self._order, work.dataset)

    def _differing(self, work: Prepared) -> _Found:
        """Compare the rows with the last push, or else with the dataset."""
        remembered = self._last.recalled()
        doubt: str | None
        if not can_remember(self._order.job):
            doubt = "a template uses the time, the run, the file or the row number"
        elif remembered is None:
            doubt = "no earlier push from this computer is remembered"
        elif remembered.fills != column_fingerprint(
            work.stage.headers, (one.filled for one in work.checked.projected)
        ):
            doubt = OTHERWISE
        else:
            doubt = self._last.doubt(remembered, work.dataset)
        if remembered is not None and doubt is None:
            try:
                return self._since(remembered, work)
            except RowHashesError:
                doubt = DAMAGED
        return self._from_dataset(work, f"the dataset itself, downloaded because {doubt}")

    def _since(self, found: Baseline, work: Prepared) -> _Found:
        """Compare the rows with the last push; raises RowHashesError."""
        job = self._order.job
        difference = compare(work.checked, imprint_path(job.portal, job.dataset))
        base = f"what run {found.run} sent, {SINCE}"
        return _Found(base, difference, lambda: drop_unchanged(work.checked))

    def _from_dataset(self, work: Prepared, base: str) -> _Found:
        with previewed(work, self._desk.session, self._desk.progress) as found:
            comparison, stale = found.comparison, found.preview.stale
        if stale is not None:
            raise SodaSheetError(stale, "")
        counts = (comparison.unchanged, comparison.changed, comparison.new, comparison.deleted)
        gone = (key for _, key in comparison.deleted_rows() if key is not None)
        return _Found(
            base,
            Difference(*counts),
            lambda: only_changes(work.checked, comparison.unchanged_rows, gone),
        )
