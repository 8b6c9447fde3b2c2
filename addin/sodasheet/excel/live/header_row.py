"""Find the header row of a live sheet, the same way as for files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.excel.cell_values import rows_in
from sodasheet.excel.live.source_location import SheetLocation
from sodasheet.jobs.sheet.cell_grid import of_cell
from sodasheet.sources.header_row import EXAMINED_ROWS, header_suggestion

if TYPE_CHECKING:
    from sodasheet.model.job import SourceSpec

#: Maximum columns examined; headers further right are in the same row.
_COLUMNS = 500

#: Share of the widest row's cells that a header row must have.
_NEARLY_FULL = 0.8


def with_header_row(place: SheetLocation, spec: SourceSpec) -> SourceSpec:
    """Return the source with the probable header row of its sheet or range.

    A table has its own headers and is left unchanged.
    """
    if spec.table:
        return spec
    rows = _top_rows(place)
    found = header_suggestion(rows)
    if found is not None:
        change = found.change
        row = 1 if change.header_row is None else change.header_row
        return replace(spec, header_row=row, header_rows=change.header_rows)
    return replace(spec, header_row=_first_full(rows), header_rows=1)


def header_words(spec: SourceSpec, headers: Sequence[str]) -> str:
    """Return a sentence about where the headers were found; empty for the first row."""
    shown = ", ".join(headers)[:120]
    within = " of the range" if spec.range else ""
    if spec.table or (spec.header_row, spec.header_rows) == (1, 1):
        return ""
    if spec.header_row == 0:
        return (
            "The first row looks like data, not like headers, so the columns are named "
            f'{shown}.\n\nIf it contains the headers, enter 1 next to "Header row" on the mapping '
            "sheet, then press Match again."
        )
    last = spec.header_row + spec.header_rows - 1
    where = f"row {spec.header_row}" if spec.header_rows == 1 else _joined(spec.header_row, last)
    return (
        f"The headers were found in {where}{within}: {shown}.\n\nIf they are elsewhere, change "
        '"Header row" on the mapping sheet, then press Match again.'
    )


def _joined(first: int, last: int) -> str:
    return f"rows {first} to {last}, joined"


def _top_rows(place: SheetLocation) -> list[tuple[int, list[str]]]:
    """Return the first rows that have a value, numbered within the area."""
    area = place.picked.area
    last = (
        min(area.top + EXAMINED_ROWS - 1, area.bottom or area.top),
        min(area.left + _COLUMNS - 1, area.right or area.left),
    )
    cells = place.sheet.range((area.top, area.left), last)
    texts = [[of_cell(value) for value in row] for row in rows_in(cells)]
    return [(number, row) for number, row in enumerate(texts, start=1) if any(row)]


def _first_full(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Return the first nearly full row: a title or a date fills fewer cells than the headers."""
    filled = [(number, sum(map(bool, row))) for number, row in rows]
    most = max((count for _, count in filled), default=0)
    return next((number for number, count in filled if count >= _NEARLY_FULL * most), 1)
