"""Contents of a chosen file: jobs, a workbook with several sheets, or rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.drafts.draft import About, Draft, all_drafts, new_draft
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.job import Job, SourceSpec

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob

#: Endings of files that may be jobs.
_JOBS = (".json", ".sij", ".gij")


@dataclass(frozen=True, slots=True)
class FilePart:
    """A sheet or a table of a workbook, or a layer of a geographic file."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The jobs of a file; else its sheets and tables; neither for a file that holds rows itself."""

    jobs: tuple[NamedJob, ...] = ()
    parts: tuple[FilePart, ...] = ()


def contents(path: Path) -> Contents:
    """Look into a file. Raises SodaSheetError if unreadable."""
    from sodasheet.jobs.load_jobs import is_workbook, jobs_in
    from sodasheet.model.progress import Silent
    from sodasheet.sources.geographic.source import layers_of
    from sodasheet.sources.source_file import is_geographic

    if is_geographic(path):
        layers = layers_of(path, Silent())
        return Contents(parts=tuple(FilePart("layer", name) for name in layers[1:] and layers))
    if is_workbook(path):
        try:
            return Contents(jobs=tuple(jobs_in(path)))
        except UsageProblem:
            return Contents(parts=_parts(path))
    if path.suffix.lower() in _JOBS:
        return Contents(jobs=tuple(jobs_in(path)))
    return Contents()


def source_of(path: Path, part: str) -> SourceSpec:
    """Return the source for a file, or for its part `sheet:NAME`, `table:NAME` or `layer:NAME`.

    Raises UsageProblem for a file that nothing here reads.
    """
    from sodasheet.sources import source_spec

    spec = source_spec(str(path))
    kind, _, name = part.partition(":")
    if kind in ("sheet", "layer") and name:
        return replace(spec, sheet=name)
    return replace(spec, table=name) if kind == "table" and name else spec


def source_words(spec: SourceSpec) -> str:
    """Return what people call a source, such as `permits.xlsx, sheet Permits`."""
    from sodasheet.sources.source_file import is_geographic

    name = Path(spec.path).name
    if spec.table:
        return f"{name}, table {spec.table}"
    kind = "layer" if is_geographic(name) else "sheet"
    return f"{name}, {kind} {spec.sheet}" if spec.sheet else name


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


def _parts(path: Path) -> tuple[FilePart, ...]:
    from sodasheet.sources.workbook.inspect_workbook import closed_workbook

    with closed_workbook(path) as book:
        tables = [FilePart("table", table.name) for table in book.tables]
        return (*(FilePart("sheet", name) for name in book.sheets), *tables)


def _absolute(job: Job, base: Path) -> Job:
    """The job with a source path that is the same from everywhere."""
    source = job.source
    path = str((base / source.path).absolute()) if source.path else source.path
    return replace(job, source=replace(source, path=path))
