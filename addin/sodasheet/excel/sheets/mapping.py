"""Mapping sheets in a workbook: found, read and written by their words."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.header_block import LINK
from sodasheet.jobs.sheet.layout import (
    CHOICES,
    LOOK,
    MEMORY,
    REQUIRED,
    Layout,
    Read,
    is_mapping,
)

if TYPE_CHECKING:
    import xlwings

#: Digits of a number that every interface to a spreadsheet program takes as one.
LONGEST_NUMBER = 9

UNFILLED = "Dataset columns not filled"
UNFILLED_HEADERS = ("Dataset column", "Type", "Why it matters")


class MappingSheet:
    """One mapping sheet, wherever its parts may have been moved to."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        self.sheet = sheet
        self.look()

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """Whether a sheet is a mapping sheet, whatever its name."""
        return is_mapping(Snapshot(sheet.range((1, 1), LOOK).options(ndim=2).value))

    def look(self) -> None:
        """See the sheet as it is now."""
        used = self.sheet.used_range
        values = used.options(ndim=2, err_to_str=True).value
        self.seen = Snapshot(values, used.row, used.column)
        self.layout = Layout.of(self.seen, self.sheet.name)
        self.heads, self.top = self.layout.heads, self.layout.top

    @property
    def bottom(self) -> int:
        """The last row of the table: its own, or the last one that is used where it has none."""
        table = self._table()
        return max(self.top, table.range.last_cell.row if table else self.seen.bottom)

    def _table(self) -> xlwings.main.Table | None:
        head = self.heads[REQUIRED[0]]
        for table in self.sheet.tables:
            area = table.range
            inside = area.column <= head.column <= area.last_cell.column
            if area.row == head.row and inside:
                return table
        return None

    def read(self) -> Read:
        """Everything that stands on the sheet."""
        return self.layout.read(self.bottom)

    def put(self, values: Map[str, str]) -> None:
        """Write values beside their labels; a label that is gone is left out."""
        for label, value in values.items():
            spot = self.layout.label(label)
            if spot is not None:
                at = self.layout.beside(spot)
                self.write(at, value)
                if label == LINK:
                    self._cell(at).add_hyperlink(value, value, "Open the dataset in the browser")

    def write(self, spot: Spot, value: str) -> None:
        """Write one cell: digits as a number, everything else as text."""
        number = value.isdecimal() and len(value) <= LONGEST_NUMBER
        self._cell(spot).value = int(value) if number else as_text(value)

    def put_rows(self, lines: Map[int, Map[str, str]], below: list[Map[str, str]]) -> None:
        """Write cells of the table by row number and header, and new rows below the last one."""
        last = max([self.top, *(number for number in lines), self._last_filled()])
        for at, line in enumerate(below, start=last + 1):
            lines = {**lines, at: line}
        end = last + len(below)
        table = self._table()
        if table is not None and end > table.range.last_cell.row:
            table.resize(self.sheet.range((self.top, table.range.column),
                                          (end, table.range.last_cell.column)))  # fmt: skip
        for header, spot in self.heads.items():
            column = {number: cells[header] for number, cells in lines.items() if header in cells}
            self._put_column(spot.column, column)

    def _last_filled(self) -> int:
        columns = [spot.column for spot in self.heads.values()]
        for number in range(self.bottom, self.top, -1):
            if any(self.seen.text(number, column) for column in columns):
                return number
        return self.top

    def _put_column(self, column: int, texts: dict[int, str]) -> None:
        """Write cells of one column in as few pieces as there are runs of rows."""
        numbers = sorted(texts)
        start = 0
        for at, number in enumerate(numbers):
            if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
                run = numbers[start : at + 1]
                cells = [[as_text(texts[one])] for one in run]
                self.sheet.range((run[0], column), (run[-1], column)).value = cells
                start = at + 1

    def put_unfilled(self, lines: list[tuple[str, str, str]]) -> None:
        """The dataset columns that nothing fills, in place of those that stood there."""
        title = self.seen.find(UNFILLED)
        if title is None:
            return
        spots = [
            next((one for one in self.seen.all(header) if one.row == title.row + 1
                  and one.column >= title.column), None)
            for header in UNFILLED_HEADERS
        ]  # fmt: skip
        for place, spot in enumerate(spots):
            if spot is not None:
                self._put_list(spot, [line[place] for line in lines])

    def put_choices(self, labels: list[str]) -> None:
        """What the drop-down of the dataset columns offers."""
        spot = self.seen.find(CHOICES)
        if spot is not None:
            self._put_list(spot, labels)

    def _put_list(self, head: Spot, texts: list[str]) -> None:
        """Texts below a heading, and blanks over what was longer before."""
        before = sum(
            1
            for row in range(head.row + 1, self.seen.bottom + 1)
            if self.seen.text(row, head.column)
        )
        cells = [[as_text(text)] for text in texts] + [[None]] * max(0, before - len(texts))
        if cells:
            first = head.row + 1
            self.sheet.range(
                (first, head.column), (first + len(cells) - 1, head.column)
            ).value = cells

    def remember(self, chunks: list[str]) -> None:
        """Keep the job in hidden cells of this very sheet, so that a copy of it keeps it too."""
        spot = self.seen.find(MEMORY) or Spot(1, self.seen.right + 1)
        before = len(self.layout.memory())
        cells: list[Any] = [MEMORY, *map(as_text, chunks)]
        cells += [None] * max(0, before - len(chunks))
        area = self.sheet.range((spot.row, spot.column), (spot.row, spot.column + len(cells) - 1))
        area.value = [cells]
        area.columns.hidden = True

    def _cell(self, spot: Spot) -> xlwings.Range:
        return self.sheet.range((spot.row, spot.column))


def mapping_sheets(book: xlwings.Book) -> list[xlwings.Sheet]:
    """All mapping sheets of a workbook."""
    return [sheet for sheet in book.sheets if MappingSheet.is_one(sheet)]
