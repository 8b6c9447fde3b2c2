"""Send only changed rows (docs/how-to/send-only-changes.md).

The base that the rows are compared with is the imprint of the last push, where it can be trusted,
else the dataset itself, downloaded. If something prevents this, all rows are sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.baseline import Baseline, imprint_path
from sodasheet.push.incremental.dataset_first import (
    doubt_without_asking,
    obstacle_to_comparing,
)
from sodasheet.push.incremental.last_push import DAMAGED, SINCE, LastPush
from sodasheet.push.incremental.row_subset import note_narrowed
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.preview.preview import DatasetBeside, previewed
from sodasheet.push.report_sentences import compared_with
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.run_recorder import RunRecorder
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.diff.changes_only import only_changes
from sodasheet.staging.diff.row_hashes import (
    Difference,
    RowHashesError,
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
        self._beside: DatasetBeside | None = None

    def narrowed(self, work: Prepared, beside: DatasetBeside | None = None) -> Prepared:
        """The same without the rows that the dataset has already; what was compared is noted.

        `beside` are the dataset's rows if they were downloaded. Raises Cancelled.
        """
        self._beside = beside
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
        """In words what was compared with what, and what is left to send; None is everything."""
        obstacle = obstacle_to_comparing(self._order, work)
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

    def _differing(self, work: Prepared) -> _Found:
        """Compare the rows with the last push, or else with the dataset."""
        remembered = self._last.recalled()
        doubt = doubt_without_asking(self._order, work, remembered)
        if remembered is not None and doubt is None:
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
        desk = self._desk
        with previewed(work, desk.session, desk.progress, beside=self._beside) as found:
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
