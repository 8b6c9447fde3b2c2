"""From a path to the source that reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.delimited.source import DelimitedSource
from sodasheet.sources.file_access import Stamp, reaching
from sodasheet.sources.file_type import Content, content_of
from sodasheet.sources.spool import Source
from sodasheet.sources.spool_folder import HandedSource
from sodasheet.sources.workbook.source import WorkbookSource

DELIMITED = (".csv", ".tsv", ".txt", ".tab")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def source_spec(path: str, options: SourceSpec | None = None) -> SourceSpec:
    """The spec for a path that somebody typed, with the options of `options` and its own kind.

    Raises UsageProblem for an extension that is none of a delimited file or a workbook.
    """
    return replace(options or SourceSpec(), path=path, kind=_kind(path))


def open_source(spec: SourceSpec, base: Path) -> Source:
    """The source that a spec names; a relative path counts from the folder `base`.

    What the file holds decides over its extension, with a note. Raises UsageProblem for a path or
    a kind that nothing here reads, SourceError where the file is missing, a folder, locked, or
    neither text nor a workbook.
    """
    path = _path(spec, base)
    if spec.kind == "spool":
        return HandedSource(path)
    told = _kind(spec.path)
    with reaching(path):
        if Stamp.of(path).size == 0:
            raise SourceError(f"{path.name} is empty.", "Export it again, or choose another file.")
        content = content_of(path)
    notes = () if (content is Content.WORKBOOK) == (told == "workbook") else (_note(path, content),)
    if content is Content.WORKBOOK:
        return WorkbookSource(path, spec, notes)
    if spec.sheet or spec.table or spec.range:
        raise SourceError(
            f"{path.name} holds plain text, so it has no sheets, tables or ranges.",
            "Leave out the sheet, table or range, or choose a workbook.",
        )
    return DelimitedSource(path, spec, notes)


def _path(spec: SourceSpec, base: Path) -> Path:
    if spec.kind == "active":
        raise UsageProblem(
            "The job reads the active sheet, which only the add-in inside Excel can do.",
            "Name a file or a workbook as the source.",
        )
    if not spec.path.strip() or "\0" in spec.path:
        raise UsageProblem("The source has no path.", "Name the file that holds the rows.")
    return base / spec.path


def _kind(path: str) -> str:
    name, suffix = Path(path).name, Path(path).suffix.lower()
    if name.startswith("~$"):
        raise UsageProblem(
            f"{name} is the lock that Excel leaves beside an open workbook.",
            f"Choose {name[2:]} instead.",
        )
    if suffix in WORKBOOKS:
        return "workbook"
    if suffix in DELIMITED:
        return "file"
    if Path(path).is_dir():
        raise UsageProblem(f"{path} is a folder, not a file.", "Name the file inside it.")
    raise UsageProblem(
        f"{name or 'The path'} is no kind of file that can be read.",
        f"Delimited files end in {', '.join(DELIMITED)}, workbooks in {', '.join(WORKBOOKS)}.",
    )


def _note(path: Path, content: Content) -> FindingGroup:
    what = "a workbook" if content is Content.WORKBOOK else "plain text"
    return FindingGroup(
        reason="content-differs",
        severity=Severity.NOTE,
        message=f"{path.name} is {what}, whatever its name says; it was read as that.",
        remedy="Give it the extension of what it is.",
        examples=(Finding(None, None, path.name),),
    )
