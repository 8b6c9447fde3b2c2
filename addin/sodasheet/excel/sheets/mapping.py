"""Mapping sheets in a workbook: found, read and written by their labels."""

from __future__ import annotations

import uuid
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.designed_sheet import Link, clear_links, write_link
from sodasheet.excel.sheets.next_step_line import MappingProgress, next_step
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.sheet_layout import LOOK, MappingContent, SheetLayout, is_mapping
from sodasheet.jobs.sheet.times_in_words import local_words
from sodasheet.model.sheet_labels import (
    CHECK,
    CHOICES,
    DATASET,
    DATASET_COLUMN,
    FINDINGS,
    HEADERS,
    IDENTITY,
    LAST_PUSHED,
    LINK,
    MATCH,
    MEMORY,
    NEXT_STEP,
    OLD_UNFILLED_HEADERS,
    OLD_UNFILLED_LIST,
    SHEET_COLUMN,
    TYPE,
)

if TYPE_CHECKING:
    import xlwings

    from sodasheet.jobs.sheet.cells_of_job import Unfilled

#: The cells of a row that is no longer needed.
_BLANK = dict.fromkeys((SHEET_COLUMN, DATASET_COLUMN, TYPE, MATCH), "")

#: Maximum digits of a number that every spreadsheet interface accepts as a number.
LONGEST_NUMBER = 9


class MappingSheet:
    """One mapping sheet, even if the user has moved its parts."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        self.sheet = sheet
        self.look()

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """True if a sheet is a mapping sheet, whatever its name."""
        return is_mapping(Snapshot(sheet.range((1, 1), LOOK).options(ndim=2).value))

    def look(self) -> None:
        """Read the sheet in its current state."""
        used = self.sheet.used_range
        values = used.options(ndim=2, err_to_str=True).value
        self.seen = Snapshot(values, used.row, used.column)
        self.layout = SheetLayout.of(self.seen, self.sheet.name)
        self.heads, self.top = self.layout.heads, self.layout.top

    @property
    def bottom(self) -> int:
        """The last row of the table; the last used row if not a table."""
        table = self._table()
        return max(self.top, table.range.last_cell.row if table else self.seen.bottom)

    def _table(self) -> xlwings.main.Table | None:
        head = self.heads[SHEET_COLUMN]
        for table in self.sheet.tables:
            area = table.range
            inside = area.column <= head.column <= area.last_cell.column
            if area.row == head.row and inside:
                return table
        return None

    def read(self) -> MappingContent:
        """Return the content of the sheet."""
        return self.layout.read(self.bottom)

    def put(self, values: Map[str, str]) -> None:
        """Write values next to their labels, skipping missing labels."""
        for label, value in values.items():
            spot = self.layout.label(label)
            if spot is not None:
                self.write(self.layout.beside(spot), value)

    def put_link(self, name: str, address: str) -> None:
        """Write the dataset's name as a link, and the address next to an earlier label."""
        spots = ((DATASET, name), (LINK, address))
        for label, text in spots:
            spot = self.layout.label(label)
            if spot is not None:
                cell = self._cell(self.layout.beside(spot))
                clear_links(cell)
                write_link(cell, Link(text, address))

    def write(self, spot: Spot, value: str) -> None:
        """Write one cell: digits as a number, everything else as text."""
        number = value.isdecimal() and len(value) <= LONGEST_NUMBER
        self._cell(spot).value = int(value) if number else as_text(value)

    def put_rows(self, lines: Map[int, Map[str, str]], below: Sequence[Map[str, str]] = ()) -> None:
        """Write cells of the table by row number and header, and new rows below the last row."""
        last = max([self.top, *(number for number in lines), self._last_filled()])
        for at, line in enumerate(below, start=last + 1):
            lines = {**lines, at: line}
        end = last + len(below)
        table = self._table()
        if table is not None and end > table.range.last_cell.row:
            area = table.range
            corner = (end, area.last_cell.column)
            table.resize(self.sheet.range((self.top, area.column), corner))
        for header, spot in self.heads.items():
            column = {number: cells[header] for number, cells in lines.items() if header in cells}
            self._put_column(spot.column, column)

    def widen(self) -> None:
        """Extend the table to the column on its right."""
        table = self._table()
        if table is not None:
            last = table.range.last_cell
            area = table.range
            table.resize(self.sheet.range((self.top, area.column), (last.row, last.column + 1)))

    def put_unfilled(self, found: Sequence[Unfilled], most: int) -> None:
        """Write the dataset columns that nothing fills, instead of the earlier list.

        They are the last rows of the table; a sheet of an earlier version has a list beside it.
        """
        if self.seen.find(OLD_UNFILLED_LIST) is not None:
            self._put_old_list(found)
            return
        self.look()
        earlier = dict.fromkeys(self.read().unfilled, _BLANK)
        if earlier:
            self.put_rows(earlier)
            self.look()
        self.put_rows({}, [one.line() for one in found[:most]])
        self.look()

    def _put_old_list(self, found: Sequence[Unfilled]) -> None:
        title = self.seen.find(OLD_UNFILLED_LIST)
        assert title is not None  # noqa: S101 - the caller has looked
        columns = (
            [one.label for one in found],
            [one.line()[TYPE] for one in found],
            ["Required" if one.required else "Optional" for one in found],
        )
        for header, texts in zip(OLD_UNFILLED_HEADERS, columns, strict=True):
            for spot in self.seen.all(header):
                if spot.row == title.row + 1 and spot.column >= title.column:
                    self._put_list(spot, texts)
                    break

    def _last_filled(self) -> int:
        columns = [spot.column for spot in self.heads.values()]
        for number in range(self.bottom, self.top, -1):
            if any(self.seen.text(number, column) for column in columns):
                return number
        return self.top

    def _put_column(self, column: int, texts: dict[int, str]) -> None:
        """Write cells of a column with one call for each run of rows."""
        numbers = sorted(texts)
        start = 0
        for at, number in enumerate(numbers):
            if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
                run = numbers[start : at + 1]
                cells = [[as_text(texts[one])] for one in run]
                self.sheet.range((run[0], column), (run[-1], column)).value = cells
                start = at + 1

    def put_choices(self, labels: Sequence[str], headers: Sequence[str]) -> None:
        """Write the hidden lists of the drop-downs: dataset columns and source headers."""
        for title, texts in ((CHOICES, labels), (HEADERS, headers)):
            spot = self.seen.find(title) if title == CHOICES else self._headers_list()
            if spot is not None:
                self._put_list(spot, texts)

    def _headers_list(self) -> Spot | None:
        """Return the first cell of the hidden list of headers, to the right of the table."""
        found = self.seen.all(HEADERS)
        return next((spot for spot in found if spot.column > self.layout.right), None)

    def _put_list(self, head: Spot, texts: Sequence[str]) -> None:
        """Write strings below a heading, and blanks over the rest of a longer earlier list."""
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
        """Store the job in hidden cells of this sheet, so that a copy contains the job too."""
        spot = self.seen.find(MEMORY) or Spot(1, self.seen.right + 1)
        before = len(self.layout.memory())
        cells: list[Any] = [MEMORY, *map(as_text, chunks)]
        cells += [None] * max(0, before - len(chunks))
        area = self.sheet.range((spot.row, spot.column), (spot.row, spot.column + len(cells) - 1))
        area.value = [cells]
        area.columns.hidden = True

    @property
    def identity(self) -> str:
        """The mark that identifies this sheet in any workbook; empty if none yet."""
        spot = self.seen.find(IDENTITY)
        return self.seen.text(spot.row, spot.column + 1) if spot else ""

    def identify(self) -> str:
        """Return the mark, written into a hidden cell if the sheet has none yet."""
        if self.identity:
            return self.identity
        memory = self.seen.find(MEMORY) or Spot(1, self.seen.right + 1)
        mark = uuid.uuid4().hex
        cells = self.sheet.range(
            (memory.row + 1, memory.column), (memory.row + 1, memory.column + 1)
        )
        cells.value = [[IDENTITY, as_text(mark)]]
        cells.columns.hidden = True
        self.look()
        return mark

    @property
    def has_findings(self) -> bool:
        """False for a sheet of an earlier version, whose column Check contains the sentences."""
        return FINDINGS in self.heads and CHECK in self.heads

    def _cell(self, spot: Spot) -> xlwings.Range:
        return self.sheet.range((spot.row, spot.column))


def stamp_pushed(sheet: MappingSheet, started: str) -> None:
    """Write when the push of a mapping sheet landed, and that there is nothing left to do."""
    step = next_step(sheet.read().rows, (), MappingProgress(pushed=started))
    with quiet(sheet.sheet.book.app):
        sheet.put({LAST_PUSHED: local_words(started), NEXT_STEP: step})


def mapping_sheets(book: xlwings.Book) -> list[xlwings.Sheet]:
    """Return all mapping sheets of a workbook."""
    return [sheet for sheet in book.sheets if MappingSheet.is_one(sheet)]
