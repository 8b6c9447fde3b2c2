"""Mapping sheets in a workbook: found, read and written by their labels."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.excel.cell_values import rows_in
from sodasheet.excel.sheets.cell_blocks import Cell, area_of, clear_links, write_block, write_cells
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.designed_sheet import Link, write_link
from sodasheet.excel.sheets.next_step_line import MappingProgress, next_step
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.cells_of_job import MOST_UNFILLED
from sodasheet.jobs.sheet.sheet_layout import LOOK, MappingContent, SheetLayout, is_mapping
from sodasheet.jobs.sheet.times_in_words import local_words
from sodasheet.model.sheet_labels import (
    CHECK,
    CHOICES,
    DATASET,
    FINDINGS,
    HEADERS,
    IDENTITY,
    LAST_PUSHED,
    LINK,
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
    from sodasheet.sources.grid.cell_range import Area

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
        return is_mapping(Snapshot(rows_in(sheet.range((1, 1), LOOK))))

    def look(self) -> None:
        """Read the sheet in its current state."""
        used = self.sheet.used_range
        self.seen = Snapshot(rows_in(used), used.row, used.column)
        self.layout = SheetLayout.of(self.seen, self.sheet.name)
        self.heads, self.top = self.layout.heads, self.layout.top
        self._found_table: tuple[xlwings.main.Table, Area] | None = None

    @property
    def bottom(self) -> int:
        """The last row of the table; the last used row if not a table."""
        found = self._table()
        return max(self.top, found[1].bottom or 0 if found else self.seen.bottom)

    def _table(self) -> tuple[xlwings.main.Table, Area] | None:
        """Return the table and its cells, looked for once after each look at the sheet."""
        if self._found_table is None:
            self._found_table = next(self._tables_here(), None)
        return self._found_table

    def _tables_here(self) -> Iterator[tuple[xlwings.main.Table, Area]]:
        head = self.heads[SHEET_COLUMN]
        for table in self.sheet.tables:
            area = area_of(table.range)
            if area.top == head.row and area.left <= head.column <= (area.right or 0):
                yield table, area

    def _resize(self, bottom: int, right: int) -> None:
        """Let the table end in this row and column, if there is a table."""
        found = self._table()
        if found is not None:
            table, area = found
            table.resize(self.sheet.range((self.top, area.left), (bottom, right)))
            self._found_table = table, replace(area, bottom=bottom, right=right)

    def read(self) -> MappingContent:
        """Return the content of the sheet."""
        return self.layout.read(self.bottom)

    def put(self, values: Map[str, str]) -> None:
        """Write values next to their labels, skipping missing labels."""
        write_cells(self.sheet, self.label_cells(values))

    def label_cells(self, values: Map[str, str]) -> dict[tuple[int, int], Cell]:
        """Return the cells of values beside their labels: digits as a number, the rest as text."""
        cells: dict[tuple[int, int], Cell] = {}
        for label, value in values.items():
            spot = self.layout.label(label)
            if spot is not None:
                at = self.layout.beside(spot)
                cells[at.row, at.column] = _entered(value)
        return cells

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
        write_block(self._cell(spot), [[_entered(value)]])

    def put_rows(self, lines: Map[int, Map[str, str]]) -> None:
        """Write cells of the table by row number and header."""
        write_cells(self.sheet, self._line_cells(lines))

    def table_cells(
        self,
        lines: Map[int, Map[str, str]],
        below: Sequence[Map[str, str]],
        unfilled: Sequence[Unfilled],
    ) -> dict[tuple[int, int], Cell]:
        """Return the cells of the whole table, which is made long enough.

        `lines` have their row, the others come below the last row, first those `below`. The dataset
        columns that nothing fills come last, instead of the earlier ones; a sheet of an earlier
        version has a list of them beside the table.
        """
        gone = self.read().unfilled
        last = max([self.top, *lines, *self._filled_rows(gone)])
        listed = self.seen.find(OLD_UNFILLED_LIST) is not None
        new = [*below, *([] if listed else [one.line() for one in unfilled[:MOST_UNFILLED]])]
        if last + len(new) > self.bottom and (found := self._table()) is not None:
            self._resize(last + len(new), found[1].right or self.layout.right)
        blank = {number: dict.fromkeys(self.heads, "") for number in gone}
        cells = self._line_cells({**blank, **lines, **dict(enumerate(new, start=last + 1))})
        return {**cells, **(self._old_list_cells(unfilled) if listed else {})}

    def _line_cells(self, lines: Map[int, Map[str, str]]) -> dict[tuple[int, int], Cell]:
        return {
            (number, spot.column): as_text(line[header])
            for number, line in lines.items()
            for header, spot in self.heads.items()
            if header in line
        }

    def widen(self) -> None:
        """Extend the table to the column on its right."""
        found = self._table()
        if found is not None:
            self._resize(found[1].bottom or self.bottom, (found[1].right or 0) + 1)

    def _old_list_cells(self, found: Sequence[Unfilled]) -> dict[tuple[int, int], Cell]:
        title = self.seen.find(OLD_UNFILLED_LIST)
        assert title is not None  # noqa: S101 - the caller has looked
        columns = (
            [one.label for one in found],
            [one.line()[TYPE] for one in found],
            ["Required" if one.required else "Optional" for one in found],
        )
        cells: dict[tuple[int, int], Cell] = {}
        for header, texts in zip(OLD_UNFILLED_HEADERS, columns, strict=True):
            for spot in self.seen.all(header):
                if spot.row == title.row + 1 and spot.column >= title.column:
                    cells |= self._list_cells(spot, texts)
                    break
        return cells

    def _filled_rows(self, without: Collection[int]) -> Iterator[int]:
        """Yield the rows of the table that have a string, the last one first."""
        columns = [spot.column for spot in self.heads.values()]
        for number in range(self.bottom, self.top, -1):
            if number not in without and any(self.seen.text(number, one) for one in columns):
                yield number

    def choice_cells(
        self, labels: Sequence[str], headers: Sequence[str]
    ) -> dict[tuple[int, int], Cell]:
        """Return the hidden lists of the drop-downs: dataset columns and source headers."""
        cells: dict[tuple[int, int], Cell] = {}
        for spot, texts in ((self.seen.find(CHOICES), labels), (self._headers_list(), headers)):
            if spot is not None:
                cells |= self._list_cells(spot, texts)
        return cells

    def _headers_list(self) -> Spot | None:
        """Return the first cell of the hidden list of headers, to the right of the table."""
        found = self.seen.all(HEADERS)
        return next((spot for spot in found if spot.column > self.layout.right), None)

    def _list_cells(self, head: Spot, texts: Sequence[str]) -> dict[tuple[int, int], Cell]:
        """Return strings below a heading, and blanks over the rest of a longer earlier list."""
        before = sum(
            1
            for row in range(head.row + 1, self.seen.bottom + 1)
            if self.seen.text(row, head.column)
        )
        blanks = [None] * max(0, before - len(texts))
        below = enumerate([*map(as_text, texts), *blanks], start=head.row + 1)
        return {(row, head.column): text for row, text in below}

    def remember(self, chunks: list[str]) -> None:
        """Store the job in hidden cells of this sheet, so that a copy contains the job too."""
        write_cells(self.sheet, self.memory_cells(chunks))

    def memory_cells(self, chunks: list[str]) -> dict[tuple[int, int], Cell]:
        """Return the cells that store the job; they are hidden as soon as they are used."""
        there = self.seen.find(MEMORY)
        spot = there or Spot(1, self.seen.right + 1)
        before = len(self.layout.memory())
        texts: list[Cell] = [MEMORY, *map(as_text, chunks)]
        texts += [None] * max(0, before - len(chunks))
        if there is None or len(chunks) > before:
            last = (spot.row, spot.column + len(texts) - 1)
            self.sheet.range((spot.row, spot.column), last).columns.hidden = True
        return {(spot.row, spot.column + at): text for at, text in enumerate(texts)}

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
        write_block(cells, [[IDENTITY, as_text(mark)]])
        cells.columns.hidden = True
        self.look()
        return mark

    @property
    def has_findings(self) -> bool:
        """False for a sheet of an earlier version, whose column Check contains the sentences."""
        return FINDINGS in self.heads and CHECK in self.heads

    def _cell(self, spot: Spot) -> xlwings.Range:
        return self.sheet.range((spot.row, spot.column))


def _entered(value: str) -> Cell:
    """Return a setting as entered: digits as a number, everything else as text."""
    number = value.isdecimal() and len(value) <= LONGEST_NUMBER
    return int(value) if number else as_text(value)


def stamp_pushed(sheet: MappingSheet, started: str) -> None:
    """Write when the push of a mapping sheet landed, and that there is nothing left to do."""
    step = next_step(sheet.read().rows, (), MappingProgress(pushed=started))
    with quiet(sheet.sheet.book.app):
        sheet.put({LAST_PUSHED: local_words(started), NEXT_STEP: step})


def mapping_sheets(book: xlwings.Book) -> list[xlwings.Sheet]:
    """Return all mapping sheets of a workbook."""
    return [sheet for sheet in book.sheets if MappingSheet.is_one(sheet)]
