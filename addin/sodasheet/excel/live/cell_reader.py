"""The cells of a live sheet, read in blocks for `sources.grid.spool_grid`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.excel.cell_values import EPOCH, EPOCH_1904, columns_and_numbers, columns_in
from sodasheet.excel.live.hyperlinks import column_hyperlinks
from sodasheet.excel.live.merged_cells import Merge, merges_in
from sodasheet.excel.live.number_formats import NumberFormats
from sodasheet.excel.live.visible_rows import shown_rows
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.sources.grid.cell_text import Percent, cell_text
from sodasheet.sources.grid.row_block import RowBlock
from sodasheet.sources.grid.row_ranges import RowStretches
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.excel.live.number_formats import ColumnFormats
    from sodasheet.excel.live.source_location import SheetLocation
    from sodasheet.sources.grid.cell_range import Pick
    from sodasheet.sources.grid.spool_grid import Faults

#: Cells in one block: a few megabytes, and tens of milliseconds.
BLOCK_CELLS = 100_000

#: Rows that are read first when only the top of the sheet is needed.
_FIRST_ROWS = 32


class LiveGrid:
    """An area of a sheet in an open workbook.

    Numbers are handed on as their cells show them: 6101 with the format `00000` as the text 06101,
    percentages as `Percent`; where a column shows some numbers so
    and others not, those of the smaller part are faults. `only` has the rows to read below the
    headers, or is None for all; `limit` is the maximum number of rows.
    """

    def __init__(
        self,
        place: SheetLocation,
        name: str,
        only: RowStretches | None = None,
        limit: int | None = None,
    ) -> None:
        self.name = name
        self.picked: Pick = place.picked
        self.place = f"the sheet {place.sheet.name}"
        self._place = place
        self._sheet = place.sheet
        self._only = only
        self._area = place.picked.area
        self._left = self._area.left
        self._right = self._area.right or self._left
        self._bottom = self._area.bottom or self._area.top
        if limit is not None:
            self._bottom = min(self._bottom, self._area.top + self.picked.header_row + limit - 1)
        self._hidden = 0
        self._odd: dict[int, dict[int, tuple[str, str]]] = {}

    @property
    def width(self) -> int:
        """Cells in each row."""
        return self._right - self._left + 1

    @property
    def height(self) -> int:
        """Rows of the area."""
        return self._bottom - self._area.top + 1

    @property
    def notes(self) -> tuple[FindingGroup, ...]:
        """Number of rows that were left out because they are hidden."""
        if not self._hidden:
            return ()
        count = counted(self._hidden, "hidden row was", "hidden rows were")
        note = FindingGroup(
            reason="rows-hidden",
            severity=Severity.NOTE,
            message=f"{count} left out of {self.place}, as set on the mapping sheet.",
            remedy='Delete ", visible rows only" next to "Source" to send them too.',
            count=self._hidden,
            examples=(Finding(None, None, self._sheet.name),),
        )
        return (note,)

    def empty(self) -> SourceError:
        """Return the sentence for an area without any values."""
        return SourceError(
            f"The sheet {self._sheet.name} has no rows in the source range.",
            "Press Choose source and pick the sheet, table or range with the rows.",
        )

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield row numbers and cells from the top, reading only a few rows first.

        Below the first row with a value, rows that are hidden or not wanted are passed over.
        """
        header_from = self._area.top + self.picked.header_row - 1
        in_data = self.picked.header_row == 0
        first, step, most = self._area.top, _FIRST_ROWS, self._rows_of_block
        while first <= self._bottom:
            last = min(first + min(step, most) - 1, self._bottom)
            for number, row in enumerate(zip(*self._columns(first, last), strict=True), first):
                if not in_data:
                    in_data = number >= header_from and any(value != "" for value in row)
                elif not self._wanted(number):
                    continue
                yield number, list(row)
            first, step = last + 1, 4 * step

    def blocks(self, after: int) -> Iterator[RowBlock]:
        """Yield the rows below a row, skipping hidden and unwanted rows."""
        self._hidden = 0
        step = self._rows_of_block
        for first in range(max(self._area.top, after + 1), self._bottom + 1, step):
            numbers = range(first, min(first + step - 1, self._bottom) + 1)
            block = RowBlock(numbers, self._columns(first, numbers[-1]))
            wanted = self._all_wanted(numbers)
            if wanted is not None:
                self._hidden += sum(self._is_hidden(number) for number in numbers)
                block = block.without(at for at, one in enumerate(wanted) if not one)
            if block.numbers:
                yield block

    def filled(self, places: Collection[int], after: int) -> set[int]:
        """Return the columns that have a value or a fault below a row.

        Only these columns are read: a sheet may be formatted far to the right of its values.
        """
        top = max(self._area.top, after + 1)
        return {place for place in places if self._has_value(place, top)}

    def faults(self, rows: Sequence[int]) -> Faults:
        """Return cells under a merged cell and odd percentages, by row and position (0-based)."""
        found: Faults = {}
        wanted = set(rows) if self._merges else set[int]()
        for merge in self._merges:
            for row in range(max(merge.top, rows[0]), min(merge.bottom, rows[-1]) + 1):
                if row in wanted and (cells := self._under(merge, row)):
                    found.setdefault(row, {}).update(cells)
        if self._odd:
            for row in rows:
                if row in self._odd:
                    found[row] = found.get(row, {}) | self._odd.pop(row)
        return found

    def _under(self, merge: Merge, row: int) -> dict[int, tuple[str, str]]:
        columns = range(max(merge.left, self._left), min(merge.right, self._right) + 1)
        return {
            column - self._left: ("merged-cell", f"merged with row {merge.top}")
            for column in columns
            if merge.covers(row, column)
        }

    def links(self, places: Collection[int]) -> dict[int, dict[int, str]]:
        """Return the addresses behind the cells of columns, by row and position (0-based)."""
        found: dict[int, dict[int, str]] = {}
        first = self._area.top + self.picked.header_row
        for place in places if first <= self._bottom else ():
            column = self._left + place
            cells = self._sheet.range((first, column), (self._bottom, column))
            for row, address in column_hyperlinks(cells).items():
                found.setdefault(row, {})[place] = address
        return found

    @property
    def _rows_of_block(self) -> int:
        return max(1, BLOCK_CELLS // self.width)

    def _wanted(self, row: int) -> bool:
        if self._only is not None and row not in self._only:
            return False
        return self._shown is None or row in self._shown

    def _is_hidden(self, row: int) -> bool:
        wanted = self._only is None or row in self._only
        return wanted and self._shown is not None and row not in self._shown

    def _all_wanted(self, rows: range) -> list[bool] | None:
        """Return the wanted rows; None for all rows."""
        stretches = [one for one in (self._only, self._shown) if one is not None]
        if all(one.hold(rows[0], rows[-1]) for one in stretches):
            return None
        return [self._wanted(row) for row in rows]

    def _has_value(self, place: int, top: int) -> bool:
        column = self._left + place
        for merge in self._merges:
            rows = range(max(merge.top, top), merge.bottom + 1)
            if merge.covers(merge.bottom, column) and any(map(self._wanted, rows)):
                return True
        for first in range(top, self._bottom + 1, BLOCK_CELLS):
            last = min(first + BLOCK_CELLS - 1, self._bottom)
            (cells,) = columns_in(self._sheet.range((first, column), (last, column)), self._epoch)
            if cells.count("") < len(cells) and any(
                cell != "" and self._wanted(row) for row, cell in enumerate(cells, start=first)
            ):
                return True
        return False

    def _columns(self, first: int, last: int) -> list[Sequence[object]]:
        """Return the cells of rows as displayed, by columns."""
        cells = self._sheet.range((first, self._left), (last, self._right))
        columns, numbers = columns_and_numbers(cells, self._epoch)
        rows = range(first, last + 1)
        self._formats.learn(rows, columns, numbers)
        for place in numbers:
            formats = self._formats.column(place)
            if formats.percents:
                columns[place] = self._with_percents(rows, columns[place], place, formats)
            if formats.digits:
                columns[place] = formats.shown(rows, columns[place])
        return columns

    def _with_percents(
        self, rows: range, cells: Sequence[object], place: int, formats: ColumnFormats
    ) -> Sequence[object]:
        """Distinguish percentages from plain numbers; mixed columns have faults."""
        stretches = RowStretches(formats.percents)
        mostly, inside = self._formats.mostly_percent(place), stretches.hold(rows[0], rows[-1])
        if inside is mostly and not mostly:
            return cells
        if inside is mostly and not formats.sections and set(map(type, cells)) == {float}:
            return list(map(Percent, cells))  # type: ignore[arg-type]
        found = list(cells)
        for at, (row, value) in enumerate(zip(rows, cells, strict=True)):
            if not isinstance(value, float):
                continue
            if (percent := row in stretches and formats.shows_percent(row, value)) != mostly:
                self._odd.setdefault(row, {})[place] = ("percent-mixed", cell_text(value))
            elif percent:
                found[at] = Percent(value)
        return found

    @cached_property
    def _shown(self) -> RowStretches | None:
        """The visible rows, if only visible rows count."""
        return shown_rows(self._place.cells) if self._visible_only else None

    @cached_property
    def from_1904(self) -> bool:
        """True if the workbook counts days from 1904; not every program reports this."""
        try:
            return bool(self._sheet.book.api.Date1904)
        except Exception as error:
            if is_busy(error):
                raise
            return False

    @cached_property
    def _epoch(self) -> dt.date:
        """The date that times without a date get."""
        return EPOCH_1904 if self.from_1904 else EPOCH

    _visible_only = False

    def visible_only(self) -> LiveGrid:
        """Return the same cells without the hidden rows."""
        self._visible_only = True
        return self

    @cached_property
    def _merges(self) -> tuple[Merge, ...]:
        return merges_in(self._sheet, self._area)

    @cached_property
    def _formats(self) -> NumberFormats:
        """The number formats of the columns with numbers."""
        picked = self.picked
        head = picked.header_row + picked.header_rows - 1 if picked.header_row else 0
        return NumberFormats(self._sheet, self._area, head)
