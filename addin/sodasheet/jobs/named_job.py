"""A job with its name and its folder, from a file of any kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sodasheet.model.job import Job


@dataclass(frozen=True, slots=True)
class NamedJob:
    """A job with a name: the name of its mapping sheet, or its file name without the extension.

    `base` is the folder of relative source paths; `notes` are sentences about settings of the file
    that cannot be followed.
    """

    name: str
    job: Job
    base: Path
    notes: tuple[str, ...] = ()
