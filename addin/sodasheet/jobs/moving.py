"""A job that goes to another folder and still finds its source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sodasheet.model.job import Job


def moved(job: Job, base: Path, folder: Path) -> Job:
    """The job with its source path as seen from `folder`, where it was relative to `base`.

    A source below the folder keeps a relative path, so that both can be moved together.
    """
    if job.source.kind == "active":
        return job
    path = (base / job.source.path).resolve()
    target = folder.resolve()
    shown = path.relative_to(target) if path.is_relative_to(target) else path
    return replace(job, source=replace(job.source, path=shown.as_posix()))
