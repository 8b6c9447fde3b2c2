"""The designed sheet "Results": the outcome of a check or a push, and one table of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    ACCOUNT,
    ALL_FINDINGS,
    BY_LEVEL,
    CREATED,
    DATASET,
    DELETED,
    IN_SHORT,
    METHOD,
    OUTCOME,
    READY,
    RESULTS_HEADERS,
    RESULTS_TITLE,
    RUN,
    SENT,
    SKIPPED,
    SOURCE,
    SOURCE_ROWS,
    UPDATED,
    WHEN,
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

TABLE = "SodaSheetFindings"
_STYLES = ("text", "row number", "text", "text", "wrap", "wrap", "row number", "jump")
_WIDTHS = (12, 9, 17, 22, 42, 40, 9, 10)
COLUMNS = tuple(map(DesignedColumn, RESULTS_HEADERS, _WIDTHS, _STYLES))
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0. No sheet lists more rows than these (excel/sheets/result_rows.py).
_HEADING_ROW = 7
_FIRST, _LAST = _HEADING_ROW + 1, _HEADING_ROW + 1000

_BLOCKS = (
    Block(1, 0, (Field(OUTCOME, "strong", until=_RIGHT), Field(IN_SHORT, until=_RIGHT))),
    Block(3, 0, tuple(Field(one, "number") for one in (SOURCE_ROWS, READY, SKIPPED, SENT))),
    Block(3, 2, (Field(DATASET, "link"), Field(METHOD), Field(SOURCE), Field(ACCOUNT))),
    Block(
        3, 4, (Field(WHEN), Field(BY_LEVEL), Field(ALL_FINDINGS, "link"), Field(RUN)), right=True
    ),
    Block(3, 6, tuple(Field(one, "number") for one in (CREATED, UPDATED, DELETED))),
)
_TAB = "#8F1D12"


def add_results(book: Workbook, looks: Looks) -> None:
    """Add the sheet with its labels and its empty table."""
    sheet = book.add_worksheet("Results")
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, RESULTS_TITLE)
    sheet.set_row_pixels(1, 24)
    for block in _BLOCKS:
        draw_block(sheet, looks, block)
    draw_table(sheet, looks, DesignedTable(TABLE, COLUMNS, _HEADING_ROW))
    _signs(sheet, looks)
    sheet.freeze_panes(_FIRST, 0)
    draw_page(sheet, _HEADING_ROW, _TAB)


def _signs(sheet: Worksheet, looks: Looks) -> None:
    row = _FIRST + 1
    for word in ("Stop", "Ask", "Note"):
        rule = (f'$A{row}="{word}"', word.lower())
        draw_sign(sheet, looks, SheetArea(_FIRST, 0, _LAST, 0), rule, stop=True)
    draw_sign(sheet, looks, SheetArea(_FIRST, 0, _LAST, _RIGHT), (f'$A{row}&$C{row}<>""', "row"))
    stopped = (
        'LEFT($B$2,7)="Stopped"', 'LEFT($B$2,6)="Failed"',
        'ISNUMBER(SEARCH("stops the push",$B$2))', 'ISNUMBER(SEARCH("stop the push",$B$2))',
    )  # fmt: skip
    outcomes = (
        ('OR($B$2="Done",$B$2="Undone",$B$2="Checked, no findings")', "good"),
        (f"OR({','.join(stopped)})", "stop"),
        ('$B$2<>""', "ask"),
    )
    for rule in outcomes:
        draw_sign(sheet, looks, SheetArea(1, 1, 1, _RIGHT), rule, stop=True)
