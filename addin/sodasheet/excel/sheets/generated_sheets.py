"""Sheets that SodaSheet makes in workbooks, none of which is a source of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.sheets.description import DescriptionSheet
from sodasheet.excel.sheets.history import HistorySheet
from sodasheet.excel.sheets.mapping import MappingSheet
from sodasheet.excel.sheets.preview import PreviewSheet
from sodasheet.excel.sheets.results import ResultSheet

if TYPE_CHECKING:
    import xlwings

OUR_SHEETS = (MappingSheet, ResultSheet, PreviewSheet, HistorySheet, DescriptionSheet)


def is_ours(sheet: xlwings.Sheet) -> bool:
    """True if SodaSheet has made a sheet, whatever its name."""
    return any(kind.is_one(sheet) for kind in OUR_SHEETS)
