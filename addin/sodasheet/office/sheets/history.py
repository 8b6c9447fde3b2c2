"""The designed sheet "Run history": every push from this computer, and how fresh each dataset is.

How many datasets and runs there are is not known beforehand, so as on the result sheet a row that
holds the words of a heading looks like one, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.office.drawing import Area, draw_lists, draw_page, draw_sign, draw_title
from sodasheet.office.styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TITLE = "SodaSheet run history"
FRESHNESS = "How fresh each dataset is"
RUNS = "Pushes, newest first"
FRESHNESS_COLUMNS = ("Dataset", "Last pushed", "In words")

#: Header -> width in characters.
COLUMNS = {
    "Dataset": 30,
    "When": 17,
    "Job": 24,
    "Method": 10,
    "Sent": 9,
    "Created": 9,
    "Updated": 9,
    "Deleted": 9,
    "Rejected": 9,
    "Outcome": 18,
    "Seconds": 9,
    "What happened": 60,
    "Report": 9,
    "Findings": 9,
}

_HINT = "Pushes from this computer. Press Run history to bring this up to date."
_FIRST = 3  # counted from 0: row 4 of the sheet
_LAST = 2999
_OUTCOME = "$J"


def add_history(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its title and the headings of both lists."""
    sheet = book.add_worksheet("History")
    sheet.hide_gridlines(2)
    for at, width in enumerate(COLUMNS.values()):
        sheet.set_column(at, at, width, looks.style("text"))
    draw_title(sheet, looks, TITLE)
    sheet.write_string(1, 0, _HINT, looks.style("hint"))
    draw_lists(sheet, [(_FIRST, FRESHNESS, FRESHNESS_COLUMNS), (_FIRST + 3, RUNS, COLUMNS)])
    _signs(sheet, looks)
    sheet.freeze_panes(2, 1)
    draw_page(sheet, repeated=0)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    """Colors that follow the words; the words carry the meaning."""
    row, last = _FIRST + 1, len(COLUMNS) - 1
    heads = ('AND($A{0}="Dataset",$B{0}="When")', 'AND($A{0}="Dataset",$B{0}="Last pushed")')
    heading = f"OR({','.join(head.format(row) for head in heads)})"
    outcome = f"{_OUTCOME}{row}"
    amber = ("done with rejects", "unknown", "cancelled", "dismissed", "under way, or died")
    words = [f'{outcome}="{word}"' for word in amber]
    rules = [
        (9, 9, f'{outcome}="done"', "good"),
        (9, 9, f"OR({','.join(words)})", "look"),
        (9, 9, f'AND({outcome}<>"",{outcome}<>"Outcome")', "bad"),
        (0, last, f'OR($A{row}="{FRESHNESS}",$A{row}="{RUNS}")', "section"),
        (0, last, heading, "heading"),
        (0, last, f'$A{row}&$B{row}<>""', "row"),
    ]
    for left, right, formula, sign in rules:
        area = Area(_FIRST, left, _LAST, right)
        draw_sign(sheet, looks, area, (formula, sign), stop=sign != "row")
