"""Free cells on a mapping sheet of an earlier version, for missing labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sodasheet.jobs.sheet.cell_grid import Spot
from sodasheet.model.sheet_labels import (
    ACCEPTED,
    ALLOW_UNDO,
    FINDING_LEVELS,
    LEFT_OUT,
    MAPPING_LABELS,
    MARKERS,
    REJECTED_ROWS,
    SEND,
    SHRINK,
    WITHIN,
)

if TYPE_CHECKING:
    from sodasheet.jobs.sheet.sheet_layout import SheetLayout

#: Labels added after the first version, by version.
NEWER = (
    (SEND, ALLOW_UNDO, SHRINK, REJECTED_ROWS),
    (LEFT_OUT, MARKERS),
    (WITHIN,),
    (ACCEPTED, FINDING_LEVELS),
)


def lacking(layout: SheetLayout) -> list[tuple[str, ...]]:
    """Return the newer labels that the sheet does not have, in groups that stay together."""
    groups = (tuple(one for one in group if layout.label(one) is None) for group in NEWER)
    return [group for group in groups if group]


def rooms(layout: SheetLayout, count: int) -> Iterator[Spot]:
    """Yield places for `count` labels below each other, with their values on their right.

    Beside the labels that are there, the lowest and leftmost place first. Their cells are blank,
    and so are all that follow up to the table's last column: a note there would be taken for a
    value. The value of another label may be blank and is not a free cell. Nothing has to move.
    """
    there = [spot for label in MAPPING_LABELS if (spot := layout.label(label)) is not None]
    if not there:
        return
    first, last = min(spot.row for spot in there), max(spot.row for spot in there)
    until = max(head.column for head in layout.heads.values())
    values = {(spot.row, spot.column + 1) for spot in there}
    for column in range(min(spot.column for spot in there) + 2, until):
        for row in range(last - count + 1, first - 1, -1):
            cells = [
                (one, at) for one in range(row, row + count) for at in range(column, until + 1)
            ]
            if not any(cell in values or layout.seen.text(*cell) for cell in cells):
                yield Spot(row, column)
