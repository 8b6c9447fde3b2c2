"""Visible rows of an area in which a filter or the user has hidden other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sodasheet.excel.xlwings_access import is_busy
from sodasheet.sources.grid.row_ranges import RowStretches

if TYPE_CHECKING:
    import xlwings


def shown_rows(area: xlwings.Range) -> RowStretches:
    """Return the rows of the area that are neither hidden nor filtered out."""
    column = _shown_column(area)
    if column is None:
        return RowStretches(((area.row, area.last_cell.row),))
    try:
        pieces = cast("list[xlwings.Range]", column.get_special_cells("visible"))
    except Exception as error:
        if is_busy(error):
            raise
        # Excel refuses this on a protected sheet, and if no cell at all is visible; its message is
        # in the user's language, so the message is not parsed.
        return RowStretches(_one_by_one(column))
    stretches = sorted((piece.row, piece.row + piece.shape[0] - 1) for piece in pieces)
    return RowStretches(tuple(stretches))


def hidden_rows(area: xlwings.Range) -> int:
    """Return the number of rows of the area that are hidden or filtered out."""
    return int(area.shape[0]) - shown_rows(area).count


def _one_by_one(column: xlwings.Range) -> tuple[tuple[int, int], ...]:
    """Return the ranges of visible rows, found by bisection: each step is one call."""
    found: list[tuple[int, int]] = []
    pieces = [(0, int(column.shape[0]))]
    while pieces:
        start, end = pieces.pop()
        hidden = column[start:end, 0].rows.hidden
        if hidden is False:
            found.append((column.row + start, column.row + end - 1))
        elif hidden is None and end - start > 1:
            middle = (start + end) // 2
            pieces += [(middle, end), (start, middle)]
    return tuple(sorted(found))


def _shown_column(area: xlwings.Range) -> xlwings.Range | None:
    """Return a column that is not hidden: in a hidden column, no cell is visible."""
    for place in range(area.shape[1]):
        column = area[:, place]
        if not column.columns.hidden:
            return column
    return None
