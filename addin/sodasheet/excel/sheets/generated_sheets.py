"""Sheets that SodaSheet creates in workbooks, which are never a source of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.jobs.sheet.cell_grid import Snapshot
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

#: Rows and columns at the top left of a sheet that contain its title.
_LOOK = (40, 12)


def is_ours(sheet: xlwings.Sheet) -> bool:
    """True if SodaSheet created the sheet, whatever its name."""
    top = Snapshot(sheet.range((1, 1), _LOOK).options(ndim=2, err_to_str=True).value)
    return any(top.find(title) is not None for title in TITLES)
