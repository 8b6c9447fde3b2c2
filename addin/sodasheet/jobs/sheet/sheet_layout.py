"""Layout of a mapping sheet, found by its labels, and its content."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot
from sodasheet.jobs.sheet.cell_words import empty_of, match_of, type_of
from sodasheet.jobs.sheet.labeled_settings_block import recalled
from sodasheet.jobs.sheet.settings_cells import share_words
from sodasheet.jobs.sheet.table_text import MappingRow
from sodasheet.model.sheet_labels import (
    CHOICES,
    CLEANUP,
    DATASET_COLUMN,
    EMPTIES,
    EMPTY_CELLS,
    FORMAT,
    MAPPING_HEADERS,
    MAPPING_LABELS,
    MAPPING_TITLE,
    MATCH,
    MEMORY,
    REQUIRED_HEADERS,
    RULES,
    SHEET_COLUMN,
    SHRINK,
    TYPE,
    UNFILLED,
)

if TYPE_CHECKING:
    from sodasheet.model.job import Job

#: Header of the table -> field of MappingRow with its value.
READ = {
    SHEET_COLUMN: "sheet_column",
    DATASET_COLUMN: "dataset_column",
    MATCH: "match",
    EMPTY_CELLS: "if_blank",
    FORMAT: "format",
    CLEANUP: "cleanup",
    RULES: "rules",
}

#: Size of the top left area in which the title of a mapping sheet is searched.
LOOK = (25, 12)


@dataclass(frozen=True, slots=True)
class MappingContent:
    """The content of a mapping sheet: `rows` in order, each with its row number on the sheet.

    `unfilled` are the numbers of rows for dataset columns that nothing fills; they are not rows,
    but their columns may have rules: `unfilled_rows`.
    """

    values: Map[str, str]
    rows: tuple[MappingRow, ...]
    numbers: tuple[int, ...]
    memory: Job | None
    unfilled: tuple[int, ...] = ()
    unfilled_rows: tuple[MappingRow, ...] = ()


def is_mapping(top: Snapshot) -> bool:
    """True if the top left cells of a sheet (`LOOK`) belong to a mapping sheet."""
    return top.find(MAPPING_TITLE) is not None


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The places of a mapping sheet's parts; `heads` are the table's headers."""

    seen: Snapshot
    heads: Map[str, Spot]

    @staticmethod
    def of(seen: Snapshot, name: str) -> SheetLayout:
        """Return the layout of the sheet `name`. Raises UsageProblem if its table is missing."""
        heads = seen.heads(REQUIRED_HEADERS, MAPPING_HEADERS)
        if not heads:
            raise UsageProblem(
                f"The table on the sheet {name} is incomplete: its headers"
                f' "{SHEET_COLUMN}" and "{DATASET_COLUMN}" are missing.',
                "Restore the headers, or delete the sheet and choose the dataset again.",
            )
        return SheetLayout(seen, heads)

    @property
    def top(self) -> int:
        """The row of the table's headers."""
        return self.heads[SHEET_COLUMN].row

    @property
    def right(self) -> int:
        """The table's last column."""
        return max(head.column for head in self.heads.values())

    def read(self, bottom: int) -> MappingContent:
        """Return the content of the sheet; the table ends in the row `bottom`."""
        rows, numbers, unfilled, idle = [], [], [], []
        for number in range(self.top + 1, bottom + 1):
            cells = {
                field: self.seen.text(number, self.heads[header].column)
                for header, field in READ.items()
                if header in self.heads
            }
            if cells["sheet_column"].casefold() == UNFILLED:
                unfilled.append(number)
                idle.append(_row(cells))
            elif any(cells.values()):
                rows.append(_row(cells))
                numbers.append(number)
        return MappingContent(
            self._values(),
            tuple(rows),
            tuple(numbers),
            recalled(self.memory()),
            tuple(unfilled),
            tuple(idle),
        )

    def label(self, label: str) -> Spot | None:
        """Return the label's cell above the table; words in the table are not labels."""
        return next((spot for spot in self.seen.all(label) if spot.row < self.top), None)

    def beside(self, label: Spot) -> Spot:
        """Return the cell of a label's value; lists right of the table are ignored."""
        return self.seen.beside(label, MAPPING_LABELS, self.right)

    def memory(self) -> list[str]:
        """Return the strings in which the job is stored."""
        spot = self.seen.find(MEMORY)
        if spot is None:
            return []
        columns = range(spot.column + 1, self.seen.right + 1)
        return [text for column in columns if (text := self.seen.text(spot.row, column))]

    def choices(self) -> list[str]:
        """Return the labels of the dataset's columns that the drop-down offers."""
        spot = self.seen.find(CHOICES)
        if spot is None:
            return []
        below = range(spot.row + 1, self.seen.bottom + 1)
        return [text for row in below if (text := self.seen.text(row, spot.column))]

    def types(self) -> dict[str, str]:
        """Return the data type of each dataset column in the table, by its label."""
        if TYPE not in self.heads:
            return {}
        target, kind = self.heads[DATASET_COLUMN].column, self.heads[TYPE].column
        below = range(self.top + 1, self.seen.bottom + 1)
        return {self.seen.text(row, target): type_of(self.seen.text(row, kind)) for row in below}

    def _values(self) -> dict[str, str]:
        found = {}
        for label in MAPPING_LABELS:
            spot = self.label(label)
            if spot is not None:
                value = self.beside(spot)
                raw = self.seen.value(value.row, value.column)
                shown = share_words(raw) if label == SHRINK else None
                found[label] = shown or self.seen.text(value.row, value.column)
        return found


def _row(cells: dict[str, str]) -> MappingRow:
    """Return the row in the job's words; unknown words stay for the check."""
    blank = empty_of(cells.get("if_blank", ""))
    return MappingRow(
        sheet_column=cells["sheet_column"],
        dataset_column=cells["dataset_column"],
        match=match_of(cells.get("match", "")),
        if_blank=blank.value if blank else cells.get("if_blank", ""),
        format=cells.get("format", ""),
        cleanup=cells.get("cleanup"),
        rules=cells.get("rules"),
    )


def shown_empty(words: str) -> str:
    """Return the sheet's word for the job's effect of empty cells."""
    blank = empty_of(words)
    return EMPTIES[blank] if blank else words
