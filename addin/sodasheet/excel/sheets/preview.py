"""Preview sheets in a workbook: a sheet for each dataset, overwritten by the next preview."""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from sodasheet.excel.sheets.designed_sheet import DesignedSheet
from sodasheet.excel.sheets.preview_rows import lines_of, values_of
from sodasheet.excel.sheets.template_sheets import add_sheet, set_aside
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.sheet_name import sheet_name
from sodasheet.model.sheet_labels import (
    DATASET,
    LINK,
    PREVIEW_HEADERS,
    PREVIEW_LABELS,
    PREVIEW_TITLE,
)

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.live.cell_links import CellLinks


class PreviewSheet(DesignedSheet):
    """One preview sheet."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        super().__init__(sheet, (*PREVIEW_LABELS, LINK))

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """True if a sheet is a preview sheet, whatever its name."""
        return DesignedSheet.has_title(sheet, PREVIEW_TITLE)

    @property
    def current(self) -> bool:
        """False for a sheet of an earlier version, which lacks columns."""
        return bool(self.heads(PREVIEW_HEADERS))

    @property
    def dataset(self) -> str:
        """The web address of the dataset."""
        return self.values().get(LINK) or self.link(DATASET)

    def write(self, report: Map[str, Any], links: CellLinks) -> None:
        """Write a preview over the earlier preview."""
        with quiet(self.sheet.book.app):
            self.put(values_of(report))
            self.put_table(PREVIEW_HEADERS, lines_of(report, links))


def preview_sheet(book: xlwings.Book, report: Map[str, Any]) -> PreviewSheet:
    """Return the preview sheet of the report's dataset, created if missing."""
    link = f"{report['portal']}/d/{report['dataset']}"
    found = [PreviewSheet(sheet) for sheet in book.sheets if PreviewSheet.is_one(sheet)]
    for one in found:
        if one.dataset == link:
            if one.current:
                return one
            set_aside(one.sheet)
    name = sheet_name("Preview", report["dataset_name"], [sheet.name for sheet in book.sheets])
    return PreviewSheet(add_sheet(book, "Preview", name))
