"""Spool a live sheet to disk, so that the push no longer needs Excel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.accept_network_hosts import require_accepted
from sodasheet.excel.live.allowed_values import with_live_lists
from sodasheet.excel.live.source import LiveSource
from sodasheet.excel.live.source_location import location_of
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources.spool_folder import SpoolFolderSource, write_spool_folder
from sodasheet.staging.check.check_plan import linked_headers, with_fractions

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import Job
    from sodasheet.model.progress import Progress


def spool_live_sheet(press: Press, opened: Opened, folder: Path, progress: Progress) -> Job:
    """Return the job with its live sheet read into `folder`; jobs that read a file stay unchanged.

    Numbers that the sheet shows as percentages get their format here, for the job that is stored,
    and rules the allowed values that ranges of the workbook contain. Raises SourceError, and
    UsageProblem for a range that is gone or empty.
    """
    job = with_live_lists(opened.job, press.sheets)
    if job.source.kind != "active":
        require_accepted(press, job.source)
        return job
    place = location_of(press, job.source)
    linked = linked_headers(job.mapping, opened.dataset)
    source = LiveSource(place, job.source, linked=linked)
    spool = source.spool(folder, progress)
    write_spool_folder(spool, source.name, folder)
    mapping = with_fractions(job.mapping, spool.headers, spool.natives, opened.dataset)
    return replace(job, mapping=mapping, source=SourceSpec(kind="spool", path=str(folder)))


def respooled(opened: Opened, earlier: Job) -> Job:
    """Return a job with a changed mapping, using the rows that were read for the earlier job.

    Rows that are not data may be others than for that job; everything else about the source is not.
    """
    if earlier.source.kind != "spool":
        return replace(opened.job, quality=earlier.quality)
    folder = Path(earlier.source.path)
    source = SpoolFolderSource(folder)
    spool = replace(source.spool(folder, Silent()), leave_out=opened.job.source.leave_out)
    write_spool_folder(spool, source.name, folder)
    mapping = with_fractions(opened.job.mapping, spool.headers, spool.natives, opened.dataset)
    return replace(opened.job, quality=earlier.quality, mapping=mapping, source=earlier.source)
