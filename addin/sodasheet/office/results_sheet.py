"""The designed sheet "Results": what became of a push.

How long the findings are is not known beforehand, so nothing below the counts has a fixed place:
a row that holds the words of a heading looks like one, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.office.looks import Looks

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
    _counts(sheet, looks)
    _headings(sheet)
    _signs(sheet, looks)
    _page(sheet)


def _counts(sheet: Worksheet, looks: Looks) -> None:
    sheet.set_row_pixels(0, 36)
    sheet.write_string(0, 0, TITLE, looks.style("title"))
    for row, (label, style) in enumerate(LABELS.items(), 1):
        sheet.set_row_pixels(row, 22)
        sheet.write_string(row, 0, label, looks.style("label"))
        sheet.write_blank(row, 1, None, looks.style(style))


def _headings(sheet: Worksheet) -> None:
    for row, title, columns in (
        (_FINDINGS_ROW, FINDINGS, FINDINGS_COLUMNS),
        (_REJECTED_ROW, REJECTED, REJECTED_COLUMNS),
    ):
        sheet.write_string(row, 0, title)
        for at, header in enumerate(columns):
            sheet.write_string(row + 1, at, header)


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
        options = {"type": "formula", "criteria": f"={formula}", "format": looks.sign(sign)}
        sheet.conditional_format(
            _FINDINGS_ROW, 0, _LAST, last, {**options, "stop_if_true": sign != "row"}
        )
    outcomes = [
        ('$B$2="done"', "good"),
        ('OR($B$2="done with rejects",$B$2="unknown",$B$2="cancelled")', "look"),
        ('OR($B$2="refused",$B$2="failed")', "bad"),
    ]
    for formula, sign in outcomes:
        options = {"type": "formula", "criteria": f"={formula}", "format": looks.sign(sign)}
        sheet.conditional_format(1, 1, 1, 1, options)
    rejected = {"type": "cell", "criteria": ">", "value": 0, "format": looks.sign("look")}
    sheet.conditional_format(7, 1, 7, 1, rejected)


def _page(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&RPage &P of &N")
