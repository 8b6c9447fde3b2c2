"""A closed workbook looked through: its sheets, its tables, and the cells of small sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.sources.file_access import Stamp, reaching
from sodasheet.sources.file_type import Content, content_of
from sodasheet.sources.grid.area import Area
from sodasheet.sources.workbook.error_cells import survey_sheet
from sodasheet.sources.workbook.source import load_workbook, understood
from sodasheet.sources.zip_package import elements, relations, workbook_part

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: Bytes of a sheet's XML from which on it holds data rather than a form: it is passed over.
LARGEST = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the cells of its rows without the headers."""

    name: str
    sheet: str
    body: Area


class ClosedWorkbook:
    """The workbook with these bytes. `sheets` are those with cells, hidden ones too."""

    def __init__(self, path: Path, data: bytes) -> None:
        from python_calamine import SheetTypeEnum

        self.name = path.name
        self._data = data
        self._book, self.tables = _loaded(data, path.name)
        self.sheets = tuple(
            one.name for one in self._book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet
        )
        self._sizes = _sizes(data)

    def cells(self, sheet: str) -> list[list[object]]:
        """The rows of a sheet from A1 on, "" for a blank cell; none where it is too large."""
        if self._sizes.get(sheet, 0) > LARGEST:
            return []
        try:
            survey_sheet(self._data, sheet, self.name)
        except SourceError:  # cells so far apart that they would not fit into the memory
            return []
        page = self._book.get_sheet_by_name(sheet)
        before: list[object] = [""] * (page.start[1] if page.start else 0)
        return [[*before, *row] for row in page.iter_rows()]


@contextmanager
def closed_workbook(path: Path) -> Iterator[ClosedWorkbook]:
    """The workbook for the length of a block; nothing is written to it.

    Raises SourceError where it is missing, damaged, protected by a password, or no workbook.
    """
    with reaching(path):
        stamp = Stamp.of(path)
        if not stamp.size:
            raise SourceError(f"{path.name} is empty.", "Save it again, or choose another file.")
        if content_of(path) is not Content.WORKBOOK:
            raise SourceError(f"{path.name} is no workbook.", "Choose a workbook.")
        data = path.read_bytes()
        stamp.confirm(path, len(data))
    with understood(path):
        yield ClosedWorkbook(path, data)


def _loaded(data: bytes, name: str) -> tuple[CalamineWorkbook, tuple[Table, ...]]:
    """The workbook with its tables, where its format has some that can be read."""
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
    """Bytes of each sheet's XML, where a sheet has a part of its own."""
    if not _is_ooxml(data):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = workbook_part(archive)
        targets, parts = relations(archive, book), archive.NameToInfo
        sheets = [of for name, of in elements(archive, book) if name == "sheet"]
        found = {of["name"]: targets.get(of.get("r:id") or of.get("id", "")) for of in sheets}
        return {name: parts[part].file_size for name, part in found.items() if part in parts}
