"""Cells of a column that are shown as percentages, found in few calls to the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from sodasheet.errors import SourceError

if TYPE_CHECKING:
    import xlwings

#: Stretches of one column that are asked about at most; each costs a call to the program.
MOST_CALLS = 20_000

#: What stands in a format as itself: in quotes, behind a backslash, an underscore or a star, and
#: conditions and colors in brackets.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def is_percent(form: str) -> bool:
    """True if a number format shows 0.35 as 35%."""
    return "%" in _LITERAL.sub("", form)


def percent_rows(column: xlwings.Range) -> tuple[tuple[int, int], ...]:
    """First and last sheet row of every stretch of percentages in a range of one column.

    Raises SourceError if the formats change so often that asking would take for ever.
    """
    stretches: list[tuple[int, int]] = []
    for first, last in _stretches(column):
        if stretches and stretches[-1][1] + 1 == first:
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
    return tuple(stretches)


def _stretches(column: xlwings.Range) -> Iterator[tuple[int, int]]:
    """Halve the column until each piece has one format."""
    pieces, calls = [(0, column.shape[0])], 0
    while pieces:
        start, end = pieces.pop()
        form = cast("str | None", column[start:end, 0].number_format)
        calls += 1
        if calls > MOST_CALLS:
            raise SourceError(
                f"The cells of column {column.column} of {column.sheet.name} have too many "
                "different number formats.",
                "Select the column and give all its cells the same number format.",
            )
        if form is None and end - start > 1:
            middle = (start + end) // 2
            pieces += [(middle, end), (start, middle)]
        elif form is not None and is_percent(form):
            yield column.row + start, column.row + end - 1
