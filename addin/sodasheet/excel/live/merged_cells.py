"""Merged cells of an area: only the first cell of each contains a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sodasheet.errors import SourceError

if TYPE_CHECKING:
    import xlwings

    from sodasheet.sources.grid.cell_range import Area

#: Maximum number of calls.
MOST_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class Merge:
    """One merged cell; rows and columns of the sheet, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> range:
        """The rows that the merged cell covers."""
        return range(self.top, self.bottom + 1)

    def covers(self, row: int, column: int) -> bool:
        """True if the merge covers a cell other than its first cell."""
        inside = row in self.rows and self.left <= column <= self.right
        return inside and (row, column) != (self.top, self.left)


def merges_in(sheet: xlwings.Sheet, area: Area) -> tuple[Merge, ...]:
    """Every merged cell that is in the area or extends into the area.

    One call where there is none; else the area is halved until each piece is merged or not.
    Raises SourceError if there are so many that asking would take forever.
    """
    found: dict[Merge, None] = {}
    whole = (area.top, area.left, area.bottom or area.top, area.right or area.left)
    pieces, calls = [whole], 0
    while pieces:
        top, left, bottom, right = pieces.pop()
        piece = sheet.range((top, left), (bottom, right))
        calls += 1
        if calls > MOST_CALLS:
            raise SourceError(
                f"The sheet {sheet.name} has too many merged cells.",
                "Unmerge the cells with the data (Home, Merge & Center).",
            )
        merged = cast("bool | None", piece.merge_cells)
        if merged is False:
            continue
        if merged or (top, left) == (bottom, right):
            found[_merge(sheet.range((top, left)).merge_area)] = None
        elif bottom - top >= right - left:
            middle = (top + bottom) // 2
            pieces += [(top, left, middle, right), (middle + 1, left, bottom, right)]
        else:
            middle = (left + right) // 2
            pieces += [(top, left, bottom, middle), (top, middle + 1, bottom, right)]
    return tuple(found)


def _merge(area: xlwings.Range) -> Merge:
    last = area.last_cell
    return Merge(area.row, area.column, last.row, last.column)
