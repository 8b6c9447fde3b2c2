"""Which rows of an area are shown, where a filter or a hand has hidden others."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import xlwings


@dataclass(frozen=True, slots=True)
class Shown:
    """Stretches of rows (first and last of the sheet), in order."""

    stretches: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return sum(last - first + 1 for first, last in self.stretches)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int):
            return False
        at = bisect_right(self.stretches, (row, row + (1 << 31))) - 1
        return at >= 0 and self.stretches[at][0] <= row <= self.stretches[at][1]


def shown_rows(area: xlwings.Range) -> Shown:
    """The rows of the area that are neither hidden nor filtered out."""
    column = _shown_column(area)
    if column is None:
        return Shown(((area.row, area.last_cell.row),))
    pieces = cast("list[xlwings.Range]", column.get_special_cells("visible"))
    stretches = sorted((piece.row, piece.row + piece.shape[0] - 1) for piece in pieces)
    return Shown(tuple(stretches))


def hidden_rows(area: xlwings.Range) -> int:
    """How many rows of the area are hidden or filtered out."""
    return int(area.shape[0]) - shown_rows(area).count


def _shown_column(area: xlwings.Range) -> xlwings.Range | None:
    """A column that is not hidden itself: in a hidden one no cell at all is visible."""
    for place in range(area.shape[1]):
        column = area[:, place]
        if not column.columns.hidden:
            return column
    return None
