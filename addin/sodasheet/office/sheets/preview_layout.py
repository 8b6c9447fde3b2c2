"""The designed sheet "Preview": the changes that a push would make, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    CHANGED_ROWS,
    CHANGES_LISTED,
    DATASET,
    DELETED_ROWS,
    IN_SHORT,
    METHOD,
    MOST_CHANGED,
    NEW_ROWS,
    PREVIEW_HEADERS,
    PREVIEW_TITLE,
    PREVIEWED,
    ROWS_AFTER,
    ROWS_NOW,
    ROWS_SKIPPED,
    SOURCE,
    UNCHANGED,
    WARNINGS,
)
from sodasheet.office.cell_styles import Looks
from sodasheet.office.draw_sheet_parts import (
    Block,
    DesignedColumn,
    DesignedTable,
    Field,
    SheetArea,
    draw_block,
    draw_columns,
    draw_page,
    draw_sign,
    draw_table,
    draw_title,
)

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TABLE = "SodaSheetPreview"
_STYLES = ("text", "row number", "text", "text", "wrap", "wrap", "text", "jump")
_WIDTHS = (12, 9, 17, 22, 36, 36, 21, 8)
COLUMNS = tuple(map(DesignedColumn, PREVIEW_HEADERS, _WIDTHS, _STYLES))
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0. A preview lists no more rows than these (push/preview/preview.py).
_HEADING_ROW = 8
_FIRST, _LAST = _HEADING_ROW + 1, _HEADING_ROW + 1001

_COUNTS = (NEW_ROWS, CHANGED_ROWS, DELETED_ROWS, UNCHANGED)
_BLOCKS = (
    Block(1, 0, (
        Field(IN_SHORT, "strong", until=_RIGHT), Field(WARNINGS, until=_RIGHT),
        Field(MOST_CHANGED, until=_RIGHT),
    )),
    Block(4, 0, tuple(Field(one, "number") for one in _COUNTS)),
    Block(4, 2, (
        Field(ROWS_NOW, "number"), Field(ROWS_AFTER, "number"), Field(ROWS_SKIPPED, "number"),
        Field(METHOD),
    )),
    Block(4, 4, (
        Field(DATASET, "link", until=_RIGHT), Field(SOURCE, until=_RIGHT),
        Field(PREVIEWED, until=_RIGHT), Field(CHANGES_LISTED, until=_RIGHT),
    ), right=True),
)  # fmt: skip
_TAB = "#0B5CAD"


def add_preview(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its labels and its empty table."""
    sheet = book.add_worksheet("Preview")
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, PREVIEW_TITLE)
    for block in _BLOCKS:
        draw_block(sheet, looks, block)
    draw_table(sheet, looks, DesignedTable(TABLE, COLUMNS, _HEADING_ROW))
    _signs(sheet, looks)
    sheet.freeze_panes(_FIRST, 0)
    draw_page(sheet, _HEADING_ROW, _TAB)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    row = _FIRST + 1
    change, difference = f"$A{row}", f"$G{row}"
    rules = [
        (0, 0, f'{change}="New"', "good"),
        (0, 0, f'{change}="Deleted"', "stop"),
        (0, 0, f'{change}="Changed"', "new value"),
        (4, 4, f'{change}="Changed"', "old value"),
        (4, 4, f'{change}="Deleted"', "stop"),
        (5, 6, f'OR({difference}="emptied",{difference}="leading zero lost")', "ask"),
        (5, 5, f'{change}="Changed"', "new value"),
        (5, 5, f'{change}="New"', "good"),
    ]
    for left, right, formula, sign in rules:
        draw_sign(sheet, looks, SheetArea(_FIRST, left, _LAST, right), (formula, sign), stop=True)
    draw_sign(sheet, looks, SheetArea(_FIRST, 0, _LAST, _RIGHT), (f'{change}&$C{row}<>""', "row"))
    draw_sign(sheet, looks, SheetArea(2, 1, 2, _RIGHT), ('AND($B$3<>"",$B$3<>"None")', "ask"))
