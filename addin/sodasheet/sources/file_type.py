"""Recognize the type of a file from its content rather than its extension."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from sodasheet.errors import SourceError

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: First bytes of files that are often chosen by mistake, and their types.
_OTHERS = (
    (b"%PDF-", "a PDF document", "Export the data as CSV or as a workbook instead."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first and choose the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first and choose the file inside."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first and choose the file inside."),
    (b"PAR1", "a Parquet file", "Export the data as CSV instead."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table as CSV instead."),
    (b"\x89PNG", "a picture", "Choose the file that holds the data."),
    (b"\xff\xd8\xff", "a picture", "Choose the file that holds the data."),
)

#: Extensions of geographic files.
GEOGRAPHIC = (".geojson", ".kml", ".kmz", ".zip", ".shp")


class FileType(StrEnum):
    """Types of file that can be read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def file_type(path: Path) -> FileType:
    """Return the type of a file from its first bytes and, in a zip archive, its list of members.

    Raises SourceError if the file is neither a workbook nor text that could be delimited, OSError
    if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(2048)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _zipped(path)
    if head.startswith(_OLE):
        return FileType.WORKBOOK
    for magic, what, remedy in _OTHERS:
        if head.startswith(magic):
            raise SourceError(f"{path.name} is {what}, not a delimited file or a workbook.", remedy)
    _refuse_markup(path, head)
    return FileType.TEXT


def _zipped(path: Path) -> FileType:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise damaged(path) from error
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return FileType.WORKBOOK
    if any(name.lower().startswith("xl/") for name in names):
        return FileType.WORKBOOK
    what = "a Word document" if "word/document.xml" in names else "a zip archive"
    raise SourceError(
        f"{path.name} is {what}, not a workbook.",
        "Choose the workbook or the CSV file itself; unpack an archive first.",
    )


def damaged(path: Path) -> SourceError:
    """Return the error for a workbook that cannot be parsed."""
    return SourceError(
        f"The workbook {path.name} is damaged or incomplete.",
        "Open and save it in a spreadsheet program, or copy the file again.",
    )


def _refuse_markup(path: Path, head: bytes) -> None:
    text = head.decode("utf-8-sig", "replace").lstrip().lower()
    if text.startswith(("<!doctype html", "<html", "<table", "<head", "<meta")):
        raise SourceError(
            f"{path.name} is a web page, not a workbook or a delimited file.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )
    if text.startswith("<?xml"):
        raise SourceError(
            f"{path.name} is an XML file, not a workbook or a delimited file.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )


def is_geographic(path: str | Path) -> bool:
    """True if the extension names a geographic file."""
    return Path(path).suffix.lower() in GEOGRAPHIC
