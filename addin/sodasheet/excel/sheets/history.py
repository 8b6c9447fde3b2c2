"""The sheet "Run history" in a workbook, written anew at every press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.excel.press import quiet
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.history_rows import FRESHNESS, RUNS_HEADERS, TITLE, Line
from sodasheet.excel.sheets.templates import add_sheet, sheet_name
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.staging.check.rejected import disarmed

if TYPE_CHECKING:
    import xlwings

_LOOK = (25, 8)
_WIDTH = len(RUNS_HEADERS)

#: Text that runs on over the blank cells at its right: sentences about the whole.
_LONG = 2


def is_history(sheet: xlwings.Sheet) -> bool:
    """Whether a sheet is a run history, whatever its name."""
    return _top(sheet).find(TITLE) is not None


def history_sheet(book: xlwings.Book) -> xlwings.Sheet:
    """The workbook's own, found by its words, or a new one."""
    for sheet in book.sheets:
        if is_history(sheet):
            return sheet
    name = sheet_name("Run history", "", [sheet.name for sheet in book.sheets])
    return add_sheet(book, "History", name)


def write_history(sheet: xlwings.Sheet, lines: Sequence[Line]) -> None:
    """Write the lines over what stood there: one array, then the links."""
    with quiet(sheet.book.app):
        spot = _top(sheet).find(FRESHNESS)
        first = spot.row if spot else 4
        used = sheet.used_range.last_cell.row
        cells = [_cells(line) for line in lines]
        cells += [[None] * _WIDTH] * max(0, used - first + 1 - len(cells))
        area = sheet.range((first, 1), (first + len(cells) - 1, _WIDTH))
        area.clear_contents()
        area.value = cells
        for row, line in enumerate(lines, first):
            if len(line.cells) == _LONG + 1:
                sheet.range((row, _LONG + 1)).wrap_text = False
            for at, address in line.links:
                # The program takes it as it is, so a name that a portal gave must not compute.
                shown = disarmed(str(line.cells[at]))
                sheet.range((row, at + 1)).add_hyperlink(address, shown, address[:250])


def _cells(line: Line) -> list[str | int | float | None]:
    cells = [as_text(cell) if isinstance(cell, str) else cell for cell in line.cells]
    return [*cells, *[None] * (_WIDTH - len(cells))]


def _top(sheet: xlwings.Sheet) -> Snapshot:
    return Snapshot(sheet.range((1, 1), _LOOK).options(ndim=2, err_to_str=True).value)
