"""Blocks of cells: many cells of a sheet written in as few calls to the program as possible.

A call costs a user 1 to 5 ms in Excel, whatever the number of cells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sodasheet.sources.grid.cell_range import Area

if TYPE_CHECKING:
    import xlwings

#: The content of a cell; None is a blank.
Cell = str | int | float | datetime | None

#: Content by row and column, from 1.
Cells = Mapping[tuple[int, int], Cell]


def write_cells(sheet: xlwings.Sheet, cells: Cells, *, linked: bool = False) -> None:
    """Write cells, with one call for each rectangle of them.

    With `linked` earlier hyperlinks of the cells are removed first.
    """
    for (row, column), rows in blocks(cells):
        last = (row + len(rows) - 1, column + len(rows[0]) - 1)
        target = sheet.range((row, column), last)
        if linked:
            clear_links(target)
        write_block(target, rows)


def write_block(target: xlwings.Range, rows: list[list[Cell]]) -> None:
    """Write rows to a range of their size.

    `Range.value` asks the program for the place and size of the range, only to hand on strings and
    numbers as they are. Moments are converted, and so is everything on a Mac.
    """
    converted = sys.platform == "darwin"
    if converted or any(isinstance(cell, datetime) for row in rows for cell in row):
        target.value = rows
    else:
        target.raw_value = [["" if cell is None else cell for cell in row] for row in rows]


def clear_links(cells: xlwings.Range) -> None:
    """Remove the links of cells; clearing the contents leaves them in Excel."""
    clear = getattr(cells.api, "ClearHyperlinks", None)
    if clear is not None:
        clear()


def area_of(cells: xlwings.Range) -> Area:
    """Return the place of a range on its sheet."""
    rows, columns = cells.shape
    return Area(cells.row, cells.column, cells.row + rows - 1, cells.column + columns - 1)


def blocks(cells: Cells) -> Iterator[tuple[tuple[int, int], list[list[Cell]]]]:
    """Yield rectangles of cells with the row and column of their first cell.

    Adjacent cells of a row belong together, and so do equal stretches of adjacent rows.
    """
    growing: dict[tuple[int, int], tuple[int, list[list[Cell]]]] = {}
    before = 0
    for row, columns in _by_row(cells):
        stretches = list(_stretches(columns))
        kept = {one: growing.pop(one) for one in stretches if one in growing and row == before + 1}
        yield from _finished(growing)
        growing = kept
        for left, right in stretches:
            content = [cells[row, column] for column in range(left, right + 1)]
            growing.setdefault((left, right), (row, []))[1].append(content)
        before = row
    yield from _finished(growing)


def _by_row(cells: Cells) -> Iterator[tuple[int, list[int]]]:
    found: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        found.setdefault(row, []).append(column)
    yield from found.items()


def _stretches(columns: list[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for at, column in enumerate(columns):
        if at + 1 == len(columns) or columns[at + 1] != column + 1:
            yield columns[start], column
            start = at + 1


def _finished(
    growing: dict[tuple[int, int], tuple[int, list[list[Cell]]]],
) -> Iterator[tuple[tuple[int, int], list[list[Cell]]]]:
    for (left, _), (top, rows) in growing.items():
        yield (top, left), rows
