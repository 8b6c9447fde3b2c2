"""The quick reading of a workbook: whole columns of a sheet, where each is of one kind."""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.fallback import Fallback, FastPath, Why
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Progress
from sodasheet.sources.columns import KINDS, Columns, Kind
from sodasheet.sources.file_access import heed
from sodasheet.sources.workbook.head import HeadRow, first_rows, mixed
from sodasheet.sources.workbook.index import Book
from sodasheet.sources.workbook.selection import Pick, pick

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

#: Errors of a package that is damaged or is no workbook.
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, OSError)

#: What fastexcel calls the second column of a name: `Fee_1` beside `Fee`.
_NUMBERED = re.compile(r"(.*)_\d+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QuickSheet:
    """The columns that were picked; `headers` are as they stand there, None where none do."""

    picked: Pick
    columns: Columns
    headers: tuple[str, ...] | None
    header_at: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Rows of the sheet: that of the headers (0 where they are not in a row), and the next one.

    `values_above` cells from the top to the headers have values.
    """

    header_at: int
    first_row: int
    values_above: int


def quick_sheet(
    data: bytes, spec: SourceSpec, name: str, progress: Progress
) -> QuickSheet | Fallback:
    """Read a sheet, table or range by columns; return why not if it must be read with care.

    Anything wrong with the workbook is left to the careful reading to report.
    """
    from fastexcel import FastExcelError

    try:
        found = _read(data, spec, name, progress)
        return Fallback(FastPath.COLUMNS, found) if isinstance(found, Why) else found
    except Cancelled:
        raise
    except FastExcelError as error:
        return Fallback(FastPath.COLUMNS, Why.MIXED_CELLS, _first_line(error))
    except (SodaSheetError, *_DAMAGED) as error:
        return Fallback(FastPath.COLUMNS, Why.NOT_PLAIN, _first_line(error))
    except BaseException as error:
        # A panic in the Rust library is no Exception.
        if type(error).__name__ == "PanicException":
            return Fallback(FastPath.COLUMNS, Why.NOT_PLAIN, _first_line(error))
        if not isinstance(error, Exception):
            raise
        return Fallback(FastPath.COLUMNS, Why.ENGINE, _first_line(error))


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _read(data: bytes, spec: SourceSpec, name: str, progress: Progress) -> QuickSheet | Why:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = Book(archive)
        picked = pick(book, spec, name)
        part = book.parts[picked.sheet]
        head = first_rows(archive, part)
    place = _place(picked, head) if head is not None else Why.NOT_PLAIN
    if isinstance(place, Why):
        return place
    progress.begin(f"Reading {name}")
    sheet, taken = _loaded(data, picked, place)
    progress.advance(sheet.height)
    heed(progress, name)
    kinds, headers = _kinds(sheet), _headers(sheet, taken, picked, place)
    if kinds is None:
        return Why.MIXED_CELLS
    if headers is None:
        return Why.HEADERS
    if not sheet.height:
        return Why.NOT_PLAIN
    columns = Columns(sheet, kinds, place.first_row, place.values_above, data, part)
    return QuickSheet(picked, columns, headers or None, place.header_at or None)


def _place(picked: Pick, head: list[HeadRow]) -> _Place | Why:
    """Return where the rows are, or why the beginning of the sheet does not show it."""
    area, header_at, first = picked.area, 0, picked.area.top
    if picked.headers is None and picked.header_row:
        wanted = area.top + picked.header_row - 1
        header_at = next(
            (row.number for row in head if row.number >= wanted and row.within(area).kinds), 0
        )
        first = header_at + 1
        if not header_at:
            return Why.HEADERS
    if area.bottom is not None and area.bottom < first:
        return Why.NOT_PLAIN
    if mixed(row.within(area) for row in head if row.number >= first):
        return Why.MIXED_CELLS
    return _Place(header_at, first, sum(len(row.kinds) for row in head if row.number < first))


def _loaded(data: bytes, picked: Pick, place: _Place) -> tuple[ExcelSheet, set[str]]:
    """The rows and columns that were picked, and the names of all columns of the sheet."""
    import fastexcel

    # It logs what it makes of a column of blanks; where nothing listens, that would be shown.
    logging.getLogger("fastexcel").addHandler(logging.NullHandler())
    area, headed, names = picked.area, bool(place.header_at), set[str]()
    last = float("inf") if area.right is None else area.right

    def chosen(column: Any) -> bool:
        names.add(column.name)
        number: int = column.absolute_index + 1
        return area.left <= number <= last

    sheet = fastexcel.read_excel(data).load_sheet(
        picked.sheet,
        header_row=place.header_at - 1 if headed else None,
        skip_rows=0 if headed else place.first_row - 1,
        n_rows=None if area.bottom is None else area.bottom - place.first_row + 1,
        # Every row is asked for its kinds: a column of two is none of one.
        schema_sample_rows=None,
        dtype_coercion="strict",
        use_columns=chosen,
    )
    return sheet, names


def _kinds(sheet: ExcelSheet) -> tuple[Kind, ...] | None:
    """The kinds of the columns; None where one is of a kind that only the careful reading knows."""
    found = tuple(
        kind for column in sheet.selected_columns for kind in KINDS if kind == column.dtype
    )
    return found if len(found) == len(sheet.selected_columns) > 0 else None


def _headers(
    sheet: ExcelSheet, taken: set[str], picked: Pick, place: _Place
) -> tuple[str, ...] | None:
    """The headers, none where there is no row of them; None where they are not plainly told.

    fastexcel gives a name to a column without, and numbers one that another column has `taken`.
    """
    found = sheet.selected_columns
    if picked.headers is not None:
        return picked.headers if len(picked.headers) == len(found) else None
    if not place.header_at:
        return ()
    names = tuple(column.name for column in found)
    plain = all(column.column_name_from == "looked_up" for column in found) and not any(
        _differs(name) or _renamed(name, taken) for name in names
    )
    return names if plain else None


def _differs(name: str) -> bool:
    """Whether cells.cell_text may say otherwise of the header's cell."""
    return not name.strip() or name == "-0" or "_x" in name or name.startswith(("PT", "-PT"))


def _renamed(name: str, names: set[str]) -> bool:
    """Whether fastexcel may have given the name to the second of two columns."""
    match = _NUMBERED.fullmatch(name)
    return match is not None and match[1] in names
