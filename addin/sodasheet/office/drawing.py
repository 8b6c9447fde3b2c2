"""What the designed sheets share: a block of labels, lists, colors, and the printed page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.office.styles import Looks

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Area:
    """Cells from corner to corner; rows and columns are counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the workbook; `row` is that of its headers, `rows` how many are below them."""

    name: str
    title: str
    headers: Iterable[str]
    row: int
    rows: int = 1


def draw_title(sheet: Worksheet, looks: Looks, title: str) -> None:
    """The sheet's first row."""
    sheet.set_row_pixels(0, 36)
    sheet.write_string(0, 0, title, looks.style("title"))


def draw_block(
    sheet: Worksheet, looks: Looks, title: str, labels: Mapping[str, str], across: int = 2
) -> None:
    """The title, and below it each label with its value, whose style `labels` names.

    The line below a value runs on to `across` columns from the left.
    """
    draw_title(sheet, looks, title)
    for row, (label, style) in enumerate(labels.items(), 1):
        sheet.set_row_pixels(row, 22)
        sheet.write_string(row, 0, label, looks.style("label"))
        sheet.write_blank(row, 1, None, looks.style(style))
        for at in range(2, across):
            sheet.write_blank(row, at, None, looks.style("value"))


def draw_table(sheet: Worksheet, looks: Looks, table: Table) -> None:
    """The table, empty, with its title above its headers."""
    row, style = table.row, looks.style
    sheet.set_row_pixels(row - 1, 28)
    sheet.write_string(row - 1, 0, table.title, style("section"))
    sheet.set_row_pixels(row, 26)
    columns = [{"header": header, "header_format": style("heading")} for header in table.headers]
    options = {"name": table.name, "style": None, "columns": columns}
    sheet.add_table(row, 0, row + max(1, table.rows), len(columns) - 1, options)


def draw_lists(sheet: Worksheet, lists: Iterable[tuple[int, str, Iterable[str]]]) -> None:
    """Row, title and headers of lists that have no fixed place; `sign` makes them look so."""
    for row, title, columns in lists:
        sheet.write_string(row, 0, title)
        for at, header in enumerate(columns):
            sheet.write_string(row + 1, at, header)


def draw_sign(
    sheet: Worksheet, looks: Looks, area: Area, rule: tuple[str, str], *, stop: bool = False
) -> None:
    """Lay a sign over cells as long as a formula is true of them: `rule` is formula and sign.

    Colors follow the words, which carry the meaning; `stop` keeps later rules off such a cell.
    """
    formula, sign = rule
    options = {"type": "formula", "criteria": f"={formula}", "format": looks.sign(sign)}
    corners = (area.top, area.left, area.bottom, area.right)
    sheet.conditional_format(*corners, {**options, "stop_if_true": stop})


def draw_page(sheet: Worksheet, repeated: int) -> None:
    """How the sheet is printed: across, as wide as the paper, with the row `repeated` on each."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(repeated)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&RPage &P of &N")
