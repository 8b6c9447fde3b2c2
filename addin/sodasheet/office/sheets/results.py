"""The designed sheet "Results": what became of a push.

How long the findings are is not known beforehand, so nothing below the counts has a fixed place:
a row that holds the words of a heading looks like one, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.office.drawing import Area, draw_block, draw_lists, draw_page, draw_sign
from sodasheet.office.styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TITLE = "SodaSheet results"

#: Label -> style of its value; the counts come first.
LABELS = {
    "Outcome": "value",
    "Rows in the source": "number",
    "Sent": "number",
    "Created": "number",
    "Updated": "number",
    "Deleted": "number",
    "Rejected": "number",
    "Dataset": "value",
    "Link": "link",
    "Method": "value",
    "Source": "value",
    "Pushed by": "value",
    "When": "value",
    "Run": "value",
}
FINDINGS = "Findings"
FINDINGS_COLUMNS = ("Count", "Column", "First example", "Finding and what to do", "Go to")
REJECTED = "Rejected rows"
REJECTED_COLUMNS = ("Row", "Column", "Value", "Reason", "Go to")

_WIDTHS = (20, 30, 36, 70, 12)
_FINDINGS_ROW = 16  # counted from 0: row 17 of the sheet
_REJECTED_ROW = 20
_LAST = 9999


def add_results(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its counts block and the headings below it."""
    sheet = book.add_worksheet("Results")
    sheet.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width, looks.style("text"))
    draw_block(sheet, looks, TITLE, LABELS)
    findings = (_FINDINGS_ROW, FINDINGS, FINDINGS_COLUMNS)
    draw_lists(sheet, [findings, (_REJECTED_ROW, REJECTED, REJECTED_COLUMNS)])
    _signs(sheet, looks)
    sheet.freeze_panes(1, 0)
    draw_page(sheet, repeated=0)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    row, last = _FINDINGS_ROW + 1, len(_WIDTHS) - 1
    headings = (
        f'AND($A{row}="Count",$D{row}="{FINDINGS_COLUMNS[3]}")',
        f'AND($A{row}="Row",$D{row}="Reason")',
    )
    rules = [
        (f'OR($A{row}="{FINDINGS}",$A{row}="{REJECTED}")', "section"),
        (f"OR({','.join(headings)})", "heading"),
        (f'$A{row}&$B{row}<>""', "row"),
    ]
    for formula, sign in rules:
        area = Area(_FINDINGS_ROW, 0, _LAST, last)
        draw_sign(sheet, looks, area, (formula, sign), stop=sign != "row")
    outcomes = [
        ('$B$2="done"', "good"),
        ('OR($B$2="done with rejects",$B$2="unknown",$B$2="cancelled")', "look"),
        ('OR($B$2="refused",$B$2="failed")', "bad"),
    ]
    for rule in outcomes:
        draw_sign(sheet, looks, Area(1, 1, 1, 1), rule)
    rejected = {"type": "cell", "criteria": ">", "value": 0, "format": looks.sign("look")}
    sheet.conditional_format(7, 1, 7, 1, rejected)
