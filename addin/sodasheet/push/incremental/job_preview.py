"""A job's preview, which reads only rows that the last push does not settle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sodasheet.model.job import Job
from sodasheet.model.progress import Progress
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.incremental.last_push import LastPush
from sodasheet.push.incremental.rows_preview_can_skip import remembered_rows
from sodasheet.push.load_and_check import Hooks, Prepared, prepared
from sodasheet.push.preview.preview import Previewed, previewed, trial
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
    hooks = _lines_left_out(job, base, session) if limit is None else None
    if hooks is not None:
        with _found(job, base, session, progress, hooks) as (work, found):
            if found is not None or work.checked.stopped:
                yield work, found
                return
    with prepared(job, base, session, progress) as work:
        if work.checked.stopped:
            yield work, None
            return
        tried = trial(work, limit)
        known = remembered_rows(job, work, session) if limit is None else None
        with previewed(tried, session, progress, known) as found:
            yield tried, found


@contextmanager
def _found(
    job: Job, base: Path, session: PortalSession, progress: Progress, hooks: Hooks
) -> Iterator[tuple[Prepared, Previewed | None]]:
    """Yield the preview from the lines that differ; None if all rows are needed.

    So it does if somebody has written to the dataset meanwhile, or if a column would be empty as
    far as these lines tell: lines that were left out may fill it.
    """
    with prepared(job, base, session, progress, hooks) as work:
        known = None if work.checked.stopped else remembered_rows(job, work, session)
        if known is None and (work.stage.as_sent or work.checked.stopped):
            yield work, None
            return
        with previewed(work, session, progress, known) as found:
            is_open = bool(work.stage.as_sent and found.preview.emptied)
            yield work, None if is_open else found


def _lines_left_out(job: Job, base: Path, session: PortalSession) -> Hooks | None:
    """Return hooks that skip lines like a push of the job; None if no lines are skipped.

    A job that sends all rows has all of them checked, and its preview must find what the push does.
    """
    last = LastPush(PushRequest(job, base), session)
    return None if last.recalled() is None else Hooks(imprint=last.imprint, hashes_lines=False)
