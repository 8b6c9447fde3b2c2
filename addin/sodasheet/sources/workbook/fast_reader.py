"""Read a workbook fast: whole columns of a sheet, if each is of one kind."""

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
from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Fallback, FastPath, Why
from sodasheet.model.progress import Progress
from sodasheet.sources.grid.cell_range import Pick
from sodasheet.sources.sheet_columns import KINDS, Columns, Kind
from sodasheet.sources.source_file import raise_if_cancelled
from sodasheet.sources.workbook.cell_formats import cell_formats
from sodasheet.sources.workbook.cells_needing_careful_reader import needs_parsing
from sodasheet.sources.workbook.head_rows import HeadRow, first_rows, mixed
from sodasheet.sources.workbook.hyperlinks import HYPERLINK_SIGNS
from sodasheet.sources.workbook.sheet_selection import pick
from sodasheet.sources.workbook.workbook_index import WorkbookIndex

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

#: Errors of a package that is damaged or is not a workbook.
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, OSError)

#: Name that fastexcel gives to the second column of a name: `Fee_1` beside `Fee`.
_NUMBERED = re.compile(r"(.*)_\d+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FastSheet:
    """The picked columns; `headers` are the texts of the header cells, None without headers."""

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
    data: bytes, spec: SourceSpec, name: str, progress: Progress, *, linked: bool = False
) -> FastSheet | Fallback:
    """Read a sheet, table or range by columns; return why not if the careful reading is needed.

    A sheet with hyperlinks needs the careful reading if these are `linked` to the texts.
    Anything wrong with the workbook is left to the careful reading to report.
    """
    from fastexcel import FastExcelError

    try:
        found = _read(data, spec, name, progress, linked=linked)
        return Fallback(FastPath.COLUMNS, found) if isinstance(found, Why) else found
    except Cancelled:
        raise
    except FastExcelError as error:
        return Fallback(FastPath.COLUMNS, Why.MIXED_CELLS, _first_line(error))
    except (SodaSheetError, *_DAMAGED) as error:
        return Fallback(FastPath.COLUMNS, Why.NOT_PLAIN, _first_line(error))
    except BaseException as error:
        # A panic in the Rust library is a BaseException but not an Exception.
        if type(error).__name__ == "PanicException":
            return Fallback(FastPath.COLUMNS, Why.NOT_PLAIN, _first_line(error))
        if not isinstance(error, Exception):
            raise
        return Fallback(FastPath.COLUMNS, Why.ENGINE, _first_line(error))


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def _read(
    data: bytes, spec: SourceSpec, name: str, progress: Progress, *, linked: bool
) -> FastSheet | Why:
    if spec.header_rows > 1:
        return Why.HEADERS
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = WorkbookIndex(archive)
        picked = pick(book, spec, name)
        part = book.parts[picked.sheet]
        head = first_rows(archive, part)
        signs = HYPERLINK_SIGNS if linked else ()
        special = needs_parsing(archive, part, cell_formats(archive), signs)
    if special:
        return Why.SPECIAL_CELLS
    place = _place(picked, head) if head is not None else Why.NOT_PLAIN
    if isinstance(place, Why):
        return place
    progress.begin(f"Reading {name}")
    sheet, taken = _loaded(data, picked, place)
    progress.advance(sheet.height)
    raise_if_cancelled(progress, name)
    kinds, headers = _kinds(sheet), _headers(sheet, taken, picked, place)
    if kinds is None:
        return Why.MIXED_CELLS
    if headers is None:
        return Why.HEADERS
    if not sheet.height:
        return Why.NOT_PLAIN
    columns = Columns(sheet, kinds, place.first_row, place.values_above, data, part)
    return FastSheet(picked, columns, headers or None, place.header_at or None)


def _place(picked: Pick, head: list[HeadRow]) -> _Place | Why:
    """Return where the rows are, or why the beginning of the sheet does not tell."""
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
    """Return the picked rows and columns, and the names of all columns of the sheet."""
    import fastexcel

    # fastexcel logs a warning for a blank column, which would be shown if no handler is set.
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
        # Inspect every row: a column with two kinds must not pass as one kind.
        schema_sample_rows=None,
        dtype_coercion="strict",
        use_columns=chosen,
    )
    return sheet, names


def _kinds(sheet: ExcelSheet) -> tuple[Kind, ...] | None:
    """Return the kinds of the columns; None if only the careful reading supports a kind."""
    found = tuple(
        kind for column in sheet.selected_columns for kind in KINDS if kind == column.dtype
    )
    return found if len(found) == len(sheet.selected_columns) > 0 else None


def _headers(
    sheet: ExcelSheet, taken: set[str], picked: Pick, place: _Place
) -> tuple[str, ...] | None:
    """Return the headers, an empty tuple without a header row; None if the headers are in doubt.

    fastexcel invents a name for an unnamed column, and numbers a name that is already `taken`.
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
    """True if `cell_text` may return another text for the header's cell."""
    return not name.strip() or name == "-0" or "_x" in name or name.startswith(("PT", "-PT"))


def _renamed(name: str, names: set[str]) -> bool:
    """True if the name may be fastexcel's invention for a second column."""
    match = _NUMBERED.fullmatch(name)
    return match is not None and match[1] in names
