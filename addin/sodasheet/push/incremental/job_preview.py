"""A job's preview, which reads only rows that the last push does not settle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sodasheet.model.job import Job
from sodasheet.model.progress import Progress
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.incremental.dataset_first import with_dataset_first, without_past
from sodasheet.push.incremental.last_push import LastPush
from sodasheet.push.incremental.rows_preview_can_skip import remembered_rows
from sodasheet.push.load_and_check import Hooks, Prepared, prepared
from sodasheet.push.preview.preview import DatasetBeside, Previewed, previewed, trial
from sodasheet.push.request import PushRequest


@contextmanager
def job_preview(
    job: Job, base: Path, session: PortalSession, progress: Progress, limit: int | None = None
) -> Iterator[tuple[Prepared, Previewed | None]]:
    """Yield the checked rows of a job and their changes; None if the check stops all rows.

    With `limit`, a trial of its first good rows. If the job sends changes only, lines that the last
    push has sent are neither loaded nor checked again, as in the push itself, as long as the
    dataset is as that push left it. Raises what `prepared` and `previewed` raise.
    """
    if limit is not None:
        with _trial(job, base, session, progress, limit) as told:
            yield told
        return
    order = PushRequest(job, base)
    hooks = _lines_left_out(order, session)
    if hooks is not None:
        with _found(order, session, progress, hooks) as (work, found):
            if found is not None or work.checked.stopped:
                yield work, found
                return
    with _found(order, session, progress, Hooks()) as told:
        yield told


@contextmanager
def _trial(
    job: Job, base: Path, session: PortalSession, progress: Progress, limit: int
) -> Iterator[tuple[Prepared, Previewed | None]]:
    """Yield the preview of a trial of the first good rows."""
    with prepared(job, base, session, progress) as work:
        if work.checked.stopped:
            yield work, None
            return
        tried = trial(work, limit)
        with previewed(tried, session, progress) as found:
            yield tried, found


@contextmanager
def _found(
    order: PushRequest, session: PortalSession, progress: Progress, hooks: Hooks
) -> Iterator[tuple[Prepared, Previewed | None]]:
    """Yield the preview from the lines that differ; None if all rows are needed.

    So it does if somebody has written to the dataset meanwhile, or if a column would be empty as
    far as these lines tell: lines that were left out may fill it.
    """
    with _checked(order, session, progress, hooks) as (work, beside):
        known = None if work.checked.stopped else remembered_rows(order.job, work, session)
        if known is None and (work.stage.as_sent or work.checked.stopped):
            yield work, None
            return
        with previewed(work, session, progress, known, beside) as found:
            is_open = bool(work.stage.as_sent and found.preview.emptied)
            yield work, None if is_open else found


@contextmanager
def _checked(
    order: PushRequest, session: PortalSession, progress: Progress, hooks: Hooks
) -> Iterator[tuple[Prepared, DatasetBeside | None]]:
    """Yield the checked rows, and the dataset's rows if these were needed first, as in a push."""
    hooks = without_past(order, hooks)
    with prepared(order.job, order.base, session, progress, hooks) as work:
        if hooks.compare:
            yield work, None
            return
        last = LastPush(order, session)
        with with_dataset_first(order, last, work, session, progress) as found:
            yield found


def _lines_left_out(order: PushRequest, session: PortalSession) -> Hooks | None:
    """Return the hooks that leave out lines as a push of the job does; None if none is left out.

    A job that sends all rows has all of them checked, and its preview must find what the push does.
    """
    last = LastPush(order, session)
    return None if last.recalled() is None else Hooks(imprint=last.imprint, hashes_lines=False)
