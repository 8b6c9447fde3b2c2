"""The dataset's rows read before the source is compared with the dataset's past.

A push of changes for which no earlier push can be trusted downloads the dataset, and so does its
preview. If that is done first, rows that the dataset has already need not be searched for what it
does not have: private data, totals, and numbers and dates beyond its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from sodasheet.model.progress import Progress
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.incremental.baseline import (
    Baseline,
    DatasetVersion,
    column_fingerprint,
    is_sound,
    mapping_fingerprint,
)
from sodasheet.push.incremental.last_push import OTHERWISE, LastPush, whole_only
from sodasheet.push.load_and_check import Hooks, Prepared, compared_with_past
from sodasheet.push.preview.preview import DatasetBeside, dataset_beside
from sodasheet.push.request import PushRequest, can_remember
from sodasheet.staging.diff.row_hashes import can_hash_rows


def without_past(order: PushRequest, hooks: Hooks) -> Hooks:
    """Return hooks that leave the comparison with the past to `with_dataset_first`, if useful.

    `hooks.compare` is then false.
    """
    if not hooks.compare or not order.changes_only or order.adjusted:
        return hooks
    return replace(hooks, compare=False, stands=True)


@contextmanager
def with_dataset_first(
    order: PushRequest, last: LastPush, work: Prepared, session: PortalSession, progress: Progress
) -> Iterator[tuple[Prepared, DatasetBeside | None]]:
    """Compare the rows with the dataset's past, after the dataset's rows have been read if needed.

    These are there as long as the block lasts. Raises PortalError, Cancelled.
    """
    with ExitStack() as stack:
        beside = None
        if (
            not work.checked.stopped
            and not work.stage.as_sent
            and _needs_dataset(order, last, work)
        ):
            beside = stack.enter_context(dataset_beside(work, session, progress))
        differing = None if beside is None else beside.differing
        yield compared_with_past(work, order.job, order.base, session, differing), beside


def _needs_dataset(order: PushRequest, last: LastPush, work: Prepared) -> bool:
    """True if a push of these rows would compare them with the dataset itself."""
    if obstacle_to_comparing(order, work) is not None:
        return False
    found = last.recalled()
    if found is None or doubt_without_asking(order, work, found) is not None:
        return True
    if found.recipe != mapping_fingerprint(order.job, work.dataset) or not is_sound(found):
        return True
    if work.state is None:
        return True
    now = DatasetVersion.of(work.dataset.updated, work.state)
    return now != found.standing or not now.unchanged_since(found.standing)


def obstacle_to_comparing(order: PushRequest, work: Prepared) -> str | None:
    """Return why these rows can only be sent whole, or None."""
    if not can_hash_rows(work.checked):
        return "no source column fills a text or number row identifier"
    return whole_only(order, work.dataset)


def doubt_without_asking(order: PushRequest, work: Prepared, found: Baseline | None) -> str | None:
    """Return why the last push does not tell, as far as that shows without asking the portal."""
    if not can_remember(order.job):
        return "a template uses the time, the run, the file or the row number"
    if found is None:
        return "no earlier push from this computer is remembered"
    filled = (one.filled for one in work.checked.projected)
    if found.fills != column_fingerprint(work.stage.headers, filled):
        return OTHERWISE
    return None
