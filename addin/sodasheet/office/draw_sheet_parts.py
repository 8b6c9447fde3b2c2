"""Parts that the designed sheets share: labels in blocks, a table, colors, and the printed page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.office.cell_styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

#: Heights in pixels: the title, a table's headers, a heading above a table.
TITLE_HEIGHT, HEADER_HEIGHT, SECTION_HEIGHT = 30, 34, 26


@dataclass(frozen=True, slots=True)
class SheetArea:
    """Cells from corner to corner; rows and columns are counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class DesignedColumn:
    """A column of a table; `style` is the style of its cells."""

    header: str
    width: float
    style: str = "text"

    @property
    def heading(self) -> str:
        """The style of the header, aligned right for numbers."""
        return "heading right" if self.style in ("count", "share") else "heading"


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value in the next cell; `style` is the style of the value.

    The value runs on to the column `until`, whose cells look like part of it.
    """

    label: str
    style: str = "value"
    until: int | None = None

    def first_style(self, at: int) -> str:
        """The style of the value's first cell, which is in the column `at`."""
        wide = self.style == "input" and self.until is not None and self.until > at
        return "input start" if wide else self.style

    def tail_style(self, at: int) -> str:
        """The style of another cell of the value, which is in the column `at`."""
        if self.style == "input":
            return "input end" if at == self.until else "input middle"
        return "value" if self.style in ("link", "number") else self.style


@dataclass(frozen=True, slots=True)
class Block:
    """Fields below each other, starting at a cell; `right` aligns the labels with their values."""

    top: int
    left: int
    fields: Sequence[Field]
    right: bool = False


@dataclass(frozen=True, slots=True)
class DesignedTable:
    """A table of the workbook; `row` is the row of its headers, `rows` the number of rows below."""

    name: str
    columns: Sequence[DesignedColumn]
    row: int
    rows: int = 1


def draw_title(sheet: Worksheet, looks: Looks, title: str) -> None:
    """Write the sheet's first row, and hide the grid lines."""
    sheet.hide_gridlines(2)
    sheet.set_row_pixels(0, TITLE_HEIGHT)
    sheet.write_string(0, 0, title, looks.style("title"))


def draw_columns(sheet: Worksheet, looks: Looks, columns: Iterable[DesignedColumn]) -> None:
    """Set the widths and styles of the columns, from left to right."""
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, looks.style(column.style))


def draw_block(sheet: Worksheet, looks: Looks, block: Block) -> None:
    """Write labels, and blank values in their styles."""
    label_style = looks.style("label right" if block.right else "label")
    for row, field in enumerate(block.fields, block.top):
        sheet.write_string(row, block.left, field.label, label_style)
        first = block.left + 1
        sheet.write_blank(row, first, None, looks.style(field.first_style(first)))
        for at in range(first + 1, (field.until or first) + 1):
            sheet.write_blank(row, at, None, looks.style(field.tail_style(at)))


def draw_section(sheet: Worksheet, looks: Looks, title: str, table: DesignedTable) -> None:
    """Write a heading above an empty table."""
    sheet.set_row_pixels(table.row - 1, SECTION_HEIGHT)
    sheet.write_string(table.row - 1, 0, title, looks.style("section"))
    draw_table(sheet, looks, table)


def draw_table(sheet: Worksheet, looks: Looks, table: DesignedTable) -> None:
    """Write an empty table with its headers."""
    sheet.set_row_pixels(table.row, HEADER_HEIGHT)
    columns = [
        {"header": column.header, "header_format": looks.style(column.heading)}
        for column in table.columns
    ]
    options = {"name": table.name, "style": None, "columns": columns}
    sheet.add_table(table.row, 0, table.row + max(1, table.rows), len(columns) - 1, options)


def draw_sign(
    sheet: Worksheet, looks: Looks, area: SheetArea, rule: tuple[str, str], *, stop: bool = False
) -> None:
    """Show an icon on cells for which a formula is true: `rule` is the formula and the icon.

    Colors follow the words, which carry the meaning; `stop` keeps later rules off such a cell.
    """
    formula, sign = rule
    options = {"type": "formula", "criteria": f"={formula}", "format": looks.sign(sign)}
    corners = (area.top, area.left, area.bottom, area.right)
    sheet.conditional_format(*corners, {**options, "stop_if_true": stop})


def draw_page(sheet: Worksheet, repeated: int, tab: str) -> None:
    """Set up printing on Letter, landscape, one page wide, and color the sheet's tab."""
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(repeated)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.set_footer("&L&A&RPage &P of &N")
    sheet.set_tab_color(tab)
