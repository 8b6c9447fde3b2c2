"""Free cells for newer labels on a mapping sheet of an earlier version."""

from __future__ import annotations

import pytest

from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.free_cells import NEWER, lacking, rooms
from sodasheet.jobs.sheet.sheet_layout import SheetLayout
from sodasheet.model.sheet_labels import MAPPING_HEADERS

#: The headers of an earlier version: Rules and Findings came later.
HEADERS = [one for one in MAPPING_HEADERS if one not in ("Rules", "Findings")]
BLANK = [None] * len(HEADERS)


def older(*rows: tuple[int, int, str]) -> SheetLayout:
    """Labels in A2:B5 and the table's headers in row 8; `rows` are added: row, column, text."""
    words = ["Portal", "Dataset id", "Method", "Last pushed"]
    cells = [list(BLANK) for _ in range(7)] + [list(HEADERS)]
    cells[0][0] = "SodaSheet mapping"
    for at, word in enumerate(words, 1):
        cells[at][:2] = [word, "x" if at < 4 else None]
    for row, column, text in rows:
        cells[row - 1][column - 1] = text
    return SheetLayout.of(Snapshot(cells), "Map")


@pytest.mark.parametrize(
    ("there", "first"),
    [
        ((), (2, 3)),
        (((2, 3, "a note"),), (2, 4)),
        (((3, 5, "a note"),), (2, 6)),
        (((4, 8, "at the end"),), None),
    ],
)
def test_the_place_is_beside_the_labels_where_nothing_stands(
    there: tuple[tuple[int, int, str], ...], first: tuple[int, int] | None
) -> None:
    found = next(rooms(older(*there), len(NEWER[0])), None)

    assert (None if found is None else (found.row, found.column)) == first


def test_fewer_labels_take_the_lowest_rows_and_are_then_no_longer_lacking() -> None:
    layout = older((5, 3, "SEND"), (5, 4, "all rows"))

    assert lacking(layout) == [NEWER[0][1:], *NEWER[1:]]
    assert next(rooms(layout, 3)).row == 2
    assert layout.read(8).values["Last pushed"] == ""
    assert layout.read(8).values["Send"] == "all rows"
