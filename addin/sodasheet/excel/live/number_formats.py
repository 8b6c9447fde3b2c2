"""Cells of a column whose number formats matter, found in few calls to the program."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import column_letters
from sodasheet.sources.workbook.cell_formats import digit_format, is_percent

if TYPE_CHECKING:
    import xlwings

#: Stretches of one column that are asked about at most; each costs a call to the program.
MOST_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class ColumnFormats:
    """Sheet rows of a column whose formats matter, as first and last row of every stretch.

    `percents` are shown as percentages; `digits` show more digits than their numbers have, each
    with its format code (06101 by the format `00000`).
    """

    percents: tuple[tuple[int, int], ...] = ()
    digits: tuple[tuple[int, int, str], ...] = ()

    def code(self, row: int) -> str | None:
        """Return the format of zeros in a row, if any."""
        at = bisect_right(self.digits, row, key=lambda stretch: stretch[0]) - 1
        if at < 0 or row > self.digits[at][1]:
            return None
        return self.digits[at][2]


def column_formats(column: xlwings.Range) -> ColumnFormats:
    """Return the percentages and the formats of zeros in a range of a column.

    Raises SourceError if the formats change so often that asking would take for ever.
    """
    percents: list[tuple[int, int]] = []
    digits: list[tuple[int, int, str]] = []
    for first, last, form in _stretches(column):
        if is_percent(form):
            if percents and percents[-1][1] + 1 == first:
                percents[-1] = (percents[-1][0], last)
            else:
                percents.append((first, last))
        elif code := digit_format(form):
            digits.append((first, last, code))
    return ColumnFormats(tuple(percents), tuple(digits))


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
