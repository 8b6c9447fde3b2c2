"""Allowed values in ranges of the open workbook, from its current cells, saved or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.quality.allowed_values import ListReader
from sodasheet.sources.grid.cell_range import parse_range, split_book

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.workbook_sheets import WorkbookSheets
    from sodasheet.model.job import Job


def with_live_lists(job: Job, sheets: WorkbookSheets) -> Job:
    """Return the job with the values of the ranges that its rules name in this workbook.

    Ranges of other workbooks are left for the check. Raises UsageProblem for a range that is gone
    or empty.
    """
    if not any(rule.listed for rule in job.quality.rules):
        return job
    reader = ListReader(sheets.book.name, lambda cells: _cells(sheets, cells))
    rules = tuple(
        replace(rule, values=reader.values(rule))
        if rule.listed and not split_book(rule.listed)[0]
        else rule
        for rule in job.quality.rules
    )
    return (
        job
        if rules == job.quality.rules
        else replace(job, quality=replace(job.quality, rules=rules))
    )


def _cells(sheets: WorkbookSheets, reference: str) -> Sequence[Sequence[object]] | None:
    area = _range(sheets, reference)
    if area is None:
        return None
    # A whole column has a million cells, most of them below the last used row.
    used = area.sheet.used_range.last_cell
    bottom = min(area.last_cell.row, used.row)
    right = min(area.last_cell.column, used.column)
    if bottom < area.row or right < area.column:
        return []
    cells = area.sheet.range((area.row, area.column), (bottom, right))
    found: Sequence[Sequence[object]] = cells.options(ndim=2, err_to_str=True).value
    return found


def _range(sheets: WorkbookSheets, reference: str) -> xlwings.Range | None:
    if "!" not in reference:
        return _named(sheets, reference)
    try:
        wanted, _ = parse_range(reference)
    except UsageProblem:
        return None
    folded = wanted.casefold()
    sheet = next((sheets.named(one) for one in sheets.names if one.casefold() == folded), None)
    return None if sheet is None else sheet.range(reference.rpartition("!")[2])


def _named(sheets: WorkbookSheets, reference: str) -> xlwings.Range | None:
    """Return the cells of a name or of a table column; without a column name, the first column."""
    for name in sheets.book.names:
        if name.name.casefold() == reference.casefold():
            return _refers_to(name)
    wanted, _, column = reference.removesuffix("]").partition("[")
    table = next((one for one in sheets.tables if one.name.casefold() == wanted.casefold()), None)
    if table is None or table.data_body_range is None:
        return None
    heads = table.header_row_range.options(ndim=1).value if table.header_row_range else []
    names = [str(head).strip().casefold() for head in heads]
    if column and column.strip().casefold() not in names:
        return None
    at = names.index(column.strip().casefold()) if column else 0
    return table.data_body_range[:, at]


def _refers_to(name: xlwings.Name) -> xlwings.Range | None:
    """Return the cells of a name; None if the name is a formula or its cells were deleted."""
    try:
        return name.refers_to_range
    except Exception:
        return None
