"""The quality sheet: the columns of a dataset in one table, and findings over time with a plot."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sodasheet.model.sheet_labels import (
    CELLS_FILLED,
    COMPARED,
    DATASET,
    DUPLICATE_ROWS,
    FINDINGS_HEADERS,
    FINDINGS_OVER_TIME,
    IDENTIFIER,
    IN_SHORT,
    LAST_PUSH,
    MADE_ON,
    NEWEST_DATE,
    PORTAL,
    PRIVATE_DATA,
    QUALITY_COLUMNS,
    QUALITY_HEADERS,
    QUALITY_ROWS,
    QUALITY_TITLE,
    UPDATED_AT,
)
from sodasheet.office.cell_styles import NAVY, SHARE, STYLES_PART, Looks
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
    draw_table,
    draw_title,
)
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

TABLE, FINDINGS_TABLE = "SodaSheetQuality", "SodaSheetFindingsOverTime"
_SHEET = "Quality"
_WIDTHS = (20, 11, 11, 10, 12, 17, 17, 26, 17, 21)
_STYLES = ("text", "text", "share", "count", "count", *["text"] * 5)
COLUMNS = tuple(map(DesignedColumn, QUALITY_HEADERS, _WIDTHS, _STYLES))
_RUN_STYLES = ("time", "count", "count", "count", "text")
_RUNS = tuple(map(DesignedColumn, FINDINGS_HEADERS, _WIDTHS, _RUN_STYLES))
_RIGHT = len(COLUMNS) - 1

#: Rows counted from 0, and rows between the two tables: a blank one, and a heading.
_HEADING_ROW = 7
_FIRST = _HEADING_ROW + 1
_BETWEEN = 3

#: The plot is to the right of the findings, with its height in rows.
_PLOT_COLUMN, _PLOT_ROWS = 6, 14
_EFFECTS = (("Stopped", "#B3261E"), ("Skipped", "#D97706"), ("Asked", "#3B6EA8"))
_TAB = "#8A6F24"
_BAR = "#C9DFF2"

_BLOCKS = (
    Block(1, 0, (Field(IN_SHORT, "strong", until=_RIGHT), Field(UPDATED_AT, until=_RIGHT))),
    Block(3, 0, (
        Field(QUALITY_ROWS, until=2), Field(QUALITY_COLUMNS, until=2),
        Field(DUPLICATE_ROWS, until=2), Field(CELLS_FILLED, until=2),
    )),
    Block(3, 4, (
        Field(DATASET, "link", until=6), Field(PORTAL, until=6), Field(MADE_ON, until=6),
        Field(COMPARED, until=6),
    ), right=True),
    Block(3, 7, (
        Field(IDENTIFIER, until=_RIGHT), Field(NEWEST_DATE, until=_RIGHT),
        Field(PRIVATE_DATA, until=_RIGHT), Field(LAST_PUSH, until=_RIGHT),
    ), right=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the dataset in the order of the headers; None or blank if unknown."""

    name: str
    type: str
    filled: float | None
    empty: int | None
    distinct: int | None
    lowest: str
    highest: str
    common: str
    since: str
    worth_a_look: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """A push: its numbers of stopping, skipping and asking findings; None if unknown."""

    started: datetime
    counts: tuple[int, int, int] | None
    outcome: str


@dataclass(frozen=True, slots=True)
class QualityContent:
    """All values of the sheet: next to the labels, in both tables, and the dataset's address."""

    values: Mapping[str, str]
    address: str
    columns: tuple[ColumnRow, ...]
    runs: tuple[RunRow, ...]


def quality_workbook(found: QualityContent) -> bytes:
    """Return an .xlsx with the quality sheet; text of the portal is never a formula."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(buffer, options)
    looks = Looks(book, SHARE)
    sheet = book.add_worksheet(_SHEET)
    draw_columns(sheet, looks, COLUMNS)
    draw_title(sheet, looks, QUALITY_TITLE)
    _labels(sheet, looks, found)
    _columns(sheet, looks, found)
    _runs(book, sheet, looks, found)
    sheet.freeze_panes(_FIRST, 1)
    draw_page(sheet, _HEADING_ROW, _TAB)
    book.close()
    package = parts(buffer.getvalue())
    package[STYLES_PART] = looks.named(package[STYLES_PART])
    return packed(package)


def _labels(sheet: Worksheet, looks: Looks, found: QualityContent) -> None:
    for block in _BLOCKS:
        draw_block(sheet, looks, block)
        for row, field in enumerate(block.fields, block.top):
            at, text = block.left + 1, found.values[field.label]
            style = looks.style(field.first_style(at))
            if field.style == "link":
                sheet.write_url(row, at, found.address, style, text, "Open the dataset")
            else:
                sheet.write_string(row, at, text, style)


def _columns(sheet: Worksheet, looks: Looks, found: QualityContent) -> None:
    """Write the table of the columns, with a bar for the share of filled cells."""
    draw_table(sheet, looks, DesignedTable(TABLE, COLUMNS, _HEADING_ROW, len(found.columns)))
    for row, one in enumerate(found.columns, _FIRST):
        cells = (
            one.name, one.type, one.filled, one.empty, one.distinct, one.lowest, one.highest,
            one.common, one.since, one.worth_a_look,
        )  # fmt: skip
        for at, (cell, column) in enumerate(zip(cells, COLUMNS, strict=True)):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(row, at, cell, looks.style(column.style))
            else:
                sheet.write_number(row, at, cell, looks.style(column.style))
    last = _last_column_row(found)
    bar = {"type": "data_bar", "bar_color": _BAR, "bar_solid": True, "min_type": "num",
           "min_value": 0, "max_type": "num", "max_value": 1}  # fmt: skip
    sheet.conditional_format(_FIRST, 2, last, 2, bar)
    worth, row_line = f'$J{_FIRST + 1}<>""', f'$A{_FIRST + 1}<>""'
    draw_sign(sheet, looks, SheetArea(_FIRST, _RIGHT, last, _RIGHT), (worth, "ask"), stop=True)
    draw_sign(sheet, looks, SheetArea(_FIRST, 0, last, _RIGHT), (row_line, "row"))


def _last_column_row(found: QualityContent) -> int:
    return _HEADING_ROW + max(len(found.columns), 1)


def _runs(book: Workbook, sheet: Worksheet, looks: Looks, found: QualityContent) -> None:
    """Write the table and the plot of the findings of every push."""
    head = _last_column_row(found) + _BETWEEN
    if not found.runs:
        sheet.write_string(head - 1, 0, FINDINGS_OVER_TIME, looks.style("section"))
        text = "Nothing has been pushed to this dataset from this computer yet."
        sheet.write_string(head, 0, text, looks.style("text"))
        return
    draw_section(
        sheet, looks, FINDINGS_OVER_TIME,
        DesignedTable(FINDINGS_TABLE, _RUNS, head, len(found.runs)),
    )  # fmt: skip
    for row, one in enumerate(found.runs, head + 1):
        sheet.write_datetime(row, 0, one.started.replace(tzinfo=None), looks.style("time"))
        for at, count in enumerate(one.counts or (), start=1):
            sheet.write_number(row, at, count, looks.style("count"))
        sheet.write_string(row, 4, one.outcome, looks.style("text"))
    first, last = head + 1, head + len(found.runs)
    line = (f'$A{first + 1}<>""', "row")
    draw_sign(sheet, looks, SheetArea(first, 0, last, 5), line)
    _plot(book, sheet, (first, last))


def _plot(book: Workbook, sheet: Worksheet, rows: tuple[int, int]) -> None:
    first, last = rows
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for column, (name, color) in enumerate(_EFFECTS, start=1):
        chart.add_series(
            {
                "name": name,
                "categories": [_SHEET, first, 0, last, 0],
                "values": [_SHEET, first, column, last, column],
                "fill": {"color": color},
                "gap": 60,
            }
        )
    chart.set_title({"name": "Findings of each push", "name_font": {"size": 12, "color": NAVY}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"text_axis": True, "num_format": "mmm d"})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D5DCE4"}}})
    chart.set_size({"width": 560, "height": _PLOT_ROWS * 20})
    described = {"description": "Findings of each push by their effect"}
    sheet.insert_chart(first - 1, _PLOT_COLUMN, chart, described)
