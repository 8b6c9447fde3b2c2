"""Location of a live source in a workbook: its sheet and the cells with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.sources.grid.cell_range import Area, Pick, parse_range
from sodasheet.wording import listed

if TYPE_CHECKING:
    import xlwings

    from sodasheet.model.job import SourceSpec


@dataclass(frozen=True, slots=True)
class SheetLocation:
    """A sheet and the part to read; `picked.area` has all four sides."""

    sheet: xlwings.Sheet
    picked: Pick

    @property
    def cells(self) -> xlwings.Range:
        """The cells of the area."""
        area = self.picked.area
        last = (area.bottom or area.top, area.right or area.left)
        return self.sheet.range((area.top, area.left), last)


def find_location(
    book: xlwings.Book, spec: SourceSpec, active: xlwings.Sheet | None
) -> SheetLocation:
    """Return the location of a source of kind `active`; without a name, the active sheet.

    Raises SourceError for a sheet or a table that is gone, UsageProblem for what is not a range.
    """
    if spec.table:
        return _table(book, spec.table)
    prefix, area = parse_range(spec.range) if spec.range else ("", Area())
    wanted = prefix or spec.sheet
    sheet = _named(book, wanted) if wanted else active
    if sheet is None:
        raise SourceError(
            f"The sheet in front of {book.name} is a chart, which has no rows.",
            "Go to a worksheet, then press the button again.",
        )
    picked = Pick(sheet.name, _within(sheet, area), spec.header_row, header_rows=spec.header_rows)
    return SheetLocation(sheet, picked)


def tables_of(book: xlwings.Book) -> Iterator[xlwings.main.Table]:
    """Every table of a workbook."""
    for sheet in book.sheets:
        yield from sheet.tables


def _table(book: xlwings.Book, wanted: str) -> SheetLocation:
    for table in tables_of(book):
        if table.name.casefold() == wanted.casefold():
            body, heads = table.data_body_range, table.header_row_range
            if body is None:
                raise SourceError(f"The table {table.name} has no rows.", "Fill it first.")
            names: tuple[str, ...] | None = None
            if heads is not None:
                seen = Snapshot(heads.options(ndim=2).value)
                names = tuple(seen.text(1, at) for at in range(1, seen.right + 1))
            last = body.last_cell
            area = Area(body.row, body.column, last.row, last.column)
            return SheetLocation(table.parent, Pick(table.parent.name, area, 0, names))
    others = listed(table.name for table in tables_of(book))
    raise SourceError(
        f"{book.name} has no table named {wanted}.",
        f"It has {others}." if others else "Press Choose source and pick a sheet.",
    )


def _named(book: xlwings.Book, wanted: str) -> xlwings.Sheet:
    for sheet in book.sheets:
        if sheet.name.casefold() == wanted.casefold():
            return sheet
    raise SourceError(
        f"{book.name} has no sheet named {wanted}.",
        f"It has {listed(sheet.name for sheet in book.sheets)}.",
    )


def _within(sheet: xlwings.Sheet, area: Area) -> Area:
    """Return the area, limited on its open sides to the used range of the sheet."""
    used = sheet.used_range
    last = used.last_cell
    left = max(area.left, used.column) if area == Area() else area.left
    return Area(
        area.top,
        left,
        max(area.top, area.bottom or last.row),
        max(left, area.right or last.column),
    )
