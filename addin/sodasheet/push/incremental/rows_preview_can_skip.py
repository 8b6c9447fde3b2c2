"""The rows of the last push, which a preview can skip if the dataset has not changed since."""

from __future__ import annotations

from sodasheet.model.job import Job
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.incremental.baseline import (
    DatasetVersion,
    column_fingerprint,
    imprint_path,
    is_sound,
    load_baseline,
    mapping_fingerprint,
)
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.preview.preview import RememberedRows
from sodasheet.push.request import can_remember
from sodasheet.staging.diff.row_hashes import can_hash_rows


def remembered_rows(job: Job, work: Prepared, session: PortalSession) -> RememberedRows | None:
    """Return the row hashes of the last push, if the dataset has not changed since that push.

    None if nothing is remembered, or if job, dataset or source rule the hashes out. Raises
    PortalError.
    """
    checked = work.checked
    narrowed = checked.held or checked.removals or work.partition is not None
    if not can_remember(job) or narrowed or checked.stopped or not can_hash_rows(checked):
        return None
    found = load_baseline(job.portal, job.dataset)
    if found is None or found.recipe != mapping_fingerprint(job, work.dataset):
        return None
    filled = column_fingerprint(work.stage.headers, (one.filled for one in checked.projected))
    if found.fills != filled or not is_sound(found):
        return None
    state = RowsClient(session, work.dataset).state()
    if state is None:
        return None
    if not DatasetVersion.of(work.dataset.updated, state).unchanged_since(found.standing):
        return None
    return RememberedRows(imprint_path(job.portal, job.dataset), state)
