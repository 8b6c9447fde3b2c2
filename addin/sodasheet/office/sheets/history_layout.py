"""The designed sheet "Run history": two tables, the freshness of each dataset and all pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    AS_OF,
    FRESHNESS,
    FRESHNESS_HEADERS,
    HISTORY_TITLE,
    RUNS,
    RUNS_HEADERS,
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

FRESHNESS_TABLE, RUNS_TABLE = "SodaSheetFreshness", "SodaSheetRuns"
_STYLES = ("time", *["text"] * 3, *["count"] * 5, "text", "text", "jump")
_WIDTHS = (19, 19, 9, 22, 9, 11, 11, 10, 11, 11, 22, 8)
COLUMNS = tuple(map(DesignedColumn, RUNS_HEADERS, _WIDTHS, _STYLES))
_FRESH = tuple(map(DesignedColumn, FRESHNESS_HEADERS, _WIDTHS, _STYLES))
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0: each table has one row when the sheet is new, and its title above it.
_FRESH_ROW, _RUNS_ROW = 3, 7
_FIRST, _LAST = _FRESH_ROW + 1, 1500
_TAB = "#4A5560"


def add_history(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its title and both tables, empty."""
    sheet = book.add_worksheet("History")
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, HISTORY_TITLE)
    draw_block(sheet, looks, Block(1, 0, (Field(AS_OF, until=_RIGHT),)))
    tables = (
        (FRESHNESS, DesignedTable(FRESHNESS_TABLE, _FRESH, _FRESH_ROW)),
        (RUNS, DesignedTable(RUNS_TABLE, COLUMNS, _RUNS_ROW)),
    )
    for title, table in tables:
        draw_section(sheet, looks, title, table)
    _signs(sheet, looks)
    sheet.freeze_panes(2, 0)
    draw_page(sheet, 0, _TAB)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    row = _FIRST + 1
    state = f"$D{row}"
    bad = [f'LEFT({state},{len(word)})="{word}"' for word in ("Failed", "Stopped", "Overdue")]
    look = [
        f'LEFT({state},{len(word)})="{word}"'
        for word in ("Done,", "Unknown", "Canceled", "Running", "Interrupted")
    ]
    rules = [
        (f'OR({state}="Done",{state}="Up to date")', "ok"),
        (f"OR({','.join(bad)})", "stop"),
        (f'OR({",".join(look)},ISNUMBER(SEARCH("skipped",{state})))', "ask"),
    ]
    for rule in rules:
        draw_sign(sheet, looks, SheetArea(_FIRST, 3, _LAST, 3), rule, stop=True)
    fresh = SheetArea(_FIRST, 0, _LAST, 3)
    dated = f'AND($A{row}<>"",$A{row}<>"{RUNS_HEADERS[0]}",$B{row}<>"")'
    draw_sign(sheet, looks, fresh, (dated, "row"))
    run = f'AND($L{row}<>"",$L{row}<>"{RUNS_HEADERS[-1]}")'  # no line over the headers
    draw_sign(sheet, looks, SheetArea(_FIRST, 4, _LAST, _RIGHT), (run, "row"))
