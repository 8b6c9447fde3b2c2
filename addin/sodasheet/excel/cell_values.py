"""Convert cell values from the spreadsheet program to plain values, column by column."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlwings

#: The day of a cell that contains a time alone; the second in workbooks that count from 1904.
EPOCH, EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)

#: Excel's error values arrive as these whole numbers, while every number arrives as a float
#: (CVErr, -2146828288 + xlErrNull 2000 and on).
_ERRORS = range(-2146826288, -2146826200)
_ERROR_NAMES = {
    -2146826288: "#NULL!", -2146826281: "#DIV/0!", -2146826273: "#VALUE!", -2146826265: "#REF!",
    -2146826259: "#NAME?", -2146826252: "#NUM!", -2146826246: "#N/A", -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!", -2146826238: "#CALC!", -2146826240: "#FIELD!", -2146826241: "#BLOCKED!",
    -2146826242: "#UNKNOWN!", -2146826244: "#CONNECT!",
}  # fmt: skip

#: The text of an unknown error.
_NAMELESS = "#UNKNOWN!"

#: Types that `cell_text` knows without examining each cell.
_PLAIN = frozenset({str, float, bool})

#: Types of numbers, among which are Excel's errors.
_NUMBERS = frozenset({float, int, Decimal})

_MIDNIGHT = dt.time()


def columns_in(cells: xlwings.Range, epoch: dt.date) -> list[Sequence[object]]:
    """Return the plain values of each column of a range; "" is a blank cell.

    `epoch` is the day of times without a date.
    """
    return columns_and_numbers(cells, epoch)[0]


def rows_in(cells: xlwings.Range) -> list[list[object]]:
    """Return the plain values of a range by rows; None is a blank cell.

    One call to the program, where `Range.value` asks for the place of the range as well.
    """
    columns = columns_in(cells, EPOCH)
    return [[None if value == "" else value for value in row] for row in zip(*columns, strict=True)]


def columns_and_numbers(
    cells: xlwings.Range, epoch: dt.date
) -> tuple[list[Sequence[object]], list[int]]:
    """Return the values as `columns_in` does, and the positions of columns that have numbers."""
    columns: list[Sequence[object]] = list(zip(*_values(cells), strict=True))
    kinds = [set(map(type, column)) for column in columns]
    if any(issubclass(kind, Decimal) for found in kinds for kind in found):
        # Excel cuts amounts of money to four digits unless asked for `Value2`.
        raw = cells.api.Value2
        exact = zip(*(raw if isinstance(raw, list | tuple) else ((raw,),)), strict=True)
        columns = [_with_all_digits(*pair) for pair in zip(columns, exact, strict=True)]
        kinds = [set(map(type, column)) for column in columns]
    plain = [_plain(column, found, epoch) for column, found in zip(columns, kinds, strict=True)]
    return plain, [place for place, found in enumerate(kinds) if not found.isdisjoint(_NUMBERS)]


def _values(cells: xlwings.Range) -> Sequence[Sequence[object]]:
    """Return the cells as the program returns them, in rows.

    xlwings' own conversion looks at each cell several times, which costs more than the reading.
    On a Mac the program gives objects that only xlwings knows.
    """
    if sys.platform == "darwin":
        options = {"ndim": 2, "err_to_str": True, "empty": "", "chunksize": None}
        found: Sequence[Sequence[object]] = cells.options(**options).value
        return found
    raw = cells.raw_value
    if isinstance(raw, list | tuple) and raw and isinstance(raw[0], list | tuple):
        return raw
    return ((raw,),)


def _with_all_digits(column: Sequence[object], exact: Sequence[object]) -> Sequence[object]:
    return [
        full if isinstance(value, Decimal) else value
        for value, full in zip(column, exact, strict=True)
    ]


def _plain(column: Sequence[object], kinds: set[type], epoch: dt.date) -> Sequence[object]:
    """Return a column with values of types that `cell_text` knows; `kinds` are its types.

    Cells of one kind are converted together; blank cells cost little.
    """
    odd = kinds - _PLAIN
    if not odd:
        return column
    if type(None) in odd:
        column = ["" if value is None else value for value in column]
        odd = odd - {type(None)}
    moments = {kind for kind in odd if issubclass(kind, dt.datetime)}
    if moments:
        found = [value for value in column if isinstance(value, dt.datetime)]
        plain = _plain_moments(found, epoch)
        if len(found) == len(column):
            return plain
        following = iter(plain)
        column = [next(following) if type(value) in moments else value for value in column]
    if odd - moments:
        column = [_plain_value(value) for value in column]
    return column


def _plain_value(value: object) -> object:
    """Convert a value of a type that is rare in cells to a type that `cell_text` knows."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _ERROR_NAMES.get(value, _NAMELESS) if value in _ERRORS else float(value)
    if isinstance(value, Decimal):
        return float(value)
    known = type(value) in _PLAIN or isinstance(value, dt.date | dt.time)
    return value if known else str(value)


def _plain_moments(values: Sequence[dt.datetime], epoch: dt.date) -> Sequence[object]:
    """Return a date for midnight, a time for the day of bare times, or else both.

    Some programs put all moments into a time zone, which means nothing.
    """
    dates = list(map(dt.datetime.date, values))
    times = list(map(dt.datetime.time, values))
    at_midnight = times.count(_MIDNIGHT)
    if epoch not in dates:
        if at_midnight == len(values):
            return dates
        if not at_midnight:
            return list(map(dt.datetime.combine, dates, times))
    return [
        time if day == epoch else day if time == _MIDNIGHT else dt.datetime.combine(day, time)
        for day, time in zip(dates, times, strict=True)
    ]
