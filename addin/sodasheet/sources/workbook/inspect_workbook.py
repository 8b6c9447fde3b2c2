"""Inspect a closed workbook: sheets, tables, and the cells of small sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import Area
from sodasheet.sources.source_file import FileType, Stamp, file_errors, file_type
from sodasheet.sources.workbook.sheet_survey import open_sheet
from sodasheet.sources.workbook.source import load_workbook, workbook_errors
from sodasheet.sources.workbook.workbook_limits import require_readable
from sodasheet.sources.zip_package import elements, relations, texts, workbook_part

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: A sheet with more bytes of XML contains data rather than a form or a list.
LARGEST = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the area of its rows without the headers."""

    name: str
    sheet: str
    body: Area


class ClosedWorkbook:
    """A workbook in memory; `sheets` are the names of all worksheets, including hidden sheets."""

    def __init__(self, path: Path, data: bytes) -> None:
        from python_calamine import SheetTypeEnum

        self.name = path.name
        self._data = data
        self._book, self.tables = _loaded(data, path.name)
        self.sheets = tuple(
            one.name for one in self._book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet
        )
        self._sizes = _sizes(data)

    def named_cells(self, name: str) -> str:
        """Return the cells of a defined name in the workbook, such as `Lists!$A$2:$A$40`.

        Empty if there is no such name, or if the format's names cannot be read.
        """
        if not _is_ooxml(self._data):
            return ""
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            names = texts(archive, workbook_part(archive), "definedName")
        found = (text for of, text in names if of.get("name", "").casefold() == name.casefold())
        return next(found, "").strip()

    def cells(self, sheet: str) -> list[list[object]]:
        """Return the rows of a sheet starting at A1; "" is a blank cell.

        Raises SourceError if the sheet is too large, or its cells are too far apart for memory.
        """
        if (size := self._sizes.get(sheet, 0)) > LARGEST:
            raise SourceError(
                f'The sheet "{sheet}" of {self.name} is too large for a form or a list: '
                f"{size / 2**20:,.0f} MB of cells, and at most {LARGEST / 2**20:,.0f} MB are read.",
                "Copy these cells to a separate sheet.",
            )
        _, page = open_sheet(self._data, self._book, sheet, self.name)
        before: list[object] = [""] * (page.start[1] if page.start else 0)
        return [[*before, *row] for row in page.iter_rows()]


@contextmanager
def closed_workbook(path: Path) -> Iterator[ClosedWorkbook]:
    """Open a workbook for reading.

    Raises SourceError if it is missing, damaged, protected by a password, or not a workbook.
    """
    with file_errors(path):
        stamp = Stamp.of(path)
        if not stamp.size:
            raise SourceError(f"{path.name} is empty.", "Save it again, or choose another file.")
        if file_type(path) is not FileType.WORKBOOK:
            raise SourceError(f"{path.name} is not a workbook.", "Choose a workbook.")
        data = path.read_bytes()
        stamp.confirm(path, len(data))
    with workbook_errors(path):
        require_readable(data, path.name)
        yield ClosedWorkbook(path, data)


def _loaded(data: bytes, name: str) -> tuple[CalamineWorkbook, tuple[Table, ...]]:
    """Load the workbook, with its tables if the format has readable tables."""
    if not _is_ooxml(data):
        return load_workbook(data, name, tables=False), ()
    book = load_workbook(data, name, tables=True)
    tables = []
    for table_name in book.table_names or []:
        table = book.get_table_by_name(table_name)
        if table.start is not None and table.end is not None:
            (top, left), (bottom, right) = table.start, table.end
            body = Area(top + 1, left + 1, bottom + 1, right + 1)
            tables.append(Table(table_name, table.sheet, body))
    return book, tuple(tables)


def _is_ooxml(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "[Content_Types].xml" in archive.namelist() and not _is_binary(archive)


def _is_binary(archive: zipfile.ZipFile) -> bool:
    return "xl/workbook.bin" in archive.namelist()


def _sizes(data: bytes) -> dict[str, int]:
    """Return the bytes of each sheet's XML, for formats with one part per sheet."""
    if not _is_ooxml(data):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = workbook_part(archive)
        targets, parts = relations(archive, book), archive.NameToInfo
        sheets = [of for name, of in elements(archive, book) if name == "sheet"]
        found = {of["name"]: targets.get(of.get("r:id") or of.get("id", "")) for of in sheets}
        return {name: parts[part].file_size for name, part in found.items() if part in parts}
