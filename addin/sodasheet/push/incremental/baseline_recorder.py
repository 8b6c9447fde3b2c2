"""Record what has landed, for pushes of changes only (docs/how-to/send-only-changes.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.push.context import PushContext
from sodasheet.push.incremental.baseline import Baseline, DatasetVersion, forget, imprint_path, keep
from sodasheet.push.incremental.fingerprint import (
    column_fingerprint,
    mapping_fingerprint,
    source_fingerprint,
)
from sodasheet.push.prepare import Prepared
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.run_recorder import RunRecorder
from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.diff.row_hashes import can_hash_rows, write_row_hashes
from sodasheet.system.paths import make_private

#: Methods after which every row of the source is known to be in the dataset as it was sent.
METHODS = (Method.REPLACE, Method.UPSERT)


@dataclass(frozen=True, slots=True)
class DatasetAtEnd:
    """Facts about the dataset at the end of a run, each None if unknown.

    `rows` is the number of rows, `dataset` the portal's description, `version` the portal's number
    of the run's own write, `state` the state of the rows with which the run's were compared,
    `after` the state right after the write.
    """

    rows: int | None
    dataset: Dataset | None = None
    version: int | None = None
    state: RowState | None = None
    after: RowState | None = None


class BaselineRecorder:
    """Recorder of the baseline for the next push."""

    def __init__(self, order: PushRequest, desk: PushContext, ledger: RunRecorder) -> None:
        self._order, self._desk, self._ledger = order, desk, ledger

    @property
    def wanted(self) -> bool:
        """True if the order allows for a baseline."""
        job = self._order.job
        return not self._order.partial and job.method in METHODS and job.within is None

    def remember(self, work: Prepared, end: DatasetAtEnd) -> None:
        """Remember the rows that have landed.

        Never raises: what cannot be remembered is forgotten, and costs a download next time.
        """
        import duckdb

        job = self._order.job
        if not self.wanted or not can_hash_rows(work.checked):
            return
        try:
            self._remember(work, end)
        except (SodaSheetError, OSError, duckdb.Error):
            forget(job.portal, job.dataset)

    def _whole(self, checked: CheckResult, rows: int) -> bool:
        """True if every good row has landed, as far as the portal has told."""
        if self._ledger.report.rows.rejected not in (None, checked.rejected):
            return False
        return self._order.job.method is not Method.REPLACE or rows == checked.good

    def _untouched(self, rows: RowsClient, end: DatasetAtEnd, state: RowState) -> bool:
        """True if no other write followed the run, as far as the portal tells."""
        if end.rows not in (None, state.rows) or end.state not in (None, state):
            return False
        # An edit right behind the run's own write would pass for what the run has sent.
        return end.version is None or rows.version() == end.version

    def _remember(self, work: Prepared, end: DatasetAtEnd) -> None:
        job, checked, stage = self._order.job, work.checked, work.stage
        self._desk.progress.begin("remembering what was sent")
        dataset = end.dataset or read_dataset(self._desk.session, job.dataset)
        rows = RowsClient(self._desk.session, dataset)
        state = end.after or rows.state()
        whole = state is not None and self._whole(checked, state.rows)
        if state is None or not whole or not self._untouched(rows, end, state):
            forget(job.portal, job.dataset)
            return
        imprint = imprint_path(job.portal, job.dataset)
        make_private(imprint.parent)
        write_row_hashes(checked, imprint)
        keep(
            Baseline(
                portal=job.portal,
                dataset=job.dataset,
                run=self._ledger.run,
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                recipe=mapping_fingerprint(job, work.dataset),
                fills=column_fingerprint(stage.headers, (one.filled for one in checked.projected)),
                standing=DatasetVersion.of(dataset.updated, state),
                source=source_fingerprint(job),
                source_name=stage.name,
                source_sha256=stage.sha256,
                source_bytes=size_of(self._order.base / job.source.path),
                source_rows=stage.rows,
                rejected=checked.rejected,
                dialect=stage.dialect,
            )
        )


def size_of(path: Path) -> int:
    """Bytes of the file; -1 if unknown."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return -1
