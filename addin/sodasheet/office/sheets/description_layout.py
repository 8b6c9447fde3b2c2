"""The designed sheet "Description": a dataset's fields, its custom fields, and its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    ATTACH_DICTIONARY,
    CUSTOM_FIELDS,
    CUSTOM_HEADERS,
    DATA_DICTIONARY,
    DATASET_ID,
    DESCRIBED,
    DESCRIBED_COLUMNS,
    DESCRIPTION_FIELDS,
    DESCRIPTION_HEADERS,
    DESCRIPTION_TITLE,
    FREQUENCY_HEADERS,
    FREQUENCY_WORDS,
    LAST_READ,
    LAST_SENT,
    NEXT_STEP,
    OFFERED_LICENSES,
    PORTAL,
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
    draw_section,
    draw_sign,
    draw_title,
)

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

COLUMNS_TABLE, CUSTOM_TABLE = "SodaSheetColumns", "SodaSheetCustomFields"
FREQUENCY_TABLE = "SodaSheetFrequencies"
_WIDTHS = (24, 50, 18, 13, 9, 13, 9, 8, 14, 24)
_STYLES = ("text", "wrap", *["text"] * 8)
COLUMNS = tuple(map(DesignedColumn, DESCRIPTION_HEADERS, _WIDTHS, _STYLES))
_CUSTOM = tuple(map(DesignedColumn, CUSTOM_HEADERS, _WIDTHS, _STYLES))
_FREQUENCIES = tuple(map(DesignedColumn, FREQUENCY_HEADERS, _WIDTHS, _STYLES))
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0: each table has two rows when the sheet is new, so that rows can be inserted
#: between them, and its title above it.
_CUSTOM_ROW, _COLUMNS_ROW, _FREQUENCY_ROW = 10, 15, 20
_TAB = "#1B6B37"

_PERIODS = ("Daily", "Weekly", "Monthly", "Quarterly", "Annually", "As needed", "Never")
_YES_NO = ("Yes", "No")


def add_description(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its title, its labels and its tables, all empty."""
    sheet = book.add_worksheet("Description")
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, DESCRIPTION_TITLE)
    draw_block(sheet, looks, Block(1, 0, (Field(NEXT_STEP, "strong", until=_RIGHT),)))
    labels = list(DESCRIPTION_FIELDS)
    left = tuple(Field(label, "input") for label in labels[:5])
    middle = tuple(Field(label, "input", until=7) for label in labels[5:])
    right = tuple(
        Field(label, "link" if label == DATASET_ID else "value")
        for label in (PORTAL, DATASET_ID, LAST_READ, LAST_SENT, DESCRIBED)
    )
    below = (Field(DATA_DICTIONARY, "input"),)
    draw_block(sheet, looks, Block(2, 0, left))
    draw_block(sheet, looks, Block(2, 2, middle, right=True))
    draw_block(sheet, looks, Block(2, 8, right, right=True))
    draw_block(sheet, looks, Block(7, 8, below, right=True))
    tables = (
        (CUSTOM_FIELDS, DesignedTable(CUSTOM_TABLE, _CUSTOM, _CUSTOM_ROW, 2)),
        (DESCRIBED_COLUMNS, DesignedTable(COLUMNS_TABLE, COLUMNS, _COLUMNS_ROW, 2)),
        (FREQUENCY_WORDS, DesignedTable(FREQUENCY_TABLE, _FREQUENCIES, _FREQUENCY_ROW, 2)),
    )
    for title, table in tables:
        draw_section(sheet, looks, title, table)
    _lists(sheet)
    _signs(sheet, looks)
    sheet.set_column(_RIGHT + 2, _RIGHT + 60, None, None, {"hidden": True})
    sheet.freeze_panes(2, 1)
    draw_page(sheet, 0, _TAB)


def _lists(sheet: Worksheet) -> None:
    """Add the drop-downs; they only warn, because a portal may use other words."""
    frequency = {
        "validate": "list",
        "source": list(_PERIODS),
        "error_type": "warning",
        "input_title": "Update frequency",
        "input_message": "Every custom field for the frequency has its own word for each "
        "frequency.",
    }
    sheet.data_validation(4, 3, 4, 3, frequency)
    licenses = {
        "validate": "list",
        "source": list(OFFERED_LICENSES),
        "error_type": "warning",
        "input_title": "License",
        "input_message": "Portals may offer others: write the name that the portal uses.",
    }
    sheet.data_validation(3, 3, 3, 3, licenses)
    attached = {
        "validate": "list",
        "source": list(ATTACH_DICTIONARY),
        "ignore_blank": True,
        "input_title": DATA_DICTIONARY,
        "input_message": "A table of the columns for readers, attached to the dataset when the"
        " description is sent.",
    }
    sheet.data_validation(7, 9, 7, 9, attached)
    for column, hint in (
        (5, "Yes for one column: its value identifies the row to update."),
        (6, "Yes: readers of the portal do not see the column."),
    ):
        options = {
            "validate": "list",
            "source": list(_YES_NO),
            "error_type": "warning",
            "input_title": DESCRIPTION_HEADERS[column],
            "input_message": hint,
        }
        sheet.data_validation(_COLUMNS_ROW + 1, column, _COLUMNS_ROW + 2, column, options)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    _state_signs(sheet, looks, SheetArea(_CUSTOM_ROW + 1, 2, _CUSTOM_ROW + 2, 2))
    _state_signs(sheet, looks, SheetArea(_COLUMNS_ROW + 1, _RIGHT, _COLUMNS_ROW + 2, _RIGHT))
    custom = SheetArea(_CUSTOM_ROW + 1, 1, _CUSTOM_ROW + 2, 1)
    draw_sign(sheet, looks, custom, (f'$A{_CUSTOM_ROW + 2}<>""', "input"))
    top, bottom = _COLUMNS_ROW + 1, _COLUMNS_ROW + 2
    known = f'$C{top + 1}<>""'
    for first, last in ((0, 1), (4, 8)):
        draw_sign(sheet, looks, SheetArea(top, first, bottom, last), (known, "input"))
    draw_sign(sheet, looks, SheetArea(top, 2, bottom, 3), (known, "row"))


def _state_signs(sheet: Worksheet, looks: Looks, area: SheetArea) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(area.top, area.left, col_abs=True)
    for words, sign in (
        (("Changed",), "new value"),
        (("Missing",), "ask"),
        (("Not sent", "Gone"), "stop"),
        (("As on the portal",), "ok"),
    ):
        tests = ",".join(f'LEFT({cell},{len(word)})="{word}"' for word in words)
        draw_sign(sheet, looks, area, (f"OR({tests})", sign), stop=True)
