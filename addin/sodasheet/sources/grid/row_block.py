"""Rows of a sheet that are read and written together, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice


@dataclass(slots=True)
class RowBlock:
    """The numbers of the rows, and the cells of each column; "" is a blank cell.

    A sheet has millions of cells: nothing is done for each alone if a column has cells of one kind.
    """

    numbers: Sequence[int]
    columns: list[Sequence[object]]

    def put(self, row: int, column: int, value: object) -> None:
        """Change one cell; row and column are positions (0-based)."""
        cells = self.columns[column]
        if not isinstance(cells, list):
            self.columns[column] = cells = list(cells)
        cells[row] = value

    def blank_rows(self) -> set[int]:
        """Return the positions of the rows without a value."""
        first, *others = self.columns
        blank = {at for at, cell in enumerate(first) if cell == ""} if "" in first else set[int]()
        for column in others:
            if not blank:
                break
            blank = {at for at in blank if column[at] == ""}
        return blank

    def without(self, rows: Iterable[int]) -> RowBlock:
        """Return the block without the rows at some positions."""
        left_out = set(rows)
        if not left_out:
            return self
        kept = [at not in left_out for at in range(len(self.numbers))]
        columns: list[Sequence[object]] = [list(compress(cells, kept)) for cells in self.columns]
        return RowBlock(list(compress(self.numbers, kept)), columns)


def blocks_of(rows: Iterator[tuple[int, list[object]]], size: int) -> Iterator[RowBlock]:
    """Yield rows, each a number and cells, in blocks of at most `size`."""
    while some := list(islice(rows, size)):
        columns: list[Sequence[object]] = list(zip(*(cells for _, cells in some), strict=True))
        yield RowBlock([number for number, _ in some], columns)
