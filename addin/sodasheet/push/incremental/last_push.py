"""The last push to a dataset, if its record can be trusted.

It spares reading a file that is the same, lines that are the same, and the check of rows that are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.model.dataset import UNWRITABLE_TYPES, Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import SourceFacts
from sodasheet.portal.dataset import read_dataset, require_pushable
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.incremental.baseline import (
    Baseline,
    DatasetVersion,
    column_fingerprint,
    imprint_path,
    is_sound,
    load_baseline,
    mapping_fingerprint,
    source_fingerprint,
)
from sodasheet.push.request import PushRequest, can_remember
from sodasheet.system.checksum import sha256_of

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.sources.spool import Spool
    from sodasheet.staging.check.mapping_sql import Projected
    from sodasheet.staging.sql_quoting import Rows
    from sodasheet.staging.staged_table import Stage

SINCE = "and the dataset has not changed since"
OTHERWISE = "the mapping, the columns or SodaSheet itself have changed since the last push"
DAMAGED = "the record of the last push is damaged"


@dataclass(frozen=True, slots=True)
class UnchangedSource:
    """A source whose rows are known to be in the dataset without reading them.

    `rows` is how many the dataset holds, `base` how that is known.
    """

    dataset: Dataset
    source: SourceFacts
    rows: int
    base: str


class LastPush:
    """The baseline of the request's dataset, and whether the baseline is still valid.

    `trusted` is what the source was read by, where lines were left out for it.
    """

    def __init__(self, order: PushRequest, session: PortalSession) -> None:
        self.trusted: Baseline | None = None
        self._order, self._session = order, session

    def recalled(self) -> Baseline | None:
        """Return the baseline, valid or not; None if not requested or useless for the job."""
        job = self._order.job
        usable = self._order.changes_only and can_remember(job)
        return load_baseline(job.portal, job.dataset) if usable else None

    def known(self) -> UnchangedSource | None:
        """The source without reading any row, if the file is exactly the file of the last push.

        None if some of it may have to be sent. Raises PortalError, and Refused if the
        dataset cannot be written.
        """
        job, found = self._order.job, self.recalled()
        if (
            found is None
            or found.rejected
            or not found.source
            or found.source != source_fingerprint(job)
        ):
            return None
        path = self._order.base / job.source.path
        try:
            same = path.stat().st_size == found.source_bytes
            if not same or sha256_of(path) != found.source_sha256:
                return None
        except (OSError, ValueError):
            return None
        dataset = read_dataset(self._session, job.dataset)
        require_pushable(dataset, job.method)
        if self.doubt(found, dataset) is not None:
            return None
        facts = SourceFacts(found.source_name, found.source_rows, found.source_sha256)
        base = f"The source is exactly the file that run {found.run} sent, {SINCE}."
        return UnchangedSource(dataset, facts, found.standing.rows, base)

    def imprint(self, dataset: Dataset, spool: Spool) -> Path | None:
        """The last push's row hashes, if lines already sent need not be read at all.

        None if anything speaks against it: without all rows at hand there is no other way on.
        """
        from sodasheet.matching.by_field_name import by_field_name
        from sodasheet.staging.check.check_plan import CheckPlan, filled_columns
        from sodasheet.staging.load.changed_lines import dialect

        job, found = self._order.job, self.recalled()
        if found is None or not found.source or found.source != source_fingerprint(job):
            return None
        plan = CheckPlan(dataset, by_field_name(job, spool.headers, dataset), job.method)
        filled = column_fingerprint(spool.headers, filled_columns(plan, spool.headers))
        if (found.dialect, found.fills) != (dialect(spool), filled):
            return None
        if whole_only(self._order, dataset) is not None or self.doubt(found, dataset) is not None:
            return None
        self.trusted = found
        return imprint_path(job.portal, job.dataset)

    def unknown(
        self, stage: Stage, dataset: Dataset, projected: Sequence[Projected]
    ) -> Rows | None:
        """The rows that did not pass the same check at the last push; None if unknown.

        Whether the dataset still has them is another question, which `narrowed` asks.
        """
        from sodasheet.staging.diff.row_hashes import RowHashesError, rows_to_check

        job, found = self._order.job, None if stage.as_sent else self.recalled()
        # Facts about all cells of a workbook apply to each cell
        # (staging/check/numbers_instead_of_text.py).
        if found is None or stage.spool.natives is not None or not dataset.row_identifier:
            return None
        same = found.fills == column_fingerprint(stage.headers, (one.filled for one in projected))
        if not same or found.recipe != mapping_fingerprint(job, dataset) or not is_sound(found):
            return None
        path = imprint_path(job.portal, job.dataset)
        try:
            return rows_to_check(stage, projected, path, dataset.row_identifier)
        except RowHashesError:
            return None

    def doubt(self, found: Baseline, dataset: Dataset) -> str | None:
        """Return the reason why the baseline is not valid for the current dataset, or None."""
        if found.recipe != mapping_fingerprint(self._order.job, dataset):
            return OTHERWISE
        if not is_sound(found):
            return DAMAGED
        state = RowsClient(self._session, dataset).state()
        if state is None:
            return "the portal does not yet show the latest writes"
        now = DatasetVersion.of(dataset.updated, state)
        if now != found.standing:
            return f"it has changed since the recorded push (run {found.run})"
        if not now.unchanged_since(found.standing):
            return "the portal does not say when a row was last changed"
        return None


def whole_only(order: PushRequest, dataset: Dataset) -> str | None:
    """Return the reason why a replace of this dataset must send all rows, or None."""
    if order.job.method is not Method.REPLACE:
        return None
    if order.options.transport == "publishing":
        return "the Publishing API was chosen, which cannot delete some rows and write others"
    for column in dataset.columns:
        if column.type in UNWRITABLE_TYPES and not (column.system or column.computed):
            return f"only a replace of all rows can empty the column {column.label}"
    return None
