"""Move jobs to other folders without losing their sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sodasheet.model.job import Job
from sodasheet.system.folders import real_path


def moved(job: Job, base: Path, folder: Path) -> Job:
    """Return the job with its source path relative to `folder` instead of `base`.

    A source below the folder keeps a relative path, so that both can be moved together.
    """
    if job.source.kind == "active":
        return job
    path = real_path(base / job.source.path)
    target = real_path(folder)
    shown = path.relative_to(target) if path.is_relative_to(target) else path
    return replace(job, source=replace(job.source, path=shown.as_posix()))
