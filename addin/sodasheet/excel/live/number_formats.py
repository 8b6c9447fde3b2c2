"""Cells of a column whose number formats matter, found with few calls to the program."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import column_letters
from sodasheet.sources.grid.padded_numbers import shown
from sodasheet.sources.workbook.cell_formats import (
    digit_format,
    has_percent,
    is_percent,
    shows_percent,
)

if TYPE_CHECKING:
    import xlwings

#: Maximum ranges examined per column; each costs a call to the program.
MOST_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class ColumnFormats:
    """Sheet rows of a column whose formats matter, as the first and last row of every range.

    `percents` are shown as percentages, in `sections` only the numbers for which the format says
    so (`[<1]0%;0`); `digits` show more digits than their numbers have, each
    with its format code (06101 by the format `00000`).
    """

    percents: tuple[tuple[int, int], ...] = ()
    digits: tuple[tuple[int, int, str], ...] = ()
    sections: tuple[tuple[int, int, str], ...] = ()

    @property
    def rows_by_section(self) -> int:
        """Number of rows that decide whether numbers are displayed as percentages."""
        return sum(last - first + 1 for first, last, _ in self.sections)

    def code(self, row: int) -> str | None:
        """Return the format of zeros in a row, if any."""
        return _code(self.digits, row)

    def shows_percent(self, row: int, value: float) -> bool:
        """True if a number in one of the rows `percents` is shown as a percentage."""
        code = _code(self.sections, row)
        return code is None or shows_percent(code, value)

    def shown(self, rows: Sequence[int], cells: Sequence[object]) -> Sequence[object]:
        """Return the cells of rows with the displayed zeros."""
        codes = map(self.code, rows)
        return [
            shown(cell, code) if code else cell for cell, code in zip(cells, codes, strict=True)
        ]


def _code(stretches: Sequence[tuple[int, int, str]], row: int) -> str | None:
    at = bisect_right(stretches, row, key=lambda stretch: stretch[0]) - 1
    if at < 0 or row > stretches[at][1]:
        return None
    return stretches[at][2]


def formats_below_headers(area: xlwings.Range, head: int) -> tuple[ColumnFormats, ...]:
    """Return the formats of each column of an area whose first `head` rows are headers.

    The headers are asked about apart: a column is hardly ever formatted like its header.
    """
    height, width = area.shape
    head = min(head, height)
    parts = [_formats_of(area[top:end, :]) for top, end in ((0, head), (head, height)) if end > top]
    return tuple(
        ColumnFormats(
            tuple(stretch for one in columns for stretch in one.percents),
            tuple(stretch for one in columns for stretch in one.digits),
            tuple(stretch for one in columns for stretch in one.sections),
        )
        for columns in (tuple(part[place] for part in parts) for place in range(width))
    )


def _formats_of(rows: xlwings.Range) -> list[ColumnFormats]:
    """Return the formats of each column of rows: with one call if all are equal."""
    width = int(rows.shape[1])
    if width > 1 and (form := cast("str | None", rows.number_format)) is not None:
        stretch = (rows.row, rows.row + int(rows.shape[0]) - 1)
        return [_of_stretches([(*stretch, form)])] * width
    return [column_formats(rows[:, place]) for place in range(width)]


def column_formats(column: xlwings.Range) -> ColumnFormats:
    """Return the percentages and the formats of zeros in a range of a column.

    Raises SourceError if the formats change so often that asking would take for ever.
    """
    return _of_stretches(_stretches(column))


def _of_stretches(stretches: Iterable[tuple[int, int, str]]) -> ColumnFormats:
    percents: list[tuple[int, int]] = []
    digits: list[tuple[int, int, str]] = []
    sections: list[tuple[int, int, str]] = []
    for first, last, form in stretches:
        if has_percent(form):
            if not is_percent(form):
                sections.append((first, last, form))
            if percents and percents[-1][1] + 1 == first:
                percents[-1] = (percents[-1][0], last)
            else:
                percents.append((first, last))
        elif code := digit_format(form):
            digits.append((first, last, code))
    return ColumnFormats(tuple(percents), tuple(digits), tuple(sections))


def _stretches(column: xlwings.Range) -> Iterator[tuple[int, int, str]]:
    """Halve the column until each piece has one format."""
    pieces, calls = [(0, column.shape[0])], 0
    while pieces:
        start, end = pieces.pop()
        form = cast("str | None", column[start:end, 0].number_format)
        calls += 1
        if calls > MOST_CALLS:
            raise SourceError(
                f"The cells of column {column_letters(column.column)} of {column.sheet.name} have"
                " too many different number formats.",
                "Select the column and give all its cells the same number format.",
            )
        if form is None and end - start > 1:
            middle = (start + end) // 2
            pieces += [(middle, end), (start, middle)]
        elif form is not None:
            yield column.row + start, column.row + end - 1, form
