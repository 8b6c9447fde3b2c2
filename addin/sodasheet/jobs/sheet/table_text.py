"""Rows of the mapping table as text, and lookup of their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.model.dataset import Column
from sodasheet.model.sheet_labels import COMPUTED, CONSTANT, UNFILLED


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A row of the table; the fields are its columns, in the job's own words.

    `cleanup` and `rules` are None on a sheet of an earlier version without such a column.
    """

    sheet_column: str = ""
    dataset_column: str = ""
    match: str = ""
    if_blank: str = ""
    format: str = ""
    cleanup: str | None = ""
    rules: str | None = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The dataset's columns by their labels in the drop-down: display name and field name."""

    columns: Sequence[Column]

    def label(self, field: str) -> str:
        """Return the label for a field; the field itself if the dataset has no such column."""
        column = next((one for one in self.columns if one.field == field), None)
        return column.label if column else field

    def field(self, text: str) -> str:
        """Return the field named by a label, a field name, or a display name that is unique."""
        for column in self.columns:
            if text in (column.label, column.field):
                return column.field
        named = [one.field for one in self.columns if one.name.casefold() == text.casefold()]
        return named[0] if len(named) == 1 else text.rpartition("·")[2].strip()

    @property
    def by_name(self) -> dict[str, str]:
        """Field names by display name; by field name if several columns have the display name."""
        folded = [column.name.casefold() for column in self.columns]
        return {
            column.name if folded.count(column.name.casefold()) == 1 else column.field: column.field
            for column in self.columns
        }

    def type(self, field: str) -> str:
        """Return the data type of a field; empty if the dataset has no such column."""
        return next((one.type for one in self.columns if one.field == field), "")


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a row of the table (0-based) that cannot be used unchanged."""

    row: int
    sentence: str


def escaped(header: str) -> str:
    """Return a header, with a backslash in front of words such as `(constant)`."""
    special = header.casefold() in (CONSTANT, COMPUTED, UNFILLED) or header.startswith("\\")
    return f"\\{header}" if special else header


def header_of(row: MappingRow) -> str:
    """Return the source header of the row."""
    return row.sheet_column.removeprefix("\\")
