"""Cells of a mapping sheet for a job and its dataset."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.jobs.sheet.cell_words import match_words
from sodasheet.jobs.sheet.quality_words import RuleCells
from sodasheet.jobs.sheet.sheet_layout import shown_empty
from sodasheet.jobs.sheet.table_text import Labels, MappingRow
from sodasheet.model.dataset import type_words
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import (
    CHECK,
    CLEANUP,
    COMPUTED,
    CONSTANT,
    DATASET_COLUMN,
    EMPTY_CELLS,
    FINDINGS,
    FORMAT,
    IGNORE,
    MATCH,
    NEEDED,
    OPTIONAL,
    RULES,
    SAMPLE,
    SHEET_COLUMN,
    TYPE,
    UNFILLED,
)
from sodasheet.wording import counted, first_listed

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job

#: Maximum characters of one value, and of all values, in the column Sample.
_VALUE, _ALL = 24, 40

#: Maximum rows for unfilled dataset columns, and names in the line above the table.
MOST_UNFILLED, _NAMES = 50, 5


@dataclass(frozen=True, slots=True)
class Unfilled:
    """An unfilled dataset column, with its rules in the words of a cell."""

    label: str
    name: str
    type: str
    required: bool
    rules: str = ""

    def line(self) -> dict[str, str]:
        """Return the column's row in the table, by header."""
        return {
            SHEET_COLUMN: UNFILLED, SAMPLE: "", DATASET_COLUMN: self.label,
            TYPE: type_words(self.type), MATCH: NEEDED if self.required else OPTIONAL,
            EMPTY_CELLS: "", FORMAT: "", CLEANUP: "", RULES: self.rules, CHECK: "",
            FINDINGS: "",
        }  # fmt: skip


def choices_of(dataset: Dataset) -> list[str]:
    """Return the choices in the drop-down of dataset columns."""
    return [IGNORE, *(column.label for column in dataset.fillable)]


def headers_list(headers: Sequence[str]) -> list[str]:
    """Return the choices in the drop-down of sheet columns."""
    return [CONSTANT, COMPUTED, UNFILLED, *headers]


def line_of(row: MappingRow, labels: Labels, samples: Map[str, Sequence[str]]) -> dict[str, str]:
    """Return a row's cells by header; the results of an earlier check are emptied."""
    fills = row.dataset_column not in ("", IGNORE)
    kind = labels.type(labels.field(row.dataset_column)) if fills else ""
    return {
        SHEET_COLUMN: row.sheet_column,
        SAMPLE: _sample(samples.get(row.sheet_column.removeprefix("\\"), [])),
        DATASET_COLUMN: row.dataset_column,
        TYPE: type_words(kind),
        MATCH: match_words(row.match),
        EMPTY_CELLS: shown_empty(row.if_blank),
        FORMAT: row.format,
        CLEANUP: row.cleanup or "",
        RULES: row.rules or "",
        CHECK: "",
        FINDINGS: "",
    }


def _sample(values: Sequence[str]) -> str:
    """Return as many values as fit into a cell, but at least the first."""
    cut = [value if len(value) <= _VALUE else f"{value[: _VALUE - 1]}…" for value in values]
    few = [value for at, value in enumerate(cut) if at == 0 or len(", ".join(cut[: at + 1])) < _ALL]
    return ", ".join(few)


def unfilled_of(job: Job, dataset: Dataset) -> list[Unfilled]:
    """Return the dataset columns that nothing fills, required columns first."""
    needed = job.method is not Method.REPLACE or dataset.row_identifier is not None
    rules = RuleCells.of(job.quality.rules, Labels(dataset.fillable)).words
    found = []
    for column in dataset.fillable:
        key = column.field == dataset.row_identifier
        if column.field in job.mapping.filled or (job.method is Method.DELETE and not key):
            continue
        required = key and needed
        own = rules.get(column.field, "")
        found.append(Unfilled(column.label, column.name, column.type, required, own))
    return sorted(found, key=lambda one: not one.required)


def unfilled_words(found: Sequence[Unfilled]) -> str:
    """Return the line next to "Not filled": required columns first, five names at most."""
    if not found:
        return "All dataset columns are filled."
    names = [f"{one.name} (required)" if one.required else one.name for one in found]
    count = counted(len(found), "dataset column")
    where = "It is" if len(found) == 1 else "They are"
    return f"{count}: {first_listed(names, _NAMES)}. {where} at the end of the table."
