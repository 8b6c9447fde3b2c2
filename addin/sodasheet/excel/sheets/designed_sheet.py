"""A designed sheet of results in a workbook: labels with values, and tables below them."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.excel.cell_values import rows_in
from sodasheet.excel.sheets.cell_blocks import (
    Cell,
    area_of,
    clear_links,
    write_block,
    write_cells,
)
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.workbook_sheets import top_of
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.system.csv_formulas import disarmed

if TYPE_CHECKING:
    import xlwings

    from sodasheet.sources.grid.cell_range import Area

#: Rows and columns from the top left in which labels and headers are looked for.
LOOK = (40, 16)

#: Maximum characters of a link's ScreenTip in Excel.
_TIP = 250


@dataclass(frozen=True, slots=True)
class Link:
    """Text with a link to an address."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of a table."""

    cells: tuple[Cell | Link, ...]


class DesignedSheet:
    """A sheet with a title; its labels and tables are found by their text."""

    def __init__(
        self, sheet: xlwings.Sheet, labels: Sequence[str], area: tuple[int, int] = LOOK
    ) -> None:
        self.sheet, self._area = sheet, area
        self._labels = labels
        self.look()

    @staticmethod
    def has_title(sheet: xlwings.Sheet, title: str) -> bool:
        """True if a sheet has the title of a designed sheet, whatever its name."""
        return top_of(sheet).find(title) is not None

    def look(self) -> None:
        """Read the current labels and headers."""
        self.seen = Snapshot(rows_in(self.sheet.range((1, 1), self._area)))

    def heads(self, headers: Sequence[str]) -> dict[str, Spot]:
        """Return the cells of a table's headers; empty unless all are present."""
        return self.seen.heads(headers, headers)

    def values(self) -> dict[str, str]:
        """Return the values next to the labels."""
        found = {}
        for label in self._labels:
            spot = self.seen.label(label, self._labels)
            if spot is not None:
                at = self.seen.beside(spot, self._labels, LOOK[1])
                found[label] = self.seen.text(at.row, at.column)
        return found

    def link(self, label: str) -> str:
        """Return the address that a label's value leads to; empty if not a link."""
        spot = self.seen.label(label, self._labels)
        if spot is None:
            return ""
        at = self.seen.beside(spot, self._labels, LOOK[1])
        with suppress(Exception):  # xlwings raises for a cell without a link
            return str(self.sheet.range((at.row, at.column)).hyperlink or "")
        return ""

    def put(self, values: Map[str, Cell | Link]) -> None:
        """Write values next to their labels, skipping missing labels."""
        cells: dict[tuple[int, int], Cell] = {}
        links: dict[tuple[int, int], Link] = {}
        for label, value in values.items():
            spot = self.seen.label(label, self._labels)
            if spot is not None:
                at = self.seen.beside(spot, self._labels, LOOK[1])
                if isinstance(value, Link):
                    links[at.row, at.column] = value
                cells[at.row, at.column] = _entered(value)
        write_cells(self.sheet, cells, linked=True)
        for place, link in links.items():
            write_link(self.sheet.range(place), link)

    def put_table(
        self, headers: Sequence[str], lines: Sequence[TableLine], bottom: int | None = None
    ) -> None:
        """Write the rows of a table over the earlier rows, and resize the table to fit.

        One array for all cells, then the links. `bottom` is the last row that may be cleared.
        """
        heads = self.heads(headers)
        if not heads:
            return
        first, left = heads[headers[0]].row, heads[headers[0]].column
        table, area = self._table(first, left) or (None, None)
        old = (area.bottom if area else bottom) or self.sheet.used_range.last_cell.row
        count, width = max(len(lines), 1), len(headers)
        if table is not None:
            with suppress(Exception):  # raises if nothing is filtered
                table.api.AutoFilter.ShowAllData()
        last = max(old, first + count)
        former = self.sheet.range((first + 1, left), (last, left + width - 1))
        clear_links(former)
        former.clear_contents()
        if lines:
            cells = [[_entered(cell) for cell in line.cells] for line in lines]
            target = self.sheet.range((first + 1, left), (first + len(lines), left + width - 1))
            write_block(target, cells)
        for row, line in enumerate(lines, first + 1):
            for column, cell in enumerate(line.cells, left):
                if isinstance(cell, Link):
                    write_link(self.sheet.range((row, column)), cell)
        if table is not None and area is not None and old != first + count:
            corner = (first + count, area.right or left)
            table.resize(self.sheet.range((first, area.left), corner))

    def _table(self, row: int, column: int) -> tuple[xlwings.main.Table, Area] | None:
        for table in self.sheet.tables:
            area = area_of(table.range)
            if (area.top, area.left) == (row, column):
                return table, area
        return None


def write_link(cell: xlwings.Range, link: Link) -> None:
    """Write text with a link; escaped, because the program enters the text unchanged."""
    cell.add_hyperlink(link.address, disarmed(link.text), link.address[:_TIP])


def _entered(cell: Cell | Link) -> Cell:
    if isinstance(cell, Link):
        return None
    return as_text(cell) if isinstance(cell, str) else cell
