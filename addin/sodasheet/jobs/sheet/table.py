"""The cells of the mapping's table, as text, and what their words name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodasheet.model.column import Column

IGNORE = "(ignore)"
CONSTANT = "(constant)"

#: Stands under Match in a row whose sheet column the source no longer has; such a row says nothing.
GONE = "no longer in the source"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of the table, as text; the fields are its columns."""

    sheet_column: str = ""
    dataset_column: str = ""
    match: str = ""
    if_blank: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The dataset's columns by what stands in the drop-down: display name and field name."""

    columns: Sequence[Column]

    def label(self, field: str) -> str:
        """Return the drop-down entry of a field; the field itself if there is none."""
        column = next((one for one in self.columns if one.field == field), None)
        return column.label if column else field

    def field(self, text: str) -> str:
        """The field that is meant, by label, field name, or a display name that only one has."""
        for column in self.columns:
            if text in (column.label, column.field):
                return column.field
        named = [one.field for one in self.columns if one.name.casefold() == text.casefold()]
        return named[0] if len(named) == 1 else text.rpartition("·")[2].strip()

    def type(self, field: str) -> str:
        """The data type of a field; empty where the dataset has no such column."""
        return next((one.type for one in self.columns if one.field == field), "")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of one row of the table (0-based), in a sentence."""

    row: int
    sentence: str


def escaped(header: str) -> str:
    """A header that reads like one of our own words keeps apart from it by a backslash."""
    special = header.casefold() == CONSTANT or header.startswith("\\")
    return f"\\{header}" if special else header


def header_of(row: MappingRow) -> str:
    """The header of the source that the row is about."""
    return row.sheet_column.removeprefix("\\")
