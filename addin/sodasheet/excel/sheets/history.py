"""The sheet "Run history" in a workbook, rewritten at every press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.sheets.designed_sheet import DesignedSheet
from sodasheet.excel.sheets.history_rows import as_of_words, fresh_lines, run_lines
from sodasheet.excel.sheets.template_sheets import add_sheet, set_aside
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.sheet_name import sheet_name
from sodasheet.model.sheet_labels import AS_OF, FRESHNESS_HEADERS, HISTORY_TITLE, RUNS_HEADERS

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.workbook_sheets import WorkbookSheets
    from sodasheet.push.runs.history import Freshness, PastRun


#: The lower table begins below the upper table, which has a row for each dataset.
_LOOK = (2000, 16)


#: Rows from the end of the upper table to the lower table's headers: a blank row, its title.
_BETWEEN = 3


class HistorySheet(DesignedSheet):
    """The run history of a workbook."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        super().__init__(sheet, (AS_OF,), _LOOK)

    @property
    def current(self) -> bool:
        """False for a sheet of an earlier version, which has two lists instead of tables."""
        return bool(self.heads(FRESHNESS_HEADERS) and self.heads(RUNS_HEADERS))

    def write(self, fresh: list[Freshness], runs: list[PastRun]) -> None:
        """Write both tables over the earlier tables; the lower table moves with the upper."""
        lines = fresh_lines(fresh)
        with quiet(self.sheet.book.app):
            self.put({AS_OF: as_of_words()})
            self._make_room(max(1, len(lines)))
            self.put_table(FRESHNESS_HEADERS, lines, self._top(RUNS_HEADERS) - _BETWEEN)
            self.put_table(RUNS_HEADERS, run_lines(runs))

    def _make_room(self, rows: int) -> None:
        """Insert or delete whole rows, so that the upper table has exactly `rows` rows."""
        top = self._top(FRESHNESS_HEADERS)
        there = self._top(RUNS_HEADERS) - _BETWEEN - top
        if rows > there:
            self.sheet.range(f"{top + 2}:{top + 1 + rows - there}").insert("down")
        elif rows < there:
            self.sheet.range(f"{top + 1 + rows}:{top + there}").delete("up")
        self.look()

    def _top(self, headers: tuple[str, ...]) -> int:
        return self.heads(headers)[headers[0]].row


def history_sheet(sheets: WorkbookSheets) -> HistorySheet:
    """Return the workbook's run history, created if missing."""
    names = sheets.names
    for sheet in sheets.titled(HISTORY_TITLE):
        found = HistorySheet(sheet)
        if found.current:
            return found
        set_aside(sheet)
        names = [one.name for one in sheets]
    return HistorySheet(add_sheet(sheets.book, "History", sheet_name("Run history", "", names)))
