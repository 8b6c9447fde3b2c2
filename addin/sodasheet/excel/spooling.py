"""Rows of a live sheet laid down in a folder, so that everything after needs no program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.live.location import find_place
from sodasheet.excel.live.percentages import with_fractions
from sodasheet.excel.live.source import LiveSource
from sodasheet.model.job import SourceSpec
from sodasheet.sources.spool_folder import write_spool_folder

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import Job
    from sodasheet.model.progress import Progress


def laid_down(press: Press, opened: Opened, folder: Path, progress: Progress) -> Job:
    """The job with its live sheet read into `folder`; a job that reads a file comes back as it is.

    Numbers that the sheet shows as percentages get their format here, because only the sheet
    knows. Raises SourceError.
    """
    job = opened.job
    if job.source.kind != "active":
        return job
    source = LiveSource(find_place(press.book, job.source, press.sheet), job.source)
    spool = source.spool(folder, progress)
    write_spool_folder(spool, source.name, folder)
    mapping = with_fractions(job.mapping, spool.headers, spool.natives, opened.dataset)
    return replace(job, mapping=mapping, source=SourceSpec(kind="spool", path=str(folder)))
