"""Results sheets in a workbook: a sheet for each dataset, overwritten by the next push."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from sodasheet.excel.sheets.designed_sheet import DesignedSheet
from sodasheet.excel.sheets.result_rows import lines_of, values_of
from sodasheet.excel.sheets.template_sheets import add_sheet, set_aside
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.sheet_name import sheet_name
from sodasheet.model.sheet_labels import (
    DATASET,
    LINK,
    RESULTS_HEADERS,
    RESULTS_LABELS,
    RESULTS_TITLE,
)

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.live.cell_links import CellLinks


class ResultSheet(DesignedSheet):
    """One results sheet."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        super().__init__(sheet, (*RESULTS_LABELS, LINK))

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """True if a sheet is a results sheet, whatever its name."""
        return DesignedSheet.has_title(sheet, RESULTS_TITLE)

    @property
    def current(self) -> bool:
        """False for a sheet of an earlier version, which has two lists instead of a table."""
        return bool(self.heads(RESULTS_HEADERS))

    @property
    def dataset(self) -> str:
        """The web address of the dataset."""
        return self.values().get(LINK) or self.link(DATASET)

    def write(self, report: Map[str, Any], links: CellLinks, mapping: str = "") -> None:
        """Write a report over the earlier report; `mapping` is the name of the mapping sheet."""
        with quiet(self.sheet.book.app):
            self.put(values_of(report))
            self.put_table(RESULTS_HEADERS, lines_of(report, links, mapping))


def result_sheet(book: xlwings.Book, report: Map[str, Any]) -> ResultSheet:
    """Return the results sheet of the report's dataset, created if missing."""
    found = find_results(book, f"{report['portal']}/d/{report['dataset']}")
    if found is not None and not found.current:
        set_aside(found.sheet)
        found = None
    if found is None:
        name = sheet_name("Results", report["dataset_name"], [sheet.name for sheet in book.sheets])
        found = ResultSheet(add_sheet(book, "Results", name))
    return found


def find_results(book: xlwings.Book, link: str) -> ResultSheet | None:
    """Return the results sheet of the dataset with this address, the newest design first."""
    found = [ResultSheet(sheet) for sheet in book.sheets if ResultSheet.is_one(sheet)]
    mine = [one for one in found if one.dataset == link]
    return next((one for one in mine if one.current), mine[0] if mine else None)
