"""A mapping sheet found by its words: what stands where, and what it says."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.header_block import LABELS, TITLE, recalled
from sodasheet.jobs.sheet.settings_cells import SHRINK, share_words
from sodasheet.jobs.sheet.table import MappingRow

if TYPE_CHECKING:
    from sodasheet.model.job import Job

#: Header of the table -> field of MappingRow that is read from it.
READ = {
    "Sheet column": "sheet_column",
    "Dataset column": "dataset_column",
    "Match": "match",
    "If blank": "if_blank",
    "Format or constant": "format",
}
HEADERS = ("Sheet column", "Sample", "Dataset column", "Type", "Match", "If blank",
           "Format or constant", "Check")  # fmt: skip
TYPE = "Type"
REQUIRED = ("Sheet column", "Dataset column")
CHOICES = "Choices"
MEMORY = "SodaSheet job"

#: Cells from the top left that are looked at to see whether a sheet is a mapping sheet.
LOOK = (25, 12)


@dataclass(frozen=True, slots=True)
class Read:
    """Content of a mapping sheet: `rows` as they are, with the sheet's number of each."""

    values: Map[str, str]
    rows: tuple[MappingRow, ...]
    numbers: tuple[int, ...]
    memory: Job | None


def is_mapping(top: Snapshot) -> bool:
    """True if cells at the top left of a sheet, `LOOK` of them, are those of a mapping sheet."""
    return top.find(TITLE) is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of the parts of a mapping sheet; `heads` are the table's headers."""

    seen: Snapshot
    heads: Map[str, Spot]

    @staticmethod
    def of(seen: Snapshot, name: str) -> Layout:
        """The layout of the sheet `name`. Raises UsageProblem where its table is gone."""
        heads = seen.heads(REQUIRED, HEADERS)
        if not heads:
            raise UsageProblem(
                f'The sheet {name} has no table with "Sheet column" and "Dataset column" any more.',
                "Press Choose dataset to make a new mapping sheet.",
            )
        return Layout(seen, heads)

    @property
    def top(self) -> int:
        """The row of the table's headers."""
        return self.heads[REQUIRED[0]].row

    def read(self, bottom: int) -> Read:
        """Everything that stands on the sheet; the table ends in the row `bottom`."""
        rows, numbers = [], []
        for number in range(self.top + 1, bottom + 1):
            cells = {
                field: self.seen.text(number, self.heads[header].column)
                for header, field in READ.items()
                if header in self.heads
            }
            if any(cells.values()):
                rows.append(MappingRow(**cells))
                numbers.append(number)
        return Read(self._values(), tuple(rows), tuple(numbers), recalled(self.memory()))

    def label(self, label: str) -> Spot | None:
        """The label's cell above the table; words in the table are no labels."""
        return next((spot for spot in self.seen.all(label) if spot.row < self.top), None)

    def beside(self, label: Spot) -> Spot:
        """The cell of a label's value; behind the table lie lists that are nobody's value."""
        return self.seen.beside(label, LABELS, max(head.column for head in self.heads.values()))

    def memory(self) -> list[str]:
        """The texts in which the job is remembered."""
        spot = self.seen.find(MEMORY)
        if spot is None:
            return []
        columns = range(spot.column + 1, self.seen.right + 1)
        return [text for column in columns if (text := self.seen.text(spot.row, column))]

    def choices(self) -> list[str]:
        """The labels of the dataset's columns that the drop-down offers."""
        spot = self.seen.find(CHOICES)
        if spot is None:
            return []
        below = range(spot.row + 1, self.seen.bottom + 1)
        return [text for row in below if (text := self.seen.text(row, spot.column))]

    def types(self) -> dict[str, str]:
        """The cell under Type, by the cell under Dataset column."""
        if TYPE not in self.heads:
            return {}
        target, kind = self.heads[REQUIRED[1]].column, self.heads[TYPE].column
        below = range(self.top + 1, self.seen.bottom + 1)
        return {self.seen.text(row, target): self.seen.text(row, kind) for row in below}

    def _values(self) -> dict[str, str]:
        found = {}
        for label in LABELS:
            spot = self.label(label)
            if spot is not None:
                value = self.beside(spot)
                shown = (
                    share_words(self.seen.value(value.row, value.column))
                    if label == SHRINK
                    else None
                )
                found[label] = shown or self.seen.text(value.row, value.column)
        return found
