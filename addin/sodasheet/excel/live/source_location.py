"""Location of a live source in a workbook: its sheet and the cells with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.excel.cell_values import rows_in
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.sources.grid.cell_range import Area, Pick, parse_range
from sodasheet.wording import listed

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press
    from sodasheet.excel.workbook_sheets import WorkbookSheets
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


def location_of(press: Press, spec: SourceSpec) -> SheetLocation:
    """Return the location of a source of kind `active` as it is at the first need.

    Raises SourceError for a sheet or a table that is gone, UsageProblem for what is not a range.
    """
    place = (spec.table, spec.range, spec.sheet, spec.header_row, spec.header_rows)
    return press.once(f"location {place}", lambda: find_location(press.sheets, spec, press.front))


def find_location(
    sheets: WorkbookSheets, spec: SourceSpec, active: xlwings.Sheet | None
) -> SheetLocation:
    """Return the location of a source of kind `active`; without a name, the active sheet.

    Raises SourceError for a sheet or a table that is gone, UsageProblem for what is not a range.
    """
    if spec.table:
        return _table(sheets, spec.table)
    prefix, area = parse_range(spec.range) if spec.range else ("", Area())
    wanted = prefix or spec.sheet
    sheet = _named(sheets, wanted) if wanted else active
    if sheet is None:
        raise SourceError(
            f"The active sheet of {sheets.book.name} is a chart, which has no rows.",
            "Go to a worksheet, then press the button again.",
        )
    picked = Pick(sheet.name, _within(sheet, area), spec.header_row, header_rows=spec.header_rows)
    return SheetLocation(sheet, picked)


def _table(sheets: WorkbookSheets, wanted: str) -> SheetLocation:
    for table in sheets.tables:
        if table.name.casefold() == wanted.casefold():
            body, heads = table.data_body_range, table.header_row_range
            if body is None:
                raise SourceError(f"The table {table.name} has no rows.", "Fill it first.")
            names: tuple[str, ...] | None = None
            if heads is not None:
                seen = Snapshot(rows_in(heads))
                names = tuple(seen.text(1, at) for at in range(1, seen.right + 1))
            last = body.last_cell
            area = Area(body.row, body.column, last.row, last.column)
            return SheetLocation(table.parent, Pick(table.parent.name, area, 0, names))
    others = listed(table.name for table in sheets.tables)
    raise SourceError(
        f"{sheets.book.name} has no table named {wanted}.",
        f"It has {others}." if others else "Press Choose source and pick a sheet.",
    )


def _named(sheets: WorkbookSheets, wanted: str) -> xlwings.Sheet:
    folded = wanted.casefold()
    sheet = next((sheets.named(name) for name in sheets.names if name.casefold() == folded), None)
    if sheet is not None:
        return sheet
    raise SourceError(
        f"{sheets.book.name} has no sheet named {wanted}.", f"It has {listed(sheets.names)}."
    )


def _within(sheet: xlwings.Sheet, area: Area) -> Area:
    """Return the area, limited on its open sides to the used range of the sheet."""
    if area.bottom and area.right:
        return area
    used = sheet.used_range
    rows, columns = used.shape
    left = max(area.left, used.column) if area == Area() else area.left
    return Area(
        area.top,
        left,
        max(area.top, area.bottom or used.row + rows - 1),
        max(left, area.right or used.column + columns - 1),
    )
