"""An area of a sheet as python-calamine reads it from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import dropwhile
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.next_step import Action, NextStep
from sodasheet.sources.grid.cell_range import Area, Pick
from sodasheet.sources.grid.cell_text import Percent, cell_text
from sodasheet.sources.grid.linked_cells import addresses
from sodasheet.sources.grid.padded_numbers import shown
from sodasheet.sources.grid.row_block import RowBlock, blocks_of
from sodasheet.sources.grid.row_ranges import RowStretches
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.wording import counted

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from sodasheet.sources.grid.spool_grid import Faults

#: Rows that are processed together; a request to stop is honored between blocks.
_BLOCK = 1000


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
        """Return the error for an area without any values."""
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
        """Return the row with numbers as displayed in their cells.

        6101 with the format 00000 is the text 06101, 0.45 with the format 0% a `Percent`. Where a
        column shows some numbers as percentages and others not, the smaller part are faults.
        """
        for column, form in self.survey.formats.get(number, {}).items():
            place = column - self.left
            if 0 <= place < len(row):
                row[place] = shown(row[place], form)
        for column, text in self.survey.texts.get(number, {}).items():
            if 0 <= (place := column - self.left) < len(row):
                row[place] = text
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
        """Position and rows of every column with percentages, and whether most are."""
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

    def blocks(self, after: int) -> Iterator[RowBlock]:
        """Yield the rows below a row, in blocks."""
        return blocks_of(dropwhile(lambda row: row[0] <= after, self.rows()), _BLOCK)

    def filled(self, places: Collection[int], after: int) -> set[int]:
        """Return the columns that have a value or a fault below a row."""
        found = set[int]()
        for block in self.blocks(after):
            rows = self.faults(block.numbers).values()
            faulty = set[int]().union(*rows)
            for place in set(places) - found:
                if place in faulty or any(cell != "" for cell in block.columns[place]):
                    found.add(place)
            if len(found) == len(places):
                break
        return found

    def faults(self, rows: Sequence[int]) -> Faults:
        """Return the unusable cells of rows, by row and position (0-based)."""
        found: Faults = {}
        for row in rows if self._may_have_faults else ():
            if cells := self._faults_of(row):
                found[row] = cells
        return found

    @property
    def _may_have_faults(self) -> bool:
        survey = self.survey
        return bool(survey.unsaved or survey.errors or self._odd or self._merges)

    def _faults_of(self, row: int) -> dict[int, tuple[str, str]]:
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
        """Yield the columns of a row that are under a merged cell, and the place of its value."""
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
        rows = counted(len(hidden), "hidden row")
        were = "was" if len(hidden) == 1 else "were"
        steps: tuple[NextStep, ...] = ()
        if self.picked.visible_only:
            reason, message = "rows-hidden", f"{rows} {were} left out of {self.place}."
        else:
            reason, message = "hidden-rows-read", f"{rows} of {self.place} {were} read too."
            steps = (NextStep(Action.CHANGE_JOB, name="rows", value="visible"),)
        _, remedy = ROW_NOTES[reason]
        first = Finding(min(hidden), None, self.picked.sheet)
        return FindingGroup(
            reason, Severity.NOTE, message, remedy, len(hidden), None, (first,), steps=steps
        )
