"""The draft of a job that was opened from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.chosen_source import source_words
from sodasheet.desk.drafts.draft import About, Draft, all_drafts, new_draft
from sodasheet.errors import SodaSheetError
from sodasheet.model.job import Job

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob


def draft_of(named: NamedJob, path: Path) -> Draft:
    """Return the draft of a job in a file: the existing draft, else a new draft.

    Raises SodaSheetError.
    """
    from sodasheet.jobs.load_jobs import is_workbook

    job = _absolute(named.job, named.base)
    own = "" if is_workbook(path) else str(path)
    about = About(source_words(job.source), str(path), str(named.base), own)
    for draft in all_drafts():
        try:
            known, there = draft.about, draft.job
        except SodaSheetError:
            continue
        if known.path == str(path) and (there.portal, there.dataset, there.source) == (
            job.portal,
            job.dataset,
            job.source,
        ):
            draft.save(job)
            return draft
    return new_draft(job, about)


def _absolute(job: Job, base: Path) -> Job:
    """The job with an absolute source path."""
    source = job.source
    path = str((base / source.path).absolute()) if source.path else source.path
    return replace(job, source=replace(source, path=path))
