"""Links from results to the cells of a live source."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sodasheet.excel.cell_values import rows_in
from sodasheet.excel.live.source_location import SheetLocation, location_of
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.sources.grid.cell_range import column_letters
from sodasheet.sources.headers import joined_headers, name_headers

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press
    from sodasheet.model.job import Job

#: Rows below a blank header row that are searched for headers.
_LOOK = 50


@dataclass(frozen=True, slots=True)
class CellLinks:
    """The sheet of a live source and the sheet's column of each header; empty for other sources."""

    sheet: str = ""
    columns: Map[str, int] = field(default_factory=dict)

    def address(self, row: int | None, header: str | None) -> str | None:
        """Return the address of a cell, `#'Permits'!C17`; None if there is no such cell."""
        if not self.sheet or row is None:
            return None
        column = self.columns.get(header or "", min(self.columns.values(), default=1))
        return f"{sheet_link(self.sheet)}{column_letters(column)}{row}"

    def to_json(self) -> dict[str, Any]:
        """Return the links as one JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Map[str, Any]) -> CellLinks:
        """Return the links from the output of `to_json`."""
        return cls(str(data.get("sheet") or ""), dict(data.get("columns") or {}))


def sheet_link(sheet: str) -> str:
    """Return the address of a sheet, without a cell: `#'Permits'!`."""
    quoted = sheet.replace("'", "''")
    return f"#'{quoted}'!"


def links_of(press: Press, job: Job) -> CellLinks:
    """Return the links to the cells of the job's source; empty if there is no live sheet."""
    if job.source.kind != "active":
        return CellLinks()
    return links_to(location_of(press, job.source))


def links_to(location: SheetLocation) -> CellLinks:
    """Return the links to the cells of a location."""
    names, left = _headers(location)
    filled = [at for at, name in enumerate(names) if name]
    unique, _ = name_headers([names[at] for at in filled], None)
    columns = {name: left + at for name, at in zip(unique, filled, strict=True)}
    return CellLinks(location.sheet.name, columns)


def _texts(seen: Snapshot, row: int) -> list[str]:
    return [seen.text(row, column) for column in range(1, seen.right + 1)]


def _headers(location: SheetLocation) -> tuple[list[str], int]:
    area, picked = location.picked.area, location.picked
    if picked.headers is not None:
        return list(picked.headers), area.left
    if picked.header_row == 0:
        return [], area.left
    first = area.top + picked.header_row - 1
    last = min(first + _LOOK, area.bottom or first)
    corner = (last, area.right or area.left)
    cells: xlwings.Range = location.sheet.range((first, area.left), corner)
    seen = Snapshot(rows_in(cells))
    for row in range(1, seen.bottom + 1):
        names = _texts(seen, row)
        if any(names):
            rows = [_texts(seen, at) for at in range(row, row + picked.header_rows)]
            return joined_headers(rows), area.left
    return [], area.left
