"""Choosing what of a workbook is read: a sheet, a table, a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.grid.area import Area, parse_range

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook, SheetMetadata

    from sodasheet.sources.workbook.index import Book


@dataclass(frozen=True, slots=True)
class Pick:
    """The sheet and the area to read.

    `header_row` counts within the area, 0 for none; `headers` are those of a table, which stand
    above its area.
    """

    sheet: str
    area: Area
    header_row: int = 1
    headers: tuple[str, ...] | None = None
    notes: tuple[FindingGroup, ...] = ()


def pick(workbook: CalamineWorkbook | Book, spec: SourceSpec, name: str) -> Pick:
    """What the spec asks for; by default the first visible sheet, whole, with a note.

    Raises SourceError where the sheet or the table does not exist, UsageProblem for a range or a
    header row that cannot be.
    """
    if spec.table and (spec.range or spec.sheet):
        raise UsageProblem(
            "A table cannot be named together with a sheet or a range.",
            "Name the table alone: it knows where it stands.",
        )
    if spec.header_row < 0:
        raise UsageProblem(
            f"The header row cannot be {spec.header_row}.",
            "Give the number of the row that holds the headers, or 0 where there is none.",
        )
    if spec.table:
        return _table(workbook, spec.table, name)
    prefix, area = parse_range(spec.range) if spec.range else ("", Area())
    if prefix and spec.sheet and prefix.casefold() != spec.sheet.casefold():
        raise UsageProblem(
            f"The range {spec.range} is not on the sheet {spec.sheet}.",
            "Leave out the sheet's name in one of them.",
        )
    wanted = spec.sheet or prefix
    if wanted:
        return Pick(_named(workbook, wanted, name), area, spec.header_row)
    sheet, notes = _first(workbook, name)
    return Pick(sheet, area, spec.header_row, notes=notes)


def _table(workbook: CalamineWorkbook | Book, wanted: str, name: str) -> Pick:
    names = workbook.table_names or []
    match = next((table for table in names if table.casefold() == wanted.casefold()), None)
    if match is None:
        raise SourceError(
            f"{name} has no table named {wanted}.",
            f"Its tables are: {', '.join(names)}." if names else "It has no tables; name a sheet.",
        )
    table = workbook.get_table_by_name(match)
    if table.start is None or table.end is None:
        raise SourceError(f"The table {match} of {name} has no rows.", "Fill it first.")
    (top, left), (bottom, right) = table.start, table.end
    area = Area(top + 1, left + 1, bottom + 1, right + 1)
    return Pick(table.sheet, area, 0, tuple(table.columns))


def _named(workbook: CalamineWorkbook | Book, wanted: str, name: str) -> str:
    """The sheet's name as it is written in the workbook; Excel does not tell case apart."""
    sheets = [sheet for sheet in workbook.sheets_metadata if _holds_cells(sheet)]
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet.name
    for sheet in sheets:
        if sheet.name.casefold() == wanted.casefold():
            return sheet.name
    if wanted in workbook.sheet_names:
        raise SourceError(
            f"The sheet {wanted} of {name} is a chart or a macro, without rows.",
            _list(sheets),
        )
    raise SourceError(f"{name} has no sheet named {wanted}.", _list(sheets))


def _first(workbook: CalamineWorkbook | Book, name: str) -> tuple[str, tuple[FindingGroup, ...]]:
    from python_calamine import SheetVisibleEnum

    sheets = [sheet for sheet in workbook.sheets_metadata if _holds_cells(sheet)]
    visible = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise SourceError(f"{name} has no visible sheet with cells.", _list(sheets))
    chosen = visible[0].name
    if len(visible) == 1:
        return chosen, ()
    note = FindingGroup(
        reason="sheet-chosen",
        severity=Severity.NOTE,
        message=f"{name} has {len(visible)} visible sheets; the first one, {chosen}, was read.",
        remedy="Name the sheet if it is another one.",
    )
    return chosen, (note,)


def _list(sheets: list[SheetMetadata]) -> str:
    names = ", ".join(sheet.name for sheet in sheets)
    return f"Its sheets are: {names}." if names else "Choose another workbook."


def _holds_cells(sheet: SheetMetadata) -> bool:
    from python_calamine import SheetTypeEnum

    return sheet.typ == SheetTypeEnum.WorkSheet
