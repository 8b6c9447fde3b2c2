"""Load columns of a sheet with fastexcel, each of one kind."""

from __future__ import annotations

import logging
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.loading_fallback import Why
from sodasheet.sources.grid.cell_range import Area
from sodasheet.sources.sheet_columns import KINDS, Kind, NotPlain

if TYPE_CHECKING:
    from fastexcel import ColumnInfo, ExcelSheet

#: Errors of a package that is damaged or is not a workbook.
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, OSError)


def load_columns(
    data: bytes,
    sheet: str | int,
    area: Area,
    *,
    header_row: int | None = 0,
    skip_rows: int | None = None,
    n_rows: int | None = None,
) -> tuple[ExcelSheet, set[str]]:
    """Return the columns of an area, and the names of all columns of the sheet.

    Raises FastExcelError if a column has cells of more than one kind. The first row with a cell is
    the header row unless another is given (0-based).
    """
    import fastexcel

    # fastexcel logs a warning for a blank column, which would be shown if no handler is set.
    logging.getLogger("fastexcel").addHandler(logging.NullHandler())
    last = float("inf") if area.right is None else area.right
    names = set[str]()

    def chosen(column: Any) -> bool:
        names.add(column.name)
        number: int = column.absolute_index + 1
        return area.left <= number <= last

    found = fastexcel.read_excel(data).load_sheet(
        sheet,
        header_row=header_row,
        skip_rows=skip_rows,
        n_rows=n_rows,
        # Inspect every row: a column with two kinds must not pass as one kind.
        schema_sample_rows=None,
        dtype_coercion="strict",
        use_columns=chosen,
    )
    return found, names


def kind_of(column: ColumnInfo) -> Kind:
    """Return the kind of a column. Raises NotPlain for kinds that need the careful reader."""
    for kind in KINDS:
        if kind == column.dtype:
            return kind
    raise NotPlain(Why.MIXED_CELLS)


@contextmanager
def failures_as_not_plain() -> Iterator[None]:
    """Convert every error except a request to stop to NotPlain, so the careful reader is used."""
    from fastexcel import FastExcelError

    try:
        yield
    except (Cancelled, NotPlain):
        raise
    except FastExcelError as error:
        raise NotPlain(Why.MIXED_CELLS, _first_line(error)) from error
    except (SodaSheetError, *_DAMAGED) as error:
        raise NotPlain(Why.NOT_PLAIN, _first_line(error)) from error
    except BaseException as error:
        # A panic in the Rust library is a BaseException but not an Exception.
        if type(error).__name__ == "PanicException":
            raise NotPlain(Why.NOT_PLAIN, _first_line(error)) from error
        if not isinstance(error, Exception):
            raise
        raise NotPlain(Why.ENGINE, _first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
