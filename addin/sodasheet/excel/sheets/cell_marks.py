"""Marks on cells of the user's sheet, which can be removed without a trace.

A mark is a conditional format, so the cell's own format is never touched, and taking the marks off
is taking their rules away. The rule's formula is always true, says whose it is, and has no
function in it, because Excel wants those in its user's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sodasheet.excel.live.cell_links import CellLinks
from sodasheet.excel.sheets.result_rows import MOST_LINKS
from sodasheet.excel.xlwings_access import quiet

if TYPE_CHECKING:
    import xlwings

_RULE = '="SodaSheet"="SodaSheet"'
_OURS = "SodaSheet"
_FILL, _INK = (253, 231, 228), (156, 42, 27)


def cells_to_mark(rejected: Sequence[dict[str, Any]], jumps: CellLinks) -> list[tuple[int, int]]:
    """Row and column of every rejected cell of a live sheet, if known."""
    columns = jumps.columns or {}
    found = {
        (row["row"], columns[header])
        for row in rejected
        if row["row"] is not None
        for header in str(row["column"] or "").split(" + ")
        if header in columns
    }
    return sorted(found)[:MOST_LINKS]


def put_marks(sheet: xlwings.Sheet, cells: Sequence[tuple[int, int]]) -> None:
    """Mark these cells."""
    with quiet(sheet.book.app):
        for row, column in cells:
            sheet.range((row, column)).conditional_formats.add_custom(
                _RULE, fill_color=_FILL, font_color=_INK
            )


def take_off_marks(sheet: xlwings.Sheet) -> int:
    """Remove all our marks, and return their number."""
    rules = [
        rule
        for rule in sheet.used_range.conditional_formats
        if rule.type == "custom" and _OURS in (rule.formula or "")
    ]
    if rules:
        with quiet(sheet.book.app):
            for rule in reversed(rules):
                rule.delete()
    return len(rules)
