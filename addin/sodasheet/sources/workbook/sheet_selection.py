"""Choose the part of a workbook to read: a sheet, a table, a range."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.sources.grid.cell_range import Area, Pick, parse_range
from sodasheet.wording import first_listed, listed

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook, SheetMetadata

    from sodasheet.sources.workbook.workbook_index import WorkbookIndex

#: Sheets that a note names; some workbooks have a sheet for each day.
_LISTED = 5


def pick(workbook: CalamineWorkbook | WorkbookIndex, spec: SourceSpec, name: str) -> Pick:
    """Return the area in the spec; by default, the whole first visible sheet, with a note.

    Raises SourceError if the sheet or the table does not exist, UsageProblem for an impossible
    range or header row.
    """
    return replace(
        _pick(workbook, spec, name),
        visible_only=spec.rows == "visible",
        header_rows=spec.header_rows,
    )


def _pick(workbook: CalamineWorkbook | WorkbookIndex, spec: SourceSpec, name: str) -> Pick:
    if spec.table and (spec.range or spec.sheet):
        raise UsageProblem(
            "A table cannot be combined with a sheet or a range.",
            "Set the table alone: its position is part of the workbook.",
        )
    if spec.header_row < 0:
        raise UsageProblem(
            f"The header row cannot be {spec.header_row}.",
            "Set it to the row that contains the headers, or to 0 if there is none.",
        )
    if spec.table:
        return _table(workbook, spec.table, name)
    prefix, area = parse_range(spec.range) if spec.range else ("", Area())
    if prefix and spec.sheet and prefix.casefold() != spec.sheet.casefold():
        raise UsageProblem(
            f"The range {spec.range} is not on the sheet {spec.sheet}.",
            "Remove the sheet's name from the range, or set the same sheet.",
        )
    wanted = spec.sheet or prefix
    if wanted:
        return Pick(_named(workbook, wanted, name), area, spec.header_row)
    sheet, notes = _first(workbook, name)
    return Pick(sheet, area, spec.header_row, notes=notes)


def _table(workbook: CalamineWorkbook | WorkbookIndex, wanted: str, name: str) -> Pick:
    names = workbook.table_names or []
    match = next((table for table in names if table.casefold() == wanted.casefold()), None)
    if match is None:
        raise SourceError(
            f"{name} has no table named {wanted}.",
            f"It has {listed(names)}." if names else "Choose a sheet: it has no tables.",
        )
    table = workbook.get_table_by_name(match)
    if table.start is None or table.end is None:
        raise SourceError(f"The table {match} of {name} has no rows.", "Add rows to it first.")
    (top, left), (bottom, right) = table.start, table.end
    area = Area(top + 1, left + 1, bottom + 1, right + 1)
    return Pick(table.sheet, area, 0, tuple(table.columns))


def _named(workbook: CalamineWorkbook | WorkbookIndex, wanted: str, name: str) -> str:
    """Return the sheet's name as spelled in the workbook; Excel ignores case."""
    sheets = [sheet for sheet in workbook.sheets_metadata if _holds_cells(sheet)]
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet.name
    for sheet in sheets:
        if sheet.name.casefold() == wanted.casefold():
            return sheet.name
    if wanted in workbook.sheet_names:
        raise SourceError(
            f"The sheet {wanted} of {name} is a chart or a macro sheet and has no rows.",
            _list(sheets),
        )
    raise SourceError(f"{name} has no sheet named {wanted}.", _list(sheets))


def _first(
    workbook: CalamineWorkbook | WorkbookIndex, name: str
) -> tuple[str, tuple[FindingGroup, ...]]:
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
        message=(
            f"{name} has {len(visible)} visible sheets; {chosen}, the first, was read, not "
            f"{first_listed((sheet.name for sheet in visible[1:]), _LISTED)}."
        ),
        remedy="Choose the sheet if the rows are on another sheet.",
    )
    return chosen, (note,)


def _list(sheets: list[SheetMetadata]) -> str:
    names = listed(sheet.name for sheet in sheets)
    return f"It has {names}." if names else "Choose another workbook."


def _holds_cells(sheet: SheetMetadata) -> bool:
    from python_calamine import SheetTypeEnum

    return sheet.typ == SheetTypeEnum.WorkSheet
