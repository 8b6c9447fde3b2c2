"""The designed sheet "Mapping": which sheet column fills which dataset column.

Everything on it is found by its words: a label in column A has its value in column B, a table is
found by its headers. Drop-downs and colors refer to this sheet alone, so that a copy of it in
another workbook keeps working; only values are ever written to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sodasheet.office.drawing import Area, Table, draw_block, draw_page, draw_sign, draw_table
from sodasheet.office.sheets.mapping_lists import BLANKS, CELLS
from sodasheet.office.styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TITLE = "SodaSheet mapping"
TABLE = "SodaSheetMapping"
UNFILLED = "Dataset columns not filled"
CHOICES = "Choices"
IGNORE = "(ignore)"
MEMORY = "SodaSheet job"

#: Label -> style of its value.
LABELS = {
    "Portal": "value",
    "Dataset": "value",
    "Dataset id": "value",
    "Link": "link",
    "Row identifier": "value",
    "Method": "input",
    "Source": "input",
    "Header row": "input",
    "Last checked": "value",
    "Last pushed": "value",
    "Send": "input",
    "Keep a way back": "input",
    "May lose at most": "input",
    "Rows that may stay behind": "input",
}
#: Header -> width in characters.
COLUMNS = {
    "Sheet column": 24,
    "Sample": 36,
    "Dataset column": 34,
    "Type": 14,
    "Match": 19,
    "If blank": 10,
    "Format or constant": 20,
    "Check": 40,
}
UNFILLED_COLUMNS = {"Dataset column": 30, "Type": 14, "Why it matters": 24}

#: Rows counted from 0: the title, the labels, a blank row, then these.
_HINT_ROW = len(LABELS) + 2
_HEADING_ROW = _HINT_ROW + 2
_FIRST = _HEADING_ROW + 1
_LAST = _FIRST + 999
_UNFILLED_AT = 9
#: Column P, hidden: the labels of the dataset's columns, which the drop-down offers. On the same
#: sheet, because a list on another sheet stays behind when the sheet is copied elsewhere.
_CHOICES_AT = 15
_CHOICES_LIST = "=OFFSET($P$1,1,0,MAX(1,COUNTA($P$2:$P$3000)),1)"

_SECTION = "Columns of the sheet"
_HINT = (
    "Choose a dataset column for every column of the sheet; (ignore) leaves one out. "
    "A choice of yours is never changed by matching again."
)


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a mapping sheet: all of it text, found by its words like the sheet's own.

    `values` by label, `lines` of the table by header, `unfilled` by the headers of that list;
    `memory` lies in hidden cells.
    """

    name: str = "Mapping"
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[Mapping[str, str]] = ({},)
    unfilled: Sequence[Sequence[str]] = ()
    choices: Sequence[str] = (IGNORE,)
    memory: Sequence[str] = ()


def add_mapping(book: Workbook, looks: Looks, content: Content | None = None) -> None:
    """Add the sheet with its header block, its table and its lists; empty without a content."""
    content = content or Content()
    sheet = book.add_worksheet(content.name)
    number = len(book.worksheets())
    last = max(_LAST, _FIRST + len(content.lines))
    _columns(sheet, looks)
    draw_block(sheet, looks, TITLE, LABELS)
    sheet.set_row_pixels(_HINT_ROW, 22)
    sheet.write_string(_HINT_ROW, 0, _HINT, looks.style("hint"))
    name = TABLE if number == 1 else f"{TABLE}{number}"
    draw_table(sheet, looks, Table(name, _SECTION, COLUMNS, _HEADING_ROW, len(content.lines)))
    _unfilled(sheet, looks)
    _drop_downs(sheet, last)
    _signs(sheet, looks, last)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(0, 1)
    draw_page(sheet, repeated=_HEADING_ROW)
    _fill(sheet, looks, content)


def _fill(sheet: Worksheet, looks: Looks, content: Content) -> None:
    """Only what is there is written, so that the empty sheet stays without blanks of any kind."""
    for row, (label, style) in enumerate(LABELS.items(), 1):
        value, look = content.values.get(label, ""), looks.style(style)
        if style == "link" and value:
            sheet.write_url(row, 1, value, look, value)
        elif value.isdecimal():
            sheet.write_number(row, 1, int(value), look)
        elif value:
            sheet.write_string(row, 1, value, look)
    _write(sheet, looks, 0, [[line.get(head, "") for head in COLUMNS] for line in content.lines])
    _write(sheet, looks, _UNFILLED_AT, content.unfilled)
    for row, label in enumerate(content.choices, 1):
        sheet.write_string(row, _CHOICES_AT, label, looks.style("text"))
    if content.memory:
        _remember(sheet, looks, content.memory)


def _write(sheet: Worksheet, looks: Looks, left: int, rows: Sequence[Sequence[str]]) -> None:
    """Texts from the table's first row down; blank ones are left out."""
    for row, texts in enumerate(rows, _FIRST):
        for at, text in enumerate(texts, left):
            if text:
                sheet.write_string(row, at, text, looks.style("text"))


def _remember(sheet: Worksheet, looks: Looks, chunks: Sequence[str]) -> None:
    at = _CHOICES_AT + 1
    sheet.set_column(at, at + len(chunks), 30, looks.style("text"), {"hidden": True})
    for column, text in enumerate([MEMORY, *chunks], at):
        sheet.write_string(0, column, text, looks.style("value"))


def _columns(sheet: Worksheet, looks: Looks) -> None:
    for at, width in enumerate(COLUMNS.values()):
        sheet.set_column(at, at, width, looks.style("text"))
    sheet.set_column(len(COLUMNS), len(COLUMNS), 3)
    for at, width in enumerate(UNFILLED_COLUMNS.values(), _UNFILLED_AT):
        sheet.set_column(at, at, width, looks.style("text"))
    sheet.set_column(_CHOICES_AT, _CHOICES_AT, 30, looks.style("text"), {"hidden": True})


def _unfilled(sheet: Worksheet, looks: Looks) -> None:
    sheet.write_string(_HEADING_ROW - 1, _UNFILLED_AT, UNFILLED, looks.style("section"))
    for at, header in enumerate(UNFILLED_COLUMNS, _UNFILLED_AT):
        sheet.write_string(_HEADING_ROW, at, header, looks.style("heading"))
    sheet.write_string(0, _CHOICES_AT, CHOICES, looks.style("label"))


def _drop_downs(sheet: Worksheet, last: int) -> None:
    """A pasted value passes by every drop-down, so what is chosen is checked again when used."""
    for label, (choices, message) in CELLS.items():
        _cell(sheet, label, choices, message)
    area = (_FIRST, last)
    _list(sheet, area, 2, _CHOICES_LIST, "The dataset column that this column fills.")
    _list(sheet, area, 5, list(BLANKS), "clear empties the cell, keep leaves it, refuse stops.")


def _cell(sheet: Worksheet, label: str, choices: tuple[str, ...], message: str) -> None:
    row = list(LABELS).index(label) + 1
    options: dict[str, object] = {"input_title": label, "input_message": message}
    if choices:
        words = f"{', '.join(choices[:-1])} or {choices[-1]}"
        options |= {"validate": "list", "source": list(choices), "error_title": label,
                    "error_message": f"Choose {words}."}  # fmt: skip
    else:
        options |= {"validate": "any"}
    sheet.data_validation(row, 1, row, 1, options)


def _list(
    sheet: Worksheet, rows: tuple[int, int], at: int, source: str | list[str], message: str
) -> None:
    options = {
        "validate": "list",
        "source": source,
        "input_title": list(COLUMNS)[at],
        "input_message": message,
        "error_type": "warning",
        "error_title": list(COLUMNS)[at],
        "error_message": "This is not on the list. Keep it anyway? Check data will look at it.",
    }
    sheet.data_validation(rows[0], at, rows[1], at, options)


def _signs(sheet: Worksheet, looks: Looks, bottom: int) -> None:
    """Colors that follow the words; the words carry the meaning."""
    row = _FIRST + 1
    match, check, last = f"$E{row}", f"$H{row}", len(COLUMNS) - 1
    sure = ",".join(f'{match}="{word}"' for word in ("confirmed", "same field name", "same name"))
    rules = [
        (4, 4, f"OR({sure})", "good"),
        (4, 4, f'AND({match}<>"",{match}<>"no match",{match}<>"not used by delete")', "look"),
        (7, 7, f'OR({check}="OK",LEFT({check},3)="OK ")', "good"),
        (7, 7, f'LEFT({check},5)="Note:"', "look"),
        (7, 7, f'{check}<>""', "bad"),
        (11, 11, f'LEFT($L{row},8)="required"', "bad"),
        (0, 6, f'$C{row}="{IGNORE}"', "unused"),
    ]
    for left, right, formula, sign in rules:
        area = Area(_FIRST, left, bottom, right)
        draw_sign(sheet, looks, area, (formula, sign), stop=left == right)
    used = f'$A{row}&$C{row}<>""'
    for left, right, formula, sign in (
        (2, 2, used, "input"),
        (5, 6, used, "input"),
        (0, last, used, "row"),
        (_UNFILLED_AT, _UNFILLED_AT + 2, f'$J{row}<>""', "row"),
    ):
        draw_sign(sheet, looks, Area(_FIRST, left, bottom, right), (formula, sign))
