"""Patience of a push with a portal whose answer to the rows was lost."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.model.job import Job
from sodasheet.portal.http.retries import Patience


def patience_of(job: Job, usual: Patience) -> Patience:
    """Return the usual patience with the settings of the job."""
    late, over = job.delivery.wait, job.delivery.over
    return replace(
        usual,
        late=usual.late if late is None else late,
        over=usual.over if over is None else over,
    )


def time_left(seconds: float) -> str:
    """Return so many seconds in words, for the one who waits."""
    whole = max(int(seconds + 0.5), 1)
    if whole < 100:
        return f"{whole:,} second{'' if whole == 1 else 's'}"
    minutes = (whole + 30) // 60
    return f"{minutes:,} minute{'' if minutes == 1 else 's'}"
