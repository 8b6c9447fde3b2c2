"""Choose the source that reads a path; only the chosen reader is imported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.source_file import (
    GEOGRAPHIC,
    FileType,
    Stamp,
    file_errors,
    file_type,
    is_geographic,
)
from sodasheet.system.path_facts import is_folder

if TYPE_CHECKING:
    from sodasheet.sources.spool import Source

DELIMITED = (".csv", ".tsv", ".txt", ".tab")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def source_spec(path: str, options: SourceSpec | None = None) -> SourceSpec:
    """Return the spec for a path: `options` with the path and the kind for its extension.

    Raises UsageProblem for an extension of neither a delimited file nor a workbook.
    """
    return replace(options or SourceSpec(), path=path, kind=_kind(path))


def open_source(spec: SourceSpec, base: Path, linked: frozenset[str] = frozenset()) -> Source:
    """Return the source for a spec; a relative path is relative to the folder `base`.

    `linked` are headers of a workbook whose cells are read with the hyperlinks behind them.
    The content of the file outranks its extension, with a note. Raises UsageProblem for a path or
    a kind that no reader here supports, SourceError if the file is missing, a folder, locked, or
    neither text nor a workbook.
    """
    path = _path(spec, base)
    if spec.kind == "spool":
        from sodasheet.sources.spool_folder import SpoolFolderSource

        return SpoolFolderSource(path)
    named = _kind(spec.path)
    with file_errors(path):
        if Stamp.of(path).size == 0:
            raise SourceError(f"{path.name} is empty.", "Export it again, or choose another file.")
        if is_geographic(path):
            from sodasheet.sources.geographic.source import GeographicSource

            return GeographicSource(path, spec)
        content = file_type(path)
    as_named = (content is FileType.WORKBOOK) == (named == "workbook")
    notes = () if as_named else (_note(path, content),)
    if content is FileType.WORKBOOK:
        from sodasheet.sources.workbook.source import WorkbookSource

        return WorkbookSource(path, spec, notes, linked)
    if spec.sheet or spec.table or spec.range:
        raise SourceError(
            f"{path.name} is plain text, which has no sheets, tables or ranges.",
            "Remove the sheet, table or range from the source, or choose a workbook.",
        )
    from sodasheet.sources.delimited.source import DelimitedSource

    return DelimitedSource(path, spec, notes)


def _path(spec: SourceSpec, base: Path) -> Path:
    if spec.kind == "active":
        raise UsageProblem(
            "The job reads the active sheet, which is possible only inside Excel.",
            "Choose a file or a workbook as the source.",
        )
    if not spec.path.strip() or "\0" in spec.path:
        raise UsageProblem("The source has no path.", "Choose the file that contains the rows.")
    return base / spec.path


def _kind(path: str) -> str:
    name, suffix = Path(path).name, Path(path).suffix.lower()
    if name.startswith("~$"):
        raise UsageProblem(
            f"{name} is the lock file that Excel keeps next to an open workbook.",
            f"Choose {name[2:]} instead.",
        )
    if suffix in WORKBOOKS:
        return "workbook"
    if suffix in DELIMITED or suffix in GEOGRAPHIC:
        return "file"
    if is_folder(Path(path)):
        raise UsageProblem(f"{path} is a folder, not a file.", "Choose a file inside it.")
    raise UsageProblem(
        f"{name or 'The path'} isn't a supported file type.",
        f"Use a delimited file ({', '.join(DELIMITED)}), a workbook ({', '.join(WORKBOOKS)}) or a"
        f" geographic file ({', '.join(GEOGRAPHIC)}).",
    )


def _note(path: Path, content: FileType) -> FindingGroup:
    what = "a workbook" if content is FileType.WORKBOOK else "plain text"
    return FindingGroup(
        reason="content-differs",
        severity=Severity.NOTE,
        message=f"{path.name} is {what} despite its extension, and was read as {what}.",
        remedy="Rename the file with the matching extension.",
        examples=(Finding(None, None, path.name),),
    )
