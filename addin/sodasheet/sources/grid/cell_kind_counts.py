"""Count the values in the columns of a sheet by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.sources.grid.cell_text import LONG, Percent, cell_texts
from sodasheet.sources.spool import NativeCounts

_NUMBERS = (float, int, Percent)


@dataclass(slots=True)
class _Tally:
    text: int = 0
    number: int = 0
    boolean: int = 0
    date: int = 0
    blank: int = 0
    percent: int = 0
    long_numbers: int = 0
    first_number_row: int | None = None
    first_long_number_row: int | None = None

    def take(self, rows: Sequence[int], cells: Sequence[object]) -> Sequence[str]:
        """Count one column of a block and return its texts; `rows` are the row numbers."""
        blanks = cells.count("")
        self.blank += blanks
        if blanks == len(cells):
            return [""] * blanks
        filled = [cell for cell in cells if cell != ""] if blanks else cells
        self._count(Counter(map(type, filled)), rows, cells)
        texts = cell_texts(filled)
        if not blanks:
            return texts
        following = iter(texts)
        return ["" if cell == "" else next(following) for cell in cells]

    def _count(self, kinds: Counter[type], rows: Sequence[int], cells: Sequence[object]) -> None:
        numbers = sum(kinds[kind] for kind in _NUMBERS)
        self.text += kinds[str]
        self.boolean += kinds[bool]
        self.number += numbers
        self.percent += kinds[Percent]
        self.date += kinds.total() - kinds[str] - kinds[bool] - numbers
        if numbers:
            self._count_numbers(rows, cells)

    def _count_numbers(self, rows: Sequence[int], cells: Sequence[object]) -> None:
        if self.first_number_row is None:
            self.first_number_row = next(
                row for row, cell in zip(rows, cells, strict=True) if type(cell) in _NUMBERS
            )
        numbers = [cell for cell in cells if isinstance(cell, int | float)]
        if max(map(abs, numbers)) < LONG:
            return
        long = [
            row
            for row, cell in zip(rows, cells, strict=True)
            if isinstance(cell, int | float) and abs(cell) >= LONG and float(cell).is_integer()
        ]
        self.long_numbers += len(long)
        if long and self.first_long_number_row is None:
            self.first_long_number_row = long[0]


class ValueCounts:
    """Converter of blocks of rows to text that counts the kinds of cells in each column."""

    def __init__(self, columns: int) -> None:
        self._tallies = [_Tally() for _ in range(columns)]

    def take(self, rows: Sequence[int], columns: Sequence[Sequence[object]]) -> list[Sequence[str]]:
        """Count all cells of a block and return the texts of each column."""
        return [
            tally.take(rows, column) for tally, column in zip(self._tallies, columns, strict=True)
        ]

    def counts(self) -> tuple[NativeCounts, ...]:
        """Return the counts of each column."""
        return tuple(
            NativeCounts(**{name: getattr(tally, name) for name in NativeCounts.__slots__})
            for tally in self._tallies
        )
