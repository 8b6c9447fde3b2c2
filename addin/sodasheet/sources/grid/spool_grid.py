"""Spool the rows of an area of a sheet, with the row numbers that the sheet shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from sodasheet.errors import SourceError
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.progress import Progress
from sodasheet.sources.file_access import raise_if_cancelled
from sodasheet.sources.grid.cell_kind_counts import ValueCounts
from sodasheet.sources.grid.cell_range import Area, Pick
from sodasheet.sources.grid.cell_text import Percent, cell_text, is_error, may_hold_errors
from sodasheet.sources.grid.linked_cells import LinkedCells, addresses
from sodasheet.sources.grid.padded_numbers import shown
from sodasheet.sources.grid.row_ranges import RowStretches
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.headers import joined_headers, name_headers, numbered_headers
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

#: Rows that are processed together; a request to stop is honored between blocks.
_BLOCK = 1000

#: A row of the sheet: number and cells.
_Row = tuple[int, list[object]]


class Cells(Protocol):
    """An area of a sheet in a file or in a spreadsheet program.

    `place` names the area in a sentence; `notes` are findings about the sheet as a whole.
    """

    name: str
    place: str
    picked: Pick

    @property
    def width(self) -> int:
        """Number of cells in each row."""

    @property
    def notes(self) -> tuple[FindingGroup, ...]:
        """Findings about the sheet, complete after all rows were read."""

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield row number and cells of every row of the area; "" is a blank cell."""

    def faults(self, row: int) -> dict[int, tuple[str, str]]:
        """Return reason and value of each cell that cannot be used, by position (0-based)."""

    def links(self, places: Collection[int]) -> dict[int, dict[int, str]]:
        """Return the addresses behind the cells of columns, by row and position (0-based)."""

    def empty(self) -> SourceError:
        """Return the error for an area without a single value."""


class Grid:
    """Cells of the picked area, cut to the used part of the sheet.

    `left` is the sheet's column (1-based) of the first cell of each row. Raises SourceError if
    the sheet or the area is empty.
    """

    def __init__(self, sheet: CalamineSheet, picked: Pick, survey: Survey, name: str) -> None:
        self._sheet = sheet
        self.name = name
        self.picked = picked
        self.survey = survey
        self.place = f"the sheet {picked.sheet} of {name}"
        if sheet.start is None or sheet.end is None:
            raise self.empty()
        area = picked.area
        self._odd: dict[int, dict[int, tuple[str, str]]] = {}
        self._start = sheet.start[1] + 1
        self._last_row = sheet.end[0] + 1
        self.left = max(area.left, self._start)
        self.right = min(area.right or sheet.end[1] + 1, sheet.end[1] + 1)
        if picked.headers is not None:
            self.left, self.right = area.left, area.left + len(picked.headers) - 1
        if self.left > self.right:
            raise self.empty()

    def empty(self) -> SourceError:
        """Return the error for an area without a single value."""
        where = "" if self.picked.area.right is None else "The range on "
        text = f"{where}{self.place} is empty."
        return SourceError(
            text[0].upper() + text[1:], "Choose the sheet or range that contains the rows."
        )

    @property
    def width(self) -> int:
        """Number of cells in each row."""
        return self.right - self.left + 1

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield row number and cells of every row of the area, including blank rows.

        Hidden rows are left out if the source is to have visible rows only.
        """
        for number, row in self._cells():
            yield number, self._as_shown(number, row)

    def _cells(self) -> Iterator[tuple[int, list[object]]]:
        """Yield the rows as python-calamine reads them."""
        area, width = self.picked.area, self.width
        skip, lack = max(0, self.left - self._start), max(0, self._start - self.left)
        stop = skip + width - lack
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            if area.bottom is not None and number > area.bottom:
                return
            if number < area.top or (self.picked.visible_only and number in self.survey.hidden):
                continue
            row: list[object] = [*cells[skip:stop]]
            if lack or len(row) < width:
                row = [*[""] * lack, *row]
                row.extend([""] * (width - len(row)))
            yield number, row

    def _as_shown(self, number: int, row: list[object]) -> list[object]:
        """Return the row with numbers as their cells show them.

        6101 with the format 00000 is the text 06101, 0.45 with the format 0% a `Percent`. Where a
        column shows some numbers as percentages and others not, the smaller part are faults.
        """
        for column, form in self.survey.formats.get(number, {}).items():
            place = column - self.left
            if 0 <= place < len(row):
                row[place] = shown(row[place], form)
        for place, percents, mostly in self._percents:
            value = row[place]
            if not isinstance(value, float):
                continue
            if (percent := number in percents) != mostly:
                self._odd.setdefault(number, {})[place] = ("percent-mixed", cell_text(value))
            elif percent:
                row[place] = Percent(value)
        return row

    @cached_property
    def _percents(self) -> tuple[tuple[int, RowStretches, bool], ...]:
        """Position and rows of every column with percentages, and if most numbers are."""
        found = {
            column - self.left: RowStretches(tuple(sorted(rows)))
            for column, rows in self.survey.percents.items()
            if self.left <= column <= self.right
        }
        counts = dict.fromkeys(found, 0)
        below = self.picked.area.top + self.picked.header_row + self.picked.header_rows - 1
        for number, row in self._cells() if found else ():
            for place in found if number >= below else ():
                if isinstance(row[place], float):
                    counts[place] += 1 if number in found[place] else -1
        return tuple((place, rows, counts[place] > 0) for place, rows in found.items())

    def faults(self, row: int) -> dict[int, tuple[str, str]]:
        """Return the cells of a row that cannot be used, by position (0-based)."""
        survey = self.survey
        found = {column: ("merged-cell", text) for column, text in self._covered(row)}
        for reason, cells in (("formula-unsaved", survey.unsaved), ("error-cell", survey.errors)):
            found |= {column: (reason, text) for column, text in cells.get(row, {}).items()}
        inside = {
            column - self.left: fault
            for column, fault in found.items()
            if self.left <= column <= self.right
        }
        return self._odd.pop(row, {}) | inside

    def links(self, places: Collection[int]) -> dict[int, dict[int, str]]:
        """Return the addresses behind the cells of columns, by row and position (0-based).

        Raises SourceError if there are more than can be read.
        """
        wanted = {place + self.left for place in places}
        found = addresses(self.survey.links, wanted, self._last_row, self.place)
        return {
            row: {column - self.left: address for column, address in cells.items()}
            for row, cells in found.items()
        }

    def _covered(self, row: int) -> Iterator[tuple[int, str]]:
        """Yield the columns of a row that are under a merged cell, and where its value is."""
        for area in self._merges.get(row, ()):
            for column in range(area.left, (area.right or area.left) + 1):
                if (row, column) != (area.top, area.left):
                    yield column, f"merged with row {area.top}"

    @cached_property
    def _merges(self) -> dict[int, list[Area]]:
        """The merged cells of each row."""
        found: dict[int, list[Area]] = {}
        for area in self.survey.merges:
            for row in range(area.top, (area.bottom or area.top) + 1):
                found.setdefault(row, []).append(area)
        return found

    @property
    def notes(self) -> tuple[FindingGroup, ...]:
        """Notes about error cells that the file does not reveal, and about hidden rows."""
        return tuple(note for note in (self._errors_note(), self._hidden_note()) if note)

    def _errors_note(self) -> FindingGroup | None:
        if self.survey.complete:
            return None
        return FindingGroup(
            reason="errors-unknown",
            severity=Severity.NOTE,
            message="Error cells of this workbook cannot be distinguished from blank cells.",
            remedy="Save the workbook as .xlsx and use that file.",
            examples=(Finding(None, None, self.picked.sheet),),
        )

    def _hidden_note(self) -> FindingGroup | None:
        area = self.picked.area
        hidden = [
            row
            for row in self.survey.hidden
            if row >= area.top + self.picked.header_row + self.picked.header_rows - 1
            and row <= min(area.bottom or row, self._last_row)
        ]
        if not hidden:
            return None
        rows = f"{len(hidden):,} hidden row{'' if len(hidden) == 1 else 's'}"
        were = "was" if len(hidden) == 1 else "were"
        if self.picked.visible_only:
            reason, message = "rows-hidden", f"{rows} {were} left out of {self.place}."
        else:
            reason, message = "hidden-rows-read", f"{rows} of {self.place} {were} read too."
        _, remedy = ROW_NOTES[reason]
        first = Finding(min(hidden), None, self.picked.sheet)
        return FindingGroup(reason, Severity.NOTE, message, remedy, len(hidden), None, (first,))


def spool_grid(
    grid: Cells, writer: SpoolWriter, progress: Progress, linked: Collection[str] = ()
) -> Spool:
    """Spool the rows of the grid; blank rows are skipped, error cells become faults.

    Cells of the columns `linked` are read with the hyperlinks behind them.
    A column without a header and without a single value is left out. Hash, rows and faults
    are known after the writer is closed.
    """
    header_at, cells = _header(grid)
    kept = _kept(grid, header_at, cells)
    if not kept:
        raise grid.empty()
    if cells is None:
        names, notes = numbered_headers(len(kept)), tuple[FindingGroup, ...]()
    else:
        names, notes = name_headers([cells[place] for place in kept], header_at or None)
    tallies = ValueCounts(len(kept))
    places = {place: name for place, name in zip(kept, names, strict=True) if name in linked}
    links = LinkedCells(places, grid.links(places) if places else {})
    writing = _Writing(grid, kept, tallies, writer, links)
    below = (row for row in grid.rows() if row[0] > header_at)
    while block := list(islice(below, _BLOCK)):
        raise_if_cancelled(progress, grid.name)
        writing.take(block)
        progress.advance(len(block))
    return Spool(
        path=writer.path,
        headers=names,
        sha256="",
        natives=tallies.counts(),
        findings=notes + grid.notes + links.notes,
    )


class _Writing:
    def __init__(
        self,
        grid: Cells,
        kept: list[int],
        tallies: ValueCounts,
        writer: SpoolWriter,
        links: LinkedCells,
    ) -> None:
        self._grid = grid
        self._kept = kept
        self._tallies = tallies
        self._writer = writer
        self._links = links

    def take(self, block: list[_Row]) -> None:
        """Write a block of rows, except blank rows."""
        faults = self._faults(block)
        self._links.fill(block)
        columns = list(zip(*(row for _, row in block), strict=True))
        blank = _blank_rows(columns) - {place for place, _ in faults}
        if blank:
            block = [row for place, row in enumerate(block) if place not in blank]
            columns = list(zip(*(row for _, row in block), strict=True))
        if not block:
            return
        numbers = [number for number, _ in block]
        texts = self._tallies.take(numbers, [columns[place] for place in self._kept])
        self._writer.add_all(list(zip(numbers, *texts, strict=True)))

    def _faults(self, block: list[_Row]) -> set[tuple[int, int]]:
        """Record the faults of a block and blank their cells; return (position, row number)."""
        found = [
            (place, number, self._grid.faults(number)) for place, (number, _) in enumerate(block)
        ]
        for column, cells in enumerate(zip(*(row for _, row in block), strict=True)):
            # A text that reads like an error value is what pasting leaves of an error cell.
            if may_hold_errors(cells):
                for place, value in enumerate(cells):
                    if isinstance(value, str) and is_error(value):
                        found[place][2].setdefault(column, ("error-cell", value))
        columns = {place: column for column, place in enumerate(self._kept)}
        faulty = set()
        for place, number, faults in found:
            for cell, (reason, text) in faults.items():
                block[place][1][cell] = ""
                self._writer.fault(number, reason, text, columns[cell])
                faulty.add((place, number))
        return faulty


def _blank_rows(columns: list[tuple[object, ...]]) -> set[int]:
    """Return the positions of the blank rows of a block."""
    first, *others = columns
    blank = {place for place, cell in enumerate(first) if cell == ""} if "" in first else set()
    for column in others:
        if not blank:
            break
        blank = {place for place in blank if column[place] == ""}
    return blank


def _header(grid: Cells) -> tuple[int, list[str] | None]:
    """Return the row number of the headers and their cells; 0 and None without a header row."""
    picked = grid.picked
    if picked.headers is not None:
        return 0, list(picked.headers)
    if picked.header_row == 0:
        if not any(value != "" for _, row in grid.rows() for value in row):
            raise grid.empty()
        return 0, None
    wanted = picked.area.top + picked.header_row - 1
    last = 0
    rows = grid.rows()
    for number, row in rows:
        last = number
        if number >= wanted and any(value != "" for value in row):
            more = list(islice(rows, picked.header_rows - 1))
            texts = [
                [cell_text(value) for value in cells] for cells in (row, *(r for _, r in more))
            ]
            last = more[-1][0] if more else number
            return last, joined_headers(texts)
    if last >= wanted or last == 0:
        raise grid.empty()
    raise SourceError(
        f"{grid.place[0].upper()}{grid.place[1:]} ends at row {last}, so its headers cannot "
        f"be in row {wanted}.",
        "Set the header row to the row that contains the headers.",
    )


def _kept(grid: Cells, header_at: int, cells: list[str] | None) -> list[int]:
    """Return the positions of the columns that have a header or at least one value."""
    bare = {place for place in range(grid.width) if cells is not None and not cells[place].strip()}
    if bare:
        for number, row in grid.rows():
            if number > header_at:
                bare -= {place for place in bare if row[place] != ""}
                bare -= grid.faults(number).keys()
            if not bare:
                break
    return [place for place in range(grid.width) if place not in bare]
