"""The sheet for typing rows: the dataset's columns, with the allowed content of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Names of the sheet, of the sheet with the drop-downs' values, and of the table.
SHEET = "Data"
LISTS = "Lists"
TABLE = "Rows"

#: How many rows below the headers are prepared.
_ROWS = 2_000

#: Characters that Excel allows in the title and the text of an input message.
_TITLE = 32
_MESSAGE = 255

#: Formats of cells by kind. Text stays text, so that no leading zeros are lost.
_FORMATS = {
    "text": "@",
    "number": "General",
    "whole": "0",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "checkbox": "General",
    "latitude": "0.000000",
    "longitude": "0.000000",
}


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column to fill: its header, the kind of its values, and help for filling.

    `kind` is one of text, number, whole, date, moment, checkbox, latitude, longitude. `choices` are
    the values that the drop-down offers; other values are allowed after a warning.
    """

    title: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""


def add_entry(book: Workbook, columns: Sequence[EntryColumn]) -> None:
    """Add the sheet for the rows, and a hidden sheet with the values of its drop-downs."""
    sheet = book.add_worksheet(SHEET)
    lists = book.add_worksheet(LISTS)
    lists.hide()
    marked = book.add_format({"bold": True, "bg_color": "#FFF2CC", "border": 1})
    plain = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        cells = book.add_format({"num_format": _FORMATS[column.kind]})
        sheet.set_column(place, place, _width(column), cells)
        _validate(sheet, lists, place, column)
        if column.required:
            _mark_blank(book, sheet, place, len(columns))
    sheet.add_table(
        0,
        0,
        _ROWS,
        max(len(columns) - 1, 0),
        {
            "name": TABLE,
            "style": "Table Style Light 1",
            "columns": [
                {"header": one.title, "header_format": marked if one.required else plain}
                for one in columns
            ],
        },
    )
    for place, column in enumerate(columns):
        _explain_header(sheet, place, column)


def _width(column: EntryColumn) -> int:
    longest = max((len(choice) for choice in column.choices), default=0)
    return max(12, min(40, max(len(column.title), longest) + 3))


def _explain_header(sheet: Worksheet, place: int, column: EntryColumn) -> None:
    text = ("Required. " if column.required else "") + column.help
    if text:
        sheet.write_comment(0, place, text[:_MESSAGE], {"x_scale": 2})


def _validate(sheet: Worksheet, lists: Worksheet, place: int, column: EntryColumn) -> None:
    """Let Excel refuse, or question, values that the dataset would not accept."""
    rule = _rule(lists, place, column)
    if rule is None:
        return
    message = ("Required. " if column.required else "") + column.help
    texts = {
        "input_title": column.title[:_TITLE],
        "input_message": message[:_MESSAGE],
        "ignore_blank": True,
    }
    sheet.data_validation(1, place, _ROWS, place, rule | texts)


def _rule(lists: Worksheet, place: int, column: EntryColumn) -> dict[str, Any] | None:
    if column.choices:
        lists.write_column(0, place, column.choices)
        name = _letters(place)
        return {
            "validate": "list",
            "source": f"={LISTS}!${name}$1:${name}${len(column.choices)}",
            "error_type": "warning",
            "error_title": "A new value",
            "error_message": f"The dataset does not have this value in {column.title} yet."[
                :_MESSAGE
            ],
        }
    bounds = {"latitude": (-90, 90), "longitude": (-180, 180), "number": (-1e15, 1e15)}
    if column.kind in bounds:
        low, high = bounds[column.kind]
        return _between("decimal", low, high, "Enter a number.")
    if column.kind == "whole":
        return _between("integer", -(10**15), 10**15, "Enter a whole number.")
    if column.kind in ("date", "moment"):
        import datetime

        low_day, high_day = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
        return _between("date", low_day, high_day, "Enter a date, such as 2026-11-29.")
    if column.kind == "checkbox":
        return {"validate": "list", "source": ["TRUE", "FALSE"], "error_message": "TRUE or FALSE."}
    return {"validate": "any"} if column.help or column.required else None


def _between(kind: str, low: Any, high: Any, error: str) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Not the right kind of value",
        "error_message": error,
    }


def _mark_blank(book: Workbook, sheet: Worksheet, place: int, columns: int) -> None:
    """Color a required cell that is blank in a partly filled row."""
    missing: Format = book.add_format({"bg_color": "#F8CBAD"})
    name, last = _letters(place), _letters(columns - 1)
    formula = f'=AND(COUNTA($A2:${last}2)>0,${name}2="")'
    sheet.conditional_format(
        1, place, _ROWS, place, {"type": "formula", "criteria": formula, "format": missing}
    )


def _letters(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    name: str = xl_col_to_name(place)
    return name
