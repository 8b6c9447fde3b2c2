"""Preview sheets in a workbook: one for each dataset, overwritten by the next preview."""

from __future__ import annotations

from collections.abc import Mapping as Map
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sodasheet.excel.press import quiet
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.preview_rows import (
    HEADERS,
    LABELS,
    LINK,
    LONG,
    TITLE,
    lines_of,
    values_of,
)
from sodasheet.excel.sheets.templates import add_sheet, sheet_name
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.sheets.preview_rows import Line
    from sodasheet.excel.sheets.result_rows import Jumps

_LOOK = (40, len(HEADERS) + 2)


def preview_sheet(book: xlwings.Book, report: Map[str, Any]) -> xlwings.Sheet:
    """The preview sheet of the report's dataset, made where there is none yet."""
    link = f"{report['portal']}/d/{report['dataset']}"
    for sheet in book.sheets:
        seen = _top(sheet)
        if seen.find(TITLE) is not None and _beside(seen, LINK) == link:
            return sheet
    name = sheet_name("Preview", report["dataset_name"], [sheet.name for sheet in book.sheets])
    return add_sheet(book, "Preview", name)


def write_preview(sheet: xlwings.Sheet, report: Map[str, Any], jumps: Jumps, mapping: str) -> None:
    """Write a preview over what stood there; `mapping` is the name of the mapping sheet."""
    with quiet(sheet.book.app):
        _show_all(sheet)
        seen = _top(sheet)
        _put_values(sheet, seen, values_of(report, sheet.book.name, mapping))
        _put_lines(sheet, seen, lines_of(report, jumps))


def _show_all(sheet: xlwings.Sheet) -> None:
    """Take the table's filter off: a new preview is seen whole."""
    for table in sheet.tables:
        # Raises where nothing is filtered.
        with suppress(Exception):
            table.api.AutoFilter.ShowAllData()


def _put_values(sheet: xlwings.Sheet, seen: Snapshot, values: Map[str, str | int]) -> None:
    for label, value in values.items():
        spot = seen.find(label)
        if spot is None:
            continue
        at = seen.beside(spot, LABELS, _LOOK[1])
        cell = sheet.range((at.row, at.column))
        if label == LINK:
            cell.add_hyperlink(str(value), str(value), "Open the dataset in the browser")
        else:
            cell.value = as_text(value) if isinstance(value, str) else value
        if label in LONG:
            cell.wrap_text = False


def _put_lines(sheet: xlwings.Sheet, seen: Snapshot, lines: list[Line]) -> None:
    """One array for all cells, then the links, and blanks over what was longer before."""
    head = _heading(seen) or Spot(_LOOK[0], 1)
    first, left, width = head.row + 1, head.column, len(HEADERS)
    cells: list[list[str | int | None]] = [
        [as_text(cell) if isinstance(cell, str) else cell for cell in line.cells] for line in lines
    ]
    before = sheet.used_range.last_cell.row - first + 1
    cells += [[None] * width] * max(1 - len(cells), before - len(cells), 0)
    area = sheet.range((first, left), (first + len(cells) - 1, left + width - 1))
    area.clear_contents()
    area.value = cells
    for at, line in enumerate(lines):
        if line.link:
            cell = sheet.range((first + at, left + width - 1))
            cell.add_hyperlink(line.link, str(line.cells[-1]), "Go to the cell")
    _fit_table(sheet, head, first + max(len(lines), 1) - 1)


def _fit_table(sheet: xlwings.Sheet, head: Spot, last: int) -> None:
    """Let the table end with its last row, so that its filter takes all of them."""
    for table in sheet.tables:
        at = table.range
        if (at.row, at.column) == (head.row, head.column) and at.last_cell.row != last:
            table.resize(sheet.range((head.row, at.column), (last, at.last_cell.column)))


def _heading(seen: Snapshot) -> Spot | None:
    """Where the table's headers begin."""
    return next(
        (
            spot
            for spot in seen.all(HEADERS[0])
            if seen.text(spot.row, spot.column + 1) == HEADERS[1]
        ),
        None,
    )


def _beside(seen: Snapshot, label: str) -> str:
    spot = seen.find(label)
    if spot is None:
        return ""
    at = seen.beside(spot, LABELS, _LOOK[1])
    return seen.text(at.row, at.column)


def _top(sheet: xlwings.Sheet) -> Snapshot:
    return Snapshot(sheet.range((1, 1), _LOOK).options(ndim=2, err_to_str=True).value)
