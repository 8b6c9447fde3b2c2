"""The quality sheet: completeness, freshness and findings over time, with plots."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sodasheet.office.cell_styles import NAVY, STYLES_PART, Looks
from sodasheet.office.draw_sheet_parts import draw_title
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_SHEET = "Quality"
_WIDTHS = (30, 22, 12, 12, 12, 12, 12)
_EFFECTS = (("Stopped", "#B3261E"), ("Skipped", "#D97706"), ("Asked", "#3B6EA8"))


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the dataset: its rows with a value and their share, None if not known."""

    name: str
    field: str
    filled: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A push: its findings that stopped, skipped rows and asked, None if not known."""

    started: datetime
    outcome: str
    counts: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class QualityContent:
    """All values of the sheet, in the order in which they are shown."""

    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[ColumnRow, ...]
    runs: tuple[RunRow, ...]


def quality_workbook(found: QualityContent) -> bytes:
    """Return an .xlsx with the quality sheet; text of the portal is never a formula."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(buffer, options)
    looks = Looks(book)
    sheet = book.add_worksheet(_SHEET)
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    draw_title(sheet, looks, found.title)
    row = _facts(sheet, looks, found, 2)
    row = _columns(book, sheet, looks, found, row + 1)
    _runs(book, sheet, looks, found, row + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    package = parts(buffer.getvalue())
    package[STYLES_PART] = looks.named(package[STYLES_PART])
    return packed(package)


def _facts(sheet: Worksheet, looks: Looks, found: QualityContent, row: int) -> int:
    for label, value in found.facts:
        sheet.write_string(row, 0, label, looks.style("label"))
        sheet.merge_range(row, 1, row, 6, value, looks.style("value"))
        row += 1
    return row


def _columns(
    book: Workbook, sheet: Worksheet, looks: Looks, found: QualityContent, row: int
) -> int:
    """Table and plot of the columns' completeness, the emptiest first."""
    sheet.write_string(row, 0, "Completeness", looks.style("section"))
    _head(sheet, looks, row + 1, ("Column", "Field name", "Filled", "Share"))
    share = book.add_format({"num_format": "0.0%", "font_size": 10, "align": "right"})
    first = row + 2
    for n, one in enumerate(found.columns):
        at = first + n
        sheet.write_string(at, 0, one.name, looks.style("text"))
        sheet.write_string(at, 1, one.field, looks.style("text"))
        if one.filled is not None:
            sheet.write_number(at, 2, one.filled, looks.style("count"))
        if one.share is not None:
            sheet.write_number(at, 3, one.share, share)
    last = first + max(len(found.columns), 1) - 1
    bar = {"type": "data_bar", "bar_color": "#8FB4DC", "bar_solid": True, "min_type": "num",
           "min_value": 0, "max_type": "num", "max_value": 1}  # fmt: skip
    sheet.conditional_format(first, 3, last, 3, bar)
    return last + 1


def _runs(book: Workbook, sheet: Worksheet, looks: Looks, found: QualityContent, row: int) -> int:
    """Table and plot of the findings of every push."""
    sheet.write_string(row, 0, "Findings over time", looks.style("section"))
    if not found.runs:
        text = "Nothing has been pushed to this dataset from this computer yet."
        sheet.write_string(row + 1, 0, text, looks.style("text"))
        return row + 2
    _head(sheet, looks, row + 1, ("Started", "Outcome", *(name for name, _ in _EFFECTS)))
    first = row + 2
    for n, one in enumerate(found.runs):
        started = one.started.replace(tzinfo=None)
        sheet.write_datetime(first + n, 0, started, looks.style("time"))
        sheet.write_string(first + n, 1, one.outcome, looks.style("text"))
        if one.counts is not None:
            for column, count in enumerate(one.counts, start=2):
                sheet.write_number(first + n, column, count, looks.style("count"))
    last = first + len(found.runs) - 1
    _plot(book, sheet, (first, last))
    return last + 1


def _plot(book: Workbook, sheet: Worksheet, rows: tuple[int, int]) -> None:
    first, last = rows
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for column, (name, color) in enumerate(_EFFECTS, start=2):
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
    chart.set_size({"width": 620, "height": 300})
    sheet.insert_chart(2, 8, chart, {"description": "Findings of each push by their effect"})


def _head(sheet: Worksheet, looks: Looks, row: int, titles: tuple[str, ...]) -> None:
    for column, title in enumerate(titles):
        style = "heading right" if column >= 2 else "heading"
        sheet.write_string(row, column, title, looks.style(style))
