"""What python-calamine does not tell about a sheet: error cells, and how far the cells spread.

python-calamine 0.9 hands an error cell over as an empty string, and lays a sheet out as one
rectangle in memory, so that two cells at opposite corners take more of it than any machine has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Cells of the smallest rectangle around all values at most: 32 bytes each in python-calamine.
MAX_CELLS = 64_000_000


@dataclass(slots=True)
class Survey:
    """Error cells by row and column, and the last row and column with a value, all 1-based.

    `complete` is False where the file could not be surveyed, so that error cells look blank.
    """

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    complete: bool = True

    def error(self, row: int, column: int, text: str) -> None:
        """Note an error cell."""
        self.errors.setdefault(row, {})[column] = text

    def reach(self, row: int, column: int) -> None:
        """Note that there is a value."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
