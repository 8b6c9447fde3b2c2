"""Sheets that SodaSheet creates in workbooks, which are never a source of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.workbook_sheets import top_of
from sodasheet.model.sheet_labels import (
    DESCRIPTION_TITLE,
    HISTORY_TITLE,
    MAPPING_TITLE,
    PREVIEW_TITLE,
    RESULTS_TITLE,
)

if TYPE_CHECKING:
    import xlwings

TITLES = (MAPPING_TITLE, RESULTS_TITLE, PREVIEW_TITLE, HISTORY_TITLE, DESCRIPTION_TITLE)


def is_ours(sheet: xlwings.Sheet) -> bool:
    """True if SodaSheet created the sheet, whatever its name."""
    top = top_of(sheet)
    return any(top.find(title) is not None for title in TITLES)
