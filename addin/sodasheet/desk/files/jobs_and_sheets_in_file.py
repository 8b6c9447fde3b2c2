"""Contents of a chosen file: jobs, a workbook with several sheets, or rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob

#: Extensions of files that may be jobs.
_JOBS = (".json", ".sij", ".gij")


@dataclass(frozen=True, slots=True)
class FilePart:
    """A sheet or a table of a workbook, or a layer of a geographic file."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The jobs of a file, else its sheets and tables; neither for a plain file of rows."""

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


def _parts(path: Path) -> tuple[FilePart, ...]:
    from sodasheet.sources.workbook.inspect_workbook import closed_workbook

    with closed_workbook(path) as book:
        tables = [FilePart("table", table.name) for table in book.tables]
        return (*(FilePart("sheet", name) for name in book.sheets), *tables)
