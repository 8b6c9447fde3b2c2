"""Cells that are read together with the hyperlinks behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as Map

from sodasheet.errors import SourceError
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.sources.grid.cell_range import Area
from sodasheet.sources.grid.cell_text import cell_text
from sodasheet.sources.grid.hyperlinks import MOST_HYPERLINKS, with_address
from sodasheet.sources.grid.row_block import RowBlock
from sodasheet.wording import counted


class LinkedCells:
    """Columns by position (0-based), and the addresses behind their cells by row and position."""

    def __init__(self, columns: Map[int, str], links: Map[int, Map[int, str]]) -> None:
        self._columns = columns
        self._links = links
        self._counts = dict.fromkeys(columns, 0)
        self._first: dict[int, Finding] = {}

    def fill(self, block: RowBlock) -> None:
        """Add the addresses to the text of a block of rows."""
        for at, number in enumerate(block.numbers if self._links else ()):
            for place, address in self._links.get(number, {}).items():
                text = cell_text(block.columns[place][at])
                if (linked := with_address(text, address)) != text:
                    block.put(at, place, linked)
                    self._counts[place] += 1
                    self._first.setdefault(place, Finding(number, self._columns[place], linked))

    @property
    def notes(self) -> tuple[FindingGroup, ...]:
        """Notes on the cells whose addresses were read."""
        return tuple(
            FindingGroup(
                reason="hyperlinks-read",
                severity=Severity.NOTE,
                message=(
                    f"In {self._columns[place]}, {counted(count, 'cell is', 'cells are')} sent with"
                    " the address of the hyperlink after the text."
                ),
                remedy="Check that the address in the first row is the one you expect.",
                count=count,
                examples=(self._first[place],),
            )
            for place, count in self._counts.items()
            if count
        )


def addresses(
    links: Iterable[tuple[Area, str]], columns: Collection[int], last_row: int, place: str
) -> dict[int, dict[int, str]]:
    """Return the address of each cell of `columns`, by row and column; a cell's first link counts.

    Raises SourceError if there are more than can be read.
    """
    found: dict[int, dict[int, str]] = {}
    seen = 0
    for area, address in links:
        rows = range(area.top, min(area.bottom or area.top, last_row) + 1)
        for column in columns:
            if not area.left <= column <= (area.right or area.left):
                continue
            seen += len(rows)
            if seen > MOST_HYPERLINKS:
                raise SourceError(
                    f"{place[0].upper()}{place[1:]} has more than {MOST_HYPERLINKS:,} cells with"
                    " hyperlinks.",
                    "Write the addresses into a separate column, and remove the hyperlinks.",
                )
            for row in rows:
                found.setdefault(row, {}).setdefault(column, address)
    return found
