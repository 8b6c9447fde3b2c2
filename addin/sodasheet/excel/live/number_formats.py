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

    from sodasheet.sources.grid.cell_range import Area

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


class NumberFormats:
    """Number formats of an area whose first `head` rows are headers, asked for where they matter.

    Only columns with numbers are asked about, adjacent columns together. The headers are asked
    about apart: a column is hardly ever formatted like its header.
    """

    def __init__(self, sheet: xlwings.Sheet, area: Area, head: int) -> None:
        self._sheet, self._left = sheet, area.left
        end = (area.bottom or area.top) + 1
        below = min(area.top + head, end)
        self._parts = (range(area.top, below), range(below, end))
        self._known: tuple[dict[int, ColumnFormats], ...] = ({}, {})

    def learn(
        self, rows: range, columns: Sequence[Sequence[object]], places: Sequence[int]
    ) -> None:
        """Ask for the formats of the columns at `places`, which have numbers in these rows."""
        for part, known in zip(self._parts, self._known, strict=True):
            inside = range(max(part.start, rows.start), min(part.stop, rows.stop))
            new = [place for place in places if place not in known] if inside else []
            if len(inside) < len(rows):
                cut = slice(inside.start - rows.start, inside.stop - rows.start)
                new = [
                    at for at in new if any(isinstance(cell, float) for cell in columns[at][cut])
                ]
            for run in _runs(new):
                known.update(self._asked(part, run))

    def column(self, place: int) -> ColumnFormats:
        """Return the formats of a column as far as they are known."""
        parts = [known[place] for known in self._known if place in known]
        if len(parts) == 1:
            return parts[0]
        return ColumnFormats(
            tuple(stretch for one in parts for stretch in one.percents),
            tuple(stretch for one in parts for stretch in one.digits),
            tuple(stretch for one in parts for stretch in one.sections),
        )

    def mostly_percent(self, place: int) -> bool:
        """True if the greater part of a column below its header is shown as percentages."""
        known = self._known[1].get(place, ColumnFormats())
        count = sum(last - first + 1 for first, last in known.percents)
        return 2 * (count - known.rows_by_section) > len(self._parts[1])

    def _asked(self, rows: range, places: range) -> dict[int, ColumnFormats]:
        """Return the formats of adjacent columns: with one call if all are equal."""
        form = self._format(rows, places)
        if form is not None:
            alike = _of_stretches([(rows[0], rows[-1], form)])
            return dict.fromkeys(places, alike)
        if len(places) == 1:
            return {places[0]: _of_stretches(self._stretches(rows, places))}
        middle = (places.start + places.stop) // 2
        halves = range(places.start, middle), range(middle, places.stop)
        return {at: found for half in halves for at, found in self._asked(rows, half).items()}

    def _format(self, rows: range, places: range) -> str | None:
        """Return the number format of cells, None if they have several."""
        first = (rows[0], self._left + places[0])
        cells = self._sheet.range(first, (rows[-1], self._left + places[-1]))
        return cast("str | None", cells.number_format)

    def _stretches(self, rows: range, places: range) -> Iterator[tuple[int, int, str]]:
        """Halve a column of several formats until each piece has one.

        Raises SourceError if the formats change so often that asking would take for ever.
        """
        pieces, calls = _halves(rows), 0
        while pieces:
            piece = pieces.pop()
            form = self._format(piece, places)
            calls += 1
            if calls > MOST_CALLS:
                letters = column_letters(self._left + places[0])
                raise SourceError(
                    f"The cells of column {letters} of {self._sheet.name} have too many different"
                    " number formats.",
                    "Select the column and set the same number format for all its cells.",
                )
            if form is not None:
                yield piece[0], piece[-1], form
            elif len(piece) > 1:
                pieces += _halves(piece)


def _halves(rows: range) -> list[range]:
    """Return the halves of rows, the first one last."""
    middle = (rows.start + rows.stop) // 2
    halves = [range(middle, rows.stop), range(rows.start, middle)]
    return [half for half in halves if half]


def _runs(places: Sequence[int]) -> Iterator[range]:
    """Yield the stretches of adjacent places."""
    start = 0
    for at, place in enumerate(places):
        if at + 1 == len(places) or places[at + 1] != place + 1:
            yield range(places[start], place + 1)
            start = at + 1


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
