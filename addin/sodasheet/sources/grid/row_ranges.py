"""Ranges of rows of a sheet, such as the rows of a column with one number format."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowStretches:
    """Ranges of rows (first and last row on the sheet), in order."""

    stretches: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(last - first + 1 for first, last in self.stretches)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int):
            return False
        at = bisect_right(self.stretches, (row, row + (1 << 31))) - 1
        return at >= 0 and self.stretches[at][0] <= row <= self.stretches[at][1]

    def hold(self, first: int, last: int) -> bool | None:
        """True if all rows from `first` to `last` are in a range, False if no row is, else None."""
        at = bisect_right(self.stretches, (first, first + (1 << 31))) - 1
        if at >= 0 and self.stretches[at][1] >= first:
            return True if self.stretches[at][1] >= last else None
        following = self.stretches[at + 1 : at + 2]
        return None if following and following[0][0] <= last else False
