"""The cells of a live sheet, read in blocks, as `sources.grid.spool_grid` takes them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.excel.live.hyperlinks import column_hyperlinks
from sodasheet.excel.live.merged_cells import Merge, merges_in
from sodasheet.excel.live.number_formats import ColumnFormats, column_formats
from sodasheet.excel.live.visible_rows import shown_rows
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.sources.grid.cell_text import Percent, cell_text
from sodasheet.sources.grid.padded_numbers import shown
from sodasheet.sources.grid.row_ranges import RowStretches

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.live.source_location import SheetLocation
    from sodasheet.sources.grid.cell_range import Pick

#: Cells of one block: a few megabytes, and some dozens of milliseconds.
BLOCK_CELLS = 100_000

#: Excel's error values arrive as these whole numbers, while every number arrives as a float
#: (CVErr, -2146828288 + xlErrNull 2000 and on).
_ERRORS = range(-2146826288, -2146826200)
_ERROR_NAMES = {
    -2146826288: "#NULL!", -2146826281: "#DIV/0!", -2146826273: "#VALUE!", -2146826265: "#REF!",
    -2146826259: "#NAME?", -2146826252: "#NUM!", -2146826246: "#N/A", -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!", -2146826238: "#CALC!", -2146826240: "#FIELD!", -2146826241: "#BLOCKED!",
    -2146826242: "#UNKNOWN!", -2146826244: "#CONNECT!",
}  # fmt: skip

#: The text of an error whose name is not known here.
_NAMELESS = "#UNKNOWN!"

#: The day of a cell that contains a time alone; the second in workbooks that count from 1904.
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)


class LiveGrid:
    """An area of a sheet that is open in the spreadsheet program.

    Numbers are handed on as their cells show them: 6101 with the format `00000` as the text 06101,
    percentages as `Percent`; where a column shows some numbers so
    and others not, those of the smaller part are faults. `only` are the rows to read below the
    headers, all where it is None; `limit` is how many rows at most.
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
        count = f"{self._hidden:,} hidden row{'s were' if self._hidden != 1 else ' was'}"
        note = FindingGroup(
            reason="rows-hidden",
            severity=Severity.NOTE,
            message=f"{count} left out of {self.place}, as the mapping sheet says.",
            remedy='Delete ", visible rows only" beside "Source" to send them too.',
            count=self._hidden,
            examples=(Finding(None, None, self._sheet.name),),
        )
        return (note,)

    def empty(self) -> SourceError:
        """Return the sentence for an area without a single value."""
        return SourceError(
            f"The sheet {self._sheet.name} has no rows in the source range.",
            "Press Choose source and pick the sheet, table or range that holds them.",
        )

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Row number and cells; rows that are hidden or not wanted are passed over."""
        step = max(1, BLOCK_CELLS // self.width)
        header_from = self._area.top + self.picked.header_row - 1
        in_data = self.picked.header_row == 0
        self._hidden = 0
        for first in range(self._area.top, self._bottom + 1, step):
            last = min(first + step - 1, self._bottom)
            for number, row in enumerate(self._block(first, last), start=first):
                if not in_data:
                    in_data = number >= header_from and any(value != "" for value in row)
                elif not self._wanted(number):
                    continue
                yield number, row

    def faults(self, row: int) -> dict[int, tuple[str, str]]:
        """Cells under a merged cell, and odd percentages of a row that `rows` has given."""
        found: dict[int, tuple[str, str]] = {}
        for merge in self._merges:
            if row in merge.rows:
                for column in range(max(merge.left, self._left), min(merge.right, self._right) + 1):
                    if merge.covers(row, column):
                        found[column - self._left] = ("merged-cell", f"merged with row {merge.top}")
        return found | self._odd.pop(row, {})

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

    def _wanted(self, row: int) -> bool:
        if self._only is not None and row not in self._only:
            return False
        if self._shown is None or row in self._shown:
            return True
        self._hidden += 1
        return False

    def _block(self, first: int, last: int) -> Iterator[list[object]]:
        cells = self._sheet.range((first, self._left), (last, self._right))
        values = _values(cells)
        kinds = set(map(type, chain.from_iterable(values)))
        if any(issubclass(kind, Decimal) for kind in kinds):
            values = _with_all_digits(cells, values)
        ready = kinds <= _PLAIN
        for number, row in enumerate(values, start=first):
            plain = (
                list(row)
                if ready
                else [v if type(v) in _PLAIN else _plain(v, self._epoch) for v in row]
            )
            for place, stretches in self._percents:
                value = plain[place]
                if isinstance(value, float):
                    self._mark(number, plain, place, number in stretches)
            for place, formats in self._digits:
                code = formats.code(number)
                plain[place] = shown(plain[place], code) if code else plain[place]
            yield plain

    def _mark(self, number: int, row: list[object], place: int, percent: bool) -> None:
        """Distinguish a percentage from a plain number; a fault if unlike its column."""
        value = row[place]
        if percent != self._mostly[place]:
            self._odd.setdefault(number, {})[place] = ("percent-mixed", cell_text(value))
        elif percent and isinstance(value, float):
            row[place] = Percent(value)

    @cached_property
    def _shown(self) -> RowStretches | None:
        """The visible rows, if only visible rows count."""
        return shown_rows(self._place.cells) if self._visible_only else None

    @cached_property
    def _epoch(self) -> dt.date:
        """The day on which times without a date are; not every program tells."""
        try:
            counts_from_1904 = bool(self._sheet.book.api.Date1904)
        except Exception as error:
            if is_busy(error):
                raise
            counts_from_1904 = False
        return _EPOCH_1904 if counts_from_1904 else _EPOCH

    _visible_only = False

    def visible_only(self) -> LiveGrid:
        """Return the same cells without the hidden rows."""
        self._visible_only = True
        return self

    @cached_property
    def _merges(self) -> tuple[Merge, ...]:
        return merges_in(self._place.cells)

    @cached_property
    def _formats(self) -> tuple[ColumnFormats, ...]:
        """The number formats of each column."""
        cells = self._place.cells
        return tuple(column_formats(cells[:, place]) for place in range(self.width))

    @cached_property
    def _percents(self) -> tuple[tuple[int, RowStretches], ...]:
        """Position and rows of every column with percentages."""
        found = enumerate(formats.percents for formats in self._formats)
        return tuple((place, RowStretches(rows)) for place, rows in found if rows)

    @cached_property
    def _digits(self) -> tuple[tuple[int, ColumnFormats], ...]:
        """Position and formats of every column with numbers that are shown with more zeros."""
        found = enumerate(self._formats)
        return tuple((place, formats) for place, formats in found if formats.digits)

    @cached_property
    def _mostly(self) -> dict[int, bool]:
        """True for each column whose greater part is shown as percentages."""
        below = self.height - self.picked.header_row
        return {place: 2 * rows.count > below for place, rows in self._percents}


_PLAIN = frozenset({str, float, bool})


def _values(cells: xlwings.Range) -> Sequence[Sequence[object]]:
    """Return the cells as the program gives them, in rows.

    xlwings' own conversion looks at each cell several times, which costs more than the reading.
    On a Mac the program gives objects that only xlwings knows.
    """
    if sys.platform == "darwin":
        options = {"ndim": 2, "err_to_str": True, "empty": "", "chunksize": None}
        found: Sequence[Sequence[object]] = cells.options(**options).value
        return found
    raw = cells.raw_value
    if isinstance(raw, list | tuple) and raw and isinstance(raw[0], list | tuple):
        return raw
    return ((raw,),)


def _plain(value: object, epoch: dt.date = _EPOCH) -> object:
    """Return a value of the program as a type that `cell_text` knows."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return _moment(value, epoch)
    if isinstance(value, int):
        return _ERROR_NAMES.get(value, _NAMELESS) if value in _ERRORS else float(value)
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _moment(value: dt.datetime, epoch: dt.date) -> object:
    """Return a date without a time, a time without a date, or both."""
    plain = value.replace(tzinfo=None)
    if plain.date() == epoch:
        return plain.time()
    return plain.date() if plain.time() == dt.time() else plain


def _with_all_digits(
    cells: xlwings.Range, values: Sequence[Sequence[object]]
) -> list[list[object]]:
    """Excel cuts amounts of money to four digits unless asked for `Value2`."""
    raw = cells.api.Value2
    exact = raw if isinstance(raw, list | tuple) else ((raw,),)
    return [
        [full if isinstance(value, Decimal) else value for value, full in zip(*pair, strict=True)]
        for pair in zip(values, exact, strict=True)
    ]
