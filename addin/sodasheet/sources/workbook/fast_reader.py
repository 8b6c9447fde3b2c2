"""Read a workbook fast: whole columns of a sheet, if each has one kind of cell."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Fallback, FastPath, Why
from sodasheet.model.progress import Progress
from sodasheet.sources.grid.cell_range import Area, Pick
from sodasheet.sources.sheet_columns import (
    Columns,
    ColumnsPiece,
    NotPlain,
    SheetXmlValues,
    WholeColumns,
)
from sodasheet.sources.source_file import raise_if_cancelled
from sodasheet.sources.workbook.cell_formats import cell_formats
from sodasheet.sources.workbook.cells_needing_careful_reader import needs_parsing
from sodasheet.sources.workbook.fast_columns import failures_as_not_plain, kind_of, load_columns
from sodasheet.sources.workbook.head_rows import HeadRow, first_rows, mixed
from sodasheet.sources.workbook.hyperlinks import HYPERLINK_SIGNS
from sodasheet.sources.workbook.pieced_columns import LargeSheet, PiecedColumns
from sodasheet.sources.workbook.sheet_selection import pick
from sodasheet.sources.workbook.workbook_index import WorkbookIndex

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

#: Minimum bytes of a sheet's XML for reading in pieces, and bytes of a piece.
LARGE = 100_000_000
PIECE = 4_000_000

#: fastexcel's name for a second column with the same name: `Fee_1` after `Fee`.
_NUMBERED = re.compile(r"(.*)_\d+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FastSheet:
    """The picked columns; `headers` are the strings of the header cells, None without headers."""

    picked: Pick
    columns: Columns
    headers: tuple[str, ...] | None
    header_at: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Header row of the sheet (0 if the headers are not in a row), and first row of data.

    `values_above` is the number of cells with values from the top down to the headers.
    """

    header_at: int
    first_row: int
    values_above: int


def read_fast(
    data: bytes,
    spec: SourceSpec,
    name: str,
    folder: Path,
    progress: Progress,
    *,
    linked: bool = False,
) -> FastSheet | Fallback:
    """Read a sheet, table or range by columns; return the reason if the careful reader is needed.

    A sheet with hyperlinks needs the careful reading if these are `linked` to the strings. A large
    sheet is read piece by piece later, with `folder` for temporary files.
    Anything wrong with the workbook is left to the careful reading to report.
    """
    try:
        with failures_as_not_plain():
            return _read(data, spec, name, folder, progress, linked=linked)
    except NotPlain as error:
        return Fallback(FastPath.COLUMNS, error.why, str(error))


def _read(
    data: bytes, spec: SourceSpec, name: str, folder: Path, progress: Progress, *, linked: bool
) -> FastSheet:
    if spec.header_rows > 1:
        raise NotPlain(Why.HEADERS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = WorkbookIndex(archive)
        picked = pick(book, spec, name)
        part = book.parts[picked.sheet]
        head = first_rows(archive, part)
        signs = HYPERLINK_SIGNS if linked else ()
        special = needs_parsing(archive, part, cell_formats(archive), signs)
        size = archive.getinfo(part).file_size
    if special:
        raise NotPlain(Why.SPECIAL_CELLS)
    if head is None:
        raise NotPlain(Why.NOT_PLAIN)
    place = _place(picked, head)
    progress.begin(f"Reading {name}")
    columns: Columns
    if size > LARGE and place.first_row > 1 and (place.header_at or picked.headers is not None):
        sheet = LargeSheet.kept(data, part, folder, PIECE)
        columns, headers = _pieced(sheet, picked, place, name, progress)
    else:
        columns, headers = _whole(data, part, picked, place)
        progress.advance(columns.whole.rows)
        raise_if_cancelled(progress, name)
    return FastSheet(picked, columns, headers or None, place.header_at or None)


def _place(picked: Pick, head: list[HeadRow]) -> _Place:
    """Return where the rows are; raises NotPlain if unclear from its beginning."""
    area, header_at, first = picked.area, 0, picked.area.top
    if picked.headers is None and picked.header_row:
        wanted = area.top + picked.header_row - 1
        header_at = next(
            (row.number for row in head if row.number >= wanted and row.within(area).kinds), 0
        )
        first = header_at + 1
        if not header_at:
            raise NotPlain(Why.HEADERS)
    if area.bottom is not None and area.bottom < first:
        raise NotPlain(Why.NOT_PLAIN)
    if mixed(row.within(area) for row in head if row.number >= first):
        raise NotPlain(Why.MIXED_CELLS)
    return _Place(header_at, first, sum(len(row.kinds) for row in head if row.number < first))


def _whole(
    data: bytes, part: str, picked: Pick, place: _Place
) -> tuple[WholeColumns, tuple[str, ...]]:
    """Return the complete columns and their headers."""
    area, headed = picked.area, bool(place.header_at)
    sheet, taken = load_columns(
        data,
        picked.sheet,
        area,
        header_row=place.header_at - 1 if headed else None,
        skip_rows=0 if headed else place.first_row - 1,
        n_rows=None if area.bottom is None else area.bottom - place.first_row + 1,
    )
    kinds = tuple(map(kind_of, sheet.selected_columns))
    if not kinds:
        raise NotPlain(Why.MIXED_CELLS)
    headers = _headers(sheet, taken, picked, place)
    if not sheet.height:
        raise NotPlain(Why.NOT_PLAIN)
    counts = SheetXmlValues(place.values_above, data, part)
    whole = ColumnsPiece(sheet, kinds, place.first_row, sheet.height, counts)
    return WholeColumns(whole), headers


def _pieced(
    sheet: LargeSheet, picked: Pick, place: _Place, name: str, progress: Progress
) -> tuple[PiecedColumns, tuple[str, ...]]:
    """Return the columns of a large sheet with headers, and the headers."""
    left, right = picked.area.left, picked.area.right
    if picked.headers is not None:
        headers = picked.headers
        if right is None or right - left + 1 != len(headers):
            raise NotPlain(Why.HEADERS)
    else:
        head, taken = sheet.header(place.header_at, picked.area)
        headers = _headers(head, taken, picked, place)
        left, right = (head.selected_columns[at].absolute_index + 1 for at in (0, -1))
    area = Area(place.first_row, left, picked.area.bottom, right)
    return PiecedColumns(sheet, area, picked.area, name, progress), headers


def _headers(sheet: ExcelSheet, taken: set[str], picked: Pick, place: _Place) -> tuple[str, ...]:
    """Return the headers; an empty tuple without a header row.

    Raises NotPlain if the headers are in doubt: fastexcel invents a name for an unnamed column, and
    numbers a name that is already `taken`.
    """
    found = sheet.selected_columns
    if picked.headers is not None:
        if len(picked.headers) != len(found):
            raise NotPlain(Why.HEADERS)
        return picked.headers
    if not place.header_at:
        return ()
    names = tuple(column.name for column in found)
    plain = all(column.column_name_from == "looked_up" for column in found) and not any(
        _differs(name) or _renamed(name, taken) for name in names
    )
    if not plain:
        raise NotPlain(Why.HEADERS)
    return names


def _differs(name: str) -> bool:
    """True if `cell_text` may return different text for the header's cell."""
    return not name.strip() or name == "-0" or "_x" in name or name.startswith(("PT", "-PT"))


def _renamed(name: str, names: set[str]) -> bool:
    """True if fastexcel may have invented the name for a repeated header."""
    match = _NUMBERED.fullmatch(name)
    return match is not None and match[1] in names
