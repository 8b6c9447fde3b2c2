"""Count the values in the columns of a sheet by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sodasheet.sources.grid.cell_text import LONG, Percent, cell_texts
from sodasheet.sources.spool import NativeCounts

_NUMBERS = (float, int, Percent)
_NUMBER_KINDS = frozenset(_NUMBERS)


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
        """Count one column of a block and return its strings; `rows` are the row numbers."""
        kinds = set(map(type, cells))
        blanks = cells.count("") if str in kinds else 0
        self.blank += blanks
        if blanks == len(cells):
            return [""] * blanks
        filled = [cell for cell in cells if cell != ""] if blanks else cells
        self._count(kinds, rows, cells, filled)
        texts = cell_texts(filled)
        if not blanks:
            return texts
        following = iter(texts)
        return ["" if cell == "" else next(following) for cell in cells]

    def _count(
        self,
        kinds: set[type],
        rows: Sequence[int],
        cells: Sequence[object],
        filled: Sequence[object],
    ) -> None:
        """Count the nonblank cells; `kinds` are the kinds of all cells."""
        if len(kinds) == 1:
            counts = Counter({next(iter(kinds)): len(filled)})
        else:
            counts = Counter(map(type, filled))
        numbers = sum(counts[kind] for kind in _NUMBERS)
        self.text += counts[str]
        self.boolean += counts[bool]
        self.number += numbers
        self.percent += counts[Percent]
        self.date += counts.total() - counts[str] - counts[bool] - numbers
        if numbers:
            self._count_numbers(rows, cells, alone=kinds <= _NUMBER_KINDS)

    def _count_numbers(self, rows: Sequence[int], cells: Sequence[object], *, alone: bool) -> None:
        """Count the numbers of a column; they are `alone` if there is nothing else."""
        if self.first_number_row is None:
            self.first_number_row = next(
                row for row, cell in zip(rows, cells, strict=True) if type(cell) in _NUMBERS
            )
        found = cells if alone else [cell for cell in cells if isinstance(cell, int | float)]
        numbers = cast("Sequence[float]", found)
        if max(numbers) < LONG and min(numbers) > -LONG:
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
    """Converts blocks of rows to text, and counts the kinds of cells in each column."""

    def __init__(self, columns: int) -> None:
        self._tallies = [_Tally() for _ in range(columns)]

    def take(self, rows: Sequence[int], columns: Sequence[Sequence[object]]) -> list[Sequence[str]]:
        """Count all cells of a block and return the strings of each column."""
        return [
            tally.take(rows, column) for tally, column in zip(self._tallies, columns, strict=True)
        ]

    def counts(self) -> tuple[NativeCounts, ...]:
        """Return the counts of each column."""
        return tuple(
            NativeCounts(**{name: getattr(tally, name) for name in NativeCounts.__slots__})
            for tally in self._tallies
        )
