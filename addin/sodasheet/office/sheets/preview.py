"""The designed sheet "Preview": what a push would change, one table below a block of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.office.drawing import Area, Table, draw_block, draw_page, draw_sign, draw_table
from sodasheet.office.styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TITLE = "SodaSheet preview"
TABLE = "SodaSheetPreview"
CHANGES = "Changes"

#: Label -> style of its value; the numbers that are looked at first come first.
LABELS = {
    "In short": "value",
    "New rows": "number",
    "Changed rows": "number",
    "Deleted rows": "number",
    "Unchanged rows": "number",
    "Rows now": "number",
    "Rows after": "number",
    "Rows with findings": "number",
    "Columns emptied": "value",
    "Doubts": "value",
    "Dataset": "value",
    "Link": "link",
    "Method": "value",
    "Source": "value",
    "When": "value",
    "Listed": "value",
}

#: Header -> width in characters.
COLUMNS = {
    "Kind": 20,
    "Row": 10,
    "Identifier": 24,
    "Column": 22,
    "Now on the portal": 44,
    "After the push": 44,
    "Go to": 12,
}

_HEADING = len(LABELS) + 3  # counted from 0
_FIRST = _HEADING + 1
#: A preview lists no more rows than these (push/preview/preview.py).
_LAST = _FIRST + 1000


def add_preview(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its block of labels and its empty table."""
    sheet = book.add_worksheet("Preview")
    sheet.hide_gridlines(2)
    for at, (header, width) in enumerate(COLUMNS.items()):
        sheet.set_column(at, at, width, looks.style("count" if header == "Row" else "text"))
    draw_block(sheet, looks, TITLE, LABELS, across=len(COLUMNS))
    draw_table(sheet, looks, Table(TABLE, CHANGES, COLUMNS, _HEADING))
    _signs(sheet, looks)
    sheet.freeze_panes(1, 0)
    draw_page(sheet, repeated=_HEADING)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    """Colors that follow the words; the words carry the meaning."""
    row, labels = _FIRST + 1, list(LABELS)
    emptied, doubts = labels.index("Columns emptied") + 1, labels.index("Doubts") + 1
    rules = [
        (_FIRST, _LAST, 0, 0, f'$A{row}="new"', "good"),
        (_FIRST, _LAST, 0, 0, f'$A{row}="changed"', "look"),
        (_FIRST, _LAST, 0, 0, f'$A{row}="deleted"', "bad"),
        (_FIRST, _LAST, 0, len(COLUMNS) - 1, f'$A{row}<>""', "row"),
        (emptied, emptied, 1, 1, f'AND($B{emptied + 1}<>"",$B{emptied + 1}<>"none")', "look"),
        (doubts, doubts, 1, 1, f'AND($B{doubts + 1}<>"",$B{doubts + 1}<>"none")', "look"),
    ]
    for top, bottom, left, right, formula, sign in rules:
        area = Area(top, left, bottom, right)
        draw_sign(sheet, looks, area, (formula, sign), stop=left == right)
