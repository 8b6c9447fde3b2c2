"""Facts about a sheet that python-calamine does not report.

python-calamine 0.9 returns an error cell as an empty string, and stores a sheet as one rectangle
in memory, so that two cells at opposite corners take more memory than any machine has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sodasheet.sources.grid.cell_range import Area, parse_range

#: Maximum cells of the smallest rectangle around all values (32 bytes each in python-calamine).
MAX_CELLS = 64_000_000


@dataclass(slots=True)
class Survey:
    """Cells by row and column, and the last row and column with a value, all 1-based.

    `errors` are error values, `unsaved` formulas without a stored result, `formats` number formats
    that add digits. `percents` are, by column, the rows formatted as percentages: first and last
    row of every stretch. `links` are the cells with hyperlinks and their addresses, if wanted.
    `merges` are merged cells, `hidden` the rows that are hidden or filtered out.
    `texts` are cells that python-calamine cannot read as they are shown. `misread` is True if it
    misreads the XML unless that is rewritten; `repeated` is the first row and cell that are there
    twice, with the column 0 for a whole row.
    `complete` is False if the file could not be surveyed, so that error cells look blank.
    """

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    unsaved: dict[int, dict[int, str]] = field(default_factory=dict)
    formats: dict[int, dict[int, str]] = field(default_factory=dict)
    percents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    links: list[tuple[Area, str]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    misread: bool = False
    repeated: tuple[int, int] | None = None
    last_row: int = 0
    last_column: int = 0
    complete: bool = True

    def error(self, row: int, column: int, text: str) -> None:
        """Record an error cell."""
        self.errors.setdefault(row, {})[column] = text

    def unsave(self, row: int, column: int, formula: str) -> None:
        """Record a formula without a stored result."""
        self.unsaved.setdefault(row, {})[column] = formula

    def show(self, row: int, column: int, form: str) -> None:
        """Record the number format of a cell that shows more digits than its number has."""
        self.formats.setdefault(row, {})[column] = form

    def tell(self, row: int, column: int, text: str) -> None:
        """Record the text that a cell shows."""
        self.texts.setdefault(row, {})[column] = text

    def repeat(self, row: int, column: int) -> None:
        """Record a row (column 0) or a cell that occurs twice."""
        self.repeated = self.repeated or (row, column)

    def percent(self, row: int, column: int, rows: int = 1) -> None:
        """Record `rows` cells below each other that are formatted as percentages."""
        stretches = self.percents.setdefault(column, [])
        if stretches and stretches[-1][1] == row - 1:
            stretches[-1] = (stretches[-1][0], row + rows - 1)
        else:
            stretches.append((row, row + rows - 1))

    def merge(self, reference: str) -> None:
        """Record a merged cell such as `A2:A5`."""
        _, area = parse_range(reference)
        self.merges.append(area)

    def reach(self, row: int, column: int) -> None:
        """Record the position of a value."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
