"""The worksheets of a workbook during one press, each looked at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sodasheet.excel.cell_values import rows_in
from sodasheet.jobs.sheet.cell_grid import Snapshot

if TYPE_CHECKING:
    import xlwings

#: Rows and columns at the top left of a sheet in which its title is searched.
TITLE_AREA = (40, 12)


def top_of(sheet: xlwings.Sheet) -> Snapshot:
    """Return the cells at the top left of a sheet, where the title of a sheet of ours is."""
    return Snapshot(rows_in(sheet.range((1, 1), TITLE_AREA)))


class WorkbookSheets:
    """The worksheets of a workbook in their order.

    Names and titles are asked for once: a button needs them several times, and each question is a
    call to the program for every sheet. A sheet that is added later is not among them.
    """

    def __init__(self, book: xlwings.Book) -> None:
        self.book = book
        self._sheets = {sheet.name: sheet for sheet in book.sheets}
        self._tops: dict[str, Snapshot] = {}

    def __iter__(self) -> Iterator[xlwings.Sheet]:
        return iter(self._sheets.values())

    @property
    def tables(self) -> Iterator[xlwings.main.Table]:
        """The tables of all sheets."""
        for sheet in self:
            yield from sheet.tables

    @property
    def names(self) -> list[str]:
        """The names of the sheets."""
        return list(self._sheets)

    def named(self, name: str) -> xlwings.Sheet | None:
        """Return the sheet of a name, None for a chart sheet and a sheet that is not there."""
        return self._sheets.get(name)

    def titled(self, *titles: str) -> list[xlwings.Sheet]:
        """Return the sheets with one of the titles."""
        return [self._sheets[name] for name in self._sheets if self._has_title(name, titles)]

    def has_title(self, sheet: xlwings.Sheet, *titles: str) -> bool:
        """True if a sheet has one of the titles."""
        return self._has_title(sheet.name, titles)

    def _has_title(self, name: str, titles: tuple[str, ...]) -> bool:
        if name not in self._tops:
            self._tops[name] = top_of(self._sheets[name])
        return any(self._tops[name].find(title) is not None for title in titles)
