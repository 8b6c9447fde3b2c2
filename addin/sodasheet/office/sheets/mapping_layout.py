"""The designed sheet "Mapping": the dataset column that each sheet column fills.

Its content is found by its words: a label has its value at its right, the table is found by its
headers. Drop-downs and colors refer to this sheet alone, so that a copy of it in another workbook
keeps working; only values are written to it afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    ACCEPTED,
    ALLOW_UNDO,
    CHECK,
    CHOICES,
    CLEANUP,
    COMPUTED,
    CONSTANT,
    DATASET,
    DATASET_COLUMN,
    DATASET_ID,
    EMPTY_CELLS,
    FINDING_LEVELS,
    FINDINGS,
    FORMAT,
    HEADER_ROW,
    HEADERS,
    IDENTIFIER,
    IGNORE,
    LAST_CHECKED,
    LAST_PUSHED,
    LEFT_OUT,
    MAPPING_TITLE,
    MARKERS,
    MATCH,
    MEMORY,
    METHOD,
    NEEDED,
    NEXT_STEP,
    NOT_FILLED,
    PORTAL,
    REJECTED_ROWS,
    RULES,
    SAMPLE,
    SEND,
    SHEET_COLUMN,
    SHRINK,
    SOURCE,
    TYPE,
    UNFILLED,
    WITHIN,
)
from sodasheet.office.cell_styles import NAVY, Looks
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
from sodasheet.office.sheets import mapping_choices_and_hints

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TABLE = "SodaSheetMapping"
#: All widths together end before the right edge of a screen of 1366 pixels.
COLUMNS = (
    DesignedColumn(SHEET_COLUMN, 14),
    DesignedColumn(SAMPLE, 17),
    DesignedColumn(DATASET_COLUMN, 24),
    DesignedColumn(TYPE, 8),
    DesignedColumn(MATCH, 16),
    DesignedColumn(EMPTY_CELLS, 8),
    DesignedColumn(FORMAT, 18, "wrap"),
    DesignedColumn(CLEANUP, 13, "wrap"),
    DesignedColumn(RULES, 16, "wrap"),
    DesignedColumn(CHECK, 9),
    DesignedColumn(FINDINGS, 24, "wrap"),
)
_AT = {column.header: at for at, column in enumerate(COLUMNS)}
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0.
_HEADING_ROW = 9
_FIRST = _HEADING_ROW + 1
_LAST = _FIRST + 999

_SETTINGS_AT = _AT[FORMAT]
_BLOCKS = (
    Block(1, 0, (Field(NEXT_STEP, "strong", until=_RIGHT),)),
    Block(2, 0, (
        Field(DATASET, "link"), Field(METHOD, "input"), Field(WITHIN, "input"),
        Field(SOURCE, "input"), Field(HEADER_ROW, "input"), Field(LEFT_OUT, "input"),
    )),
    Block(2, _AT[DATASET_COLUMN], tuple(
        Field(label, until=_AT[MATCH])
        for label in (PORTAL, DATASET_ID, IDENTIFIER, LAST_CHECKED, LAST_PUSHED)
    ), right=True),
    Block(2, _SETTINGS_AT, tuple(
        Field(label, "input") for label in (SEND, ALLOW_UNDO, SHRINK, REJECTED_ROWS, MARKERS)
    )),
    Block(2, _AT[RULES], tuple(
        Field(label, "input", until=_RIGHT) for label in (ACCEPTED, FINDING_LEVELS)
    )),
    Block(8, 0, (Field(NOT_FILLED, until=_RIGHT),)),
)  # fmt: skip
_PLACES = {
    field.label: (row, block.left + 1, field.first_style(block.left + 1))
    for block in _BLOCKS
    for row, field in enumerate(block.fields, block.top)
}

#: Hidden columns right of the table: the choices of its drop-downs, and the stored job. They are on
#: the same sheet because copying a sheet leaves lists on other sheets behind.
_CHOICES_AT = len(COLUMNS) + 2
_HEADERS_AT = _CHOICES_AT + 1
_MEMORY_AT = _HEADERS_AT + 1
#: To the last text of a hidden column. COUNTA would lose the last choice when a row is inserted.
_LIST = (
    "=OFFSET(${0}$1,1,0,MAX(1,SUMPRODUCT(MAX(ISTEXT(${0}$2:${0}$3000)*ROW(${0}$2:${0}$3000)))"
    "-ROW(${0}$1)),1)"
)

_NOT_LISTED = "Not on the list. Keep it anyway? Check data will review it."


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a mapping sheet, all text.

    `values` by label, `lines` of the table by header; `choices`, `headers` and `memory` are in
    hidden cells.
    """

    name: str = "Mapping"
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[Mapping[str, str]] = ({},)
    choices: Sequence[str] = (IGNORE,)
    headers: Sequence[str] = (CONSTANT, COMPUTED, UNFILLED)
    memory: Sequence[str] = ()


def add_mapping(book: Workbook, looks: Looks, content: Content | None = None) -> None:
    """Add the sheet with its labels, its table and its lists; empty without a content."""
    content = content or Content()
    sheet = book.add_worksheet(content.name)
    number = len(book.worksheets())
    last = max(_LAST, _FIRST + len(content.lines))
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, MAPPING_TITLE)
    for block in _BLOCKS:
        draw_block(sheet, looks, block)
    name = TABLE if number == 1 else f"{TABLE}{number}"
    draw_table(sheet, looks, DesignedTable(name, COLUMNS, _HEADING_ROW, len(content.lines)))
    _drop_downs(sheet, last)
    _signs(sheet, looks, last)
    sheet.freeze_panes(_FIRST, 1)
    draw_page(sheet, _HEADING_ROW, NAVY)
    _fill(sheet, looks, content)


def _fill(sheet: Worksheet, looks: Looks, content: Content) -> None:
    """Write only existing text, so that the empty sheet has no blank strings."""
    for label, (row, at, style) in _PLACES.items():
        value = content.values.get(label, "")
        if value:
            sheet.write_string(row, at, value, looks.style(style))
    for row, line in enumerate(content.lines, _FIRST):
        for column in COLUMNS:
            if text := line.get(column.header, ""):
                sheet.write_string(row, _AT[column.header], text, looks.style(column.style))
    hidden = {CHOICES: (_CHOICES_AT, content.choices), HEADERS: (_HEADERS_AT, content.headers)}
    for title, (at, texts) in hidden.items():
        sheet.set_column(at, at, 30, looks.style("text"), {"hidden": True})
        for row, text in enumerate([title, *texts]):
            sheet.write_string(row, at, text, looks.style("text"))
    last = _MEMORY_AT + max(1, len(content.memory))
    sheet.set_column(_MEMORY_AT, last, 30, looks.style("text"), {"hidden": True})
    for at, text in enumerate([MEMORY, *content.memory], _MEMORY_AT):
        sheet.write_string(0, at, text, looks.style("text"))


def _drop_downs(sheet: Worksheet, last: int) -> None:
    """Add drop-downs and hints; a pasted value bypasses both and is checked on use."""
    from xlsxwriter.utility import xl_col_to_name

    for label, entry in mapping_choices_and_hints.CELLS.items():
        row, at, _ = _PLACES[label]
        _validate(sheet, SheetArea(row, at, row, at), label, entry, list(entry.choices))
    lists = {SHEET_COLUMN: _HEADERS_AT, DATASET_COLUMN: _CHOICES_AT}
    for header, entry in mapping_choices_and_hints.COLUMNS.items():
        choices: str | list[str] = list(entry.choices)
        if header in lists:
            choices = _LIST.format(xl_col_to_name(lists[header]))
        area = SheetArea(_FIRST, _AT[header], last, _AT[header])
        _validate(sheet, area, header, entry, choices)


def _validate(
    sheet: Worksheet,
    area: SheetArea,
    title: str,
    entry: mapping_choices_and_hints.CellList,
    choices: str | list[str],
) -> None:
    options: dict[str, object] = {"input_title": title, "input_message": entry.hint}
    options |= {"validate": "list", "source": choices} if choices else {"validate": "any"}
    if choices and entry.open:
        options |= {"error_type": "warning", "error_title": title, "error_message": _NOT_LISTED}
    elif choices:
        words = "Choose one of the words on the list."
        options |= {"error_title": title, "error_message": words}
    sheet.data_validation(area.top, area.left, area.bottom, area.right, options)


def _signs(sheet: Worksheet, looks: Looks, bottom: int) -> None:
    """Add colors that follow the words; the words carry the meaning."""
    row = _FIRST + 1
    column, target = f"$A{row}", f"$C{row}"
    match, check = f"$E{row}", f"$J{row}"
    ordinary = f'AND({column}<>"",{column}<>"{UNFILLED}")'
    checked, matched = _AT[CHECK], _AT[MATCH]
    rules = [
        (checked, checked, f'LEFT({check},4)="Stop"', "stop"),
        (checked, checked, f'LEFT({check},3)="Ask"', "ask"),
        (checked, checked, f'LEFT({check},4)="Note"', "note"),
        (checked, checked, f'LEFT({check},2)="OK"', "ok"),
        (matched, matched, f'LEFT({match},7)="Review:"', "note"),
        (matched, matched, f'OR({match}="{NEEDED}",LEFT({match},4)="Gone")', "stop"),
        (0, _AT[RULES], f'{target}="{IGNORE}"', "muted"),
        (0, 0, f'{column}="{UNFILLED}"', "input"),
        (_AT[DATASET_COLUMN], _AT[DATASET_COLUMN], ordinary, "input"),
        (_AT[EMPTY_CELLS], _AT[RULES], ordinary, "input"),
    ]
    for left, right, formula, sign in rules:
        draw_sign(sheet, looks, SheetArea(_FIRST, left, bottom, right), (formula, sign), stop=True)
    area = SheetArea(_FIRST, 0, bottom, _RIGHT)
    draw_sign(sheet, looks, area, (f'{column}&{target}<>""', "row"))
    line, first, _ = _PLACES[NOT_FILLED]
    cell = f"$B${line + 1}"
    rule = (f'ISNUMBER(SEARCH("(required)",{cell}))', "stop")
    draw_sign(sheet, looks, SheetArea(line, first, line, _RIGHT), rule)
