"""Where the columns of a live source lie, for links from the results to the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.excel.live.location import Place
from sodasheet.excel.sheets.result_rows import Jumps
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.sources.headers import name_headers

if TYPE_CHECKING:
    import xlwings

#: Rows below the one named in which the headers may stand when it is blank.
_LOOK = 50


def jumps_to(place: Place) -> Jumps:
    """The sheet of a place and the columns of its headers."""
    names, left = _headers(place)
    filled = [at for at, name in enumerate(names) if name]
    unique, _ = name_headers([names[at] for at in filled], None)
    return Jumps(
        place.sheet.name, {name: left + at for name, at in zip(unique, filled, strict=True)}
    )


def _headers(place: Place) -> tuple[list[str], int]:
    area, picked = place.picked.area, place.picked
    if picked.headers is not None:
        return list(picked.headers), area.left
    if picked.header_row == 0:
        return [], area.left
    first = area.top + picked.header_row - 1
    last = min(first + _LOOK, area.bottom or first)
    cells: xlwings.Range = place.sheet.range((first, area.left), (last, area.right or area.left))
    seen = Snapshot(cells.options(ndim=2, err_to_str=True).value)
    for row in range(1, seen.bottom + 1):
        names = [seen.text(row, column) for column in range(1, seen.right + 1)]
        if any(names):
            return names, area.left
    return [], area.left
