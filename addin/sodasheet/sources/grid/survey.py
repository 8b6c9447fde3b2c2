"""Facts about a sheet that python-calamine does not report: error cells, and the used extent.

python-calamine 0.9 returns an error cell as an empty string, and stores a sheet as one rectangle
in memory, so that two cells at opposite corners take more memory than any machine has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Maximum cells of the smallest rectangle around all values (32 bytes each in python-calamine).
MAX_CELLS = 64_000_000


@dataclass(slots=True)
class Survey:
    """Error cells by row and column, and the last row and column with a value, all 1-based.

    `complete` is False if the file could not be surveyed, so that error cells look blank.
    """

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    complete: bool = True

    def error(self, row: int, column: int, text: str) -> None:
        """Record an error cell."""
        self.errors.setdefault(row, {})[column] = text

    def reach(self, row: int, column: int) -> None:
        """Record the position of a value."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
