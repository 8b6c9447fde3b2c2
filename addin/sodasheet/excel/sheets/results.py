"""Result sheets in a workbook: one for each dataset, overwritten by the next push."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from sodasheet.excel.press import quiet
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.result_rows import (
    FINDINGS,
    LABELS,
    LINK,
    OUTCOME,
    TITLE,
    Jumps,
    Line,
    counts_of,
    lines_of,
)
from sodasheet.excel.sheets.templates import add_sheet, sheet_name
from sodasheet.jobs.sheet.cell_grid import Snapshot

if TYPE_CHECKING:
    import xlwings

_LOOK = (25, 8)
_WIDTH = 5


class ResultSheet:
    """One result sheet, found by its words."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        self.sheet = sheet

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """Whether a sheet is a result sheet, whatever its name."""
        return _top(sheet).find(TITLE) is not None

    def values(self) -> dict[str, str]:
        """What stands beside the labels."""
        seen, found = _top(self.sheet), {}
        for label in LABELS:
            spot = seen.find(label)
            if spot is not None:
                beside = seen.beside(spot, LABELS, _LOOK[1])
                found[label] = seen.text(beside.row, beside.column)
        return found

    def write(self, report: Map[str, Any], jumps: Jumps) -> None:
        """Write a report over what stood there."""
        with quiet(self.sheet.book.app):
            self._put_counts(report)
            self._put_lines(lines_of(report, jumps))

    def _put_counts(self, report: Map[str, Any]) -> None:
        seen = _top(self.sheet)
        for label, value in counts_of(report).items():
            spot = seen.find(label)
            if spot is None:
                continue
            at = seen.beside(spot, LABELS, _LOOK[1])
            cell = self.sheet.range((at.row, at.column))
            if label == LINK:
                cell.add_hyperlink(str(value), str(value), "Open the dataset in the browser")
            else:
                cell.value = as_text(value) if isinstance(value, str) else value
            if label == OUTCOME:
                self._put_summary(self.sheet.range((at.row, at.column + 1)), report["summary"])

    @staticmethod
    def _put_summary(cell: xlwings.Range, summary: str) -> None:
        """The sentence about the whole stands at the right of the outcome, on one line."""
        cell.value = as_text(summary)
        cell.wrap_text = False

    def _put_lines(self, lines: list[Line]) -> None:
        """One array for all cells, then the links, and blanks over what was longer before."""
        used = self.sheet.used_range
        first = self._first(used)
        cells: list[list[str | int | None]] = [
            [as_text(cell) if isinstance(cell, str) else cell for cell in line.cells]
            for line in lines
        ]
        old = used.last_cell.row - first + 1
        cells += [[None] * _WIDTH] * max(0, old - len(cells))
        area = self.sheet.range((first, 1), (first + len(cells) - 1, _WIDTH))
        area.clear_contents()
        area.value = cells
        for at, line in enumerate(lines):
            if line.link:
                cell = self.sheet.range((first + at, _WIDTH))
                cell.add_hyperlink(line.link, str(line.cells[-1]), "Go to the cell")

    def _first(self, used: xlwings.Range) -> int:
        """The row where everything below the counts begins."""
        top = _top(self.sheet)
        spot = top.find(FINDINGS)
        return spot.row if spot else int(used.last_cell.row) + 2


def result_sheet(book: xlwings.Book, report: Map[str, Any]) -> ResultSheet:
    """The result sheet of the report's dataset, made where there is none yet."""
    link = f"{report['portal']}/d/{report['dataset']}"
    found = find_results(book, link)
    if found is None:
        name = sheet_name("Result", report["dataset_name"], [sheet.name for sheet in book.sheets])
        found = ResultSheet(add_sheet(book, "Results", name))
    return found


def find_results(book: xlwings.Book, link: str) -> ResultSheet | None:
    """The result sheet of the dataset with this address."""
    for sheet in book.sheets:
        if ResultSheet.is_one(sheet):
            results = ResultSheet(sheet)
            if results.values().get(LINK) == link:
                return results
    return None


def _top(sheet: xlwings.Sheet) -> Snapshot:
    rows, columns = _LOOK
    values = sheet.range((1, 1), (rows, columns)).options(ndim=2, err_to_str=True).value
    return Snapshot(values)
