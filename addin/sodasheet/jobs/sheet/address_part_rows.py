"""Convert between locations from parts of an address and rows of the table.

Each part has a row of its own: the sheet column that holds it, the location column, and the part's
name under "Format or constant". A location filled from two coordinates only is a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.model.mapping import PlaceRule
from sodasheet.model.sheet_labels import COMPUTED, CONSTANT

if TYPE_CHECKING:
    from sodasheet.jobs.sheet.table_text import MappingRow

#: Parts that a point does not have; a column with such a part is a place.
_ADDRESS = frozenset({"address", "city", "state", "zip"})
_PARTS = _ADDRESS | {"latitude", "longitude"}
_TYPES = ("location", "")
#: Rows whose format cell holds a text or a template; that text may be `city` without being a part.
_TEXTS = ("", CONSTANT, COMPUTED)


def place_parts(places: Sequence[PlaceRule]) -> list[tuple[str, str, str]]:
    """Return field, part and header of every part, in the order of the places."""
    return [(one.field, part, header) for one in places for part, header in one.parts.items()]


def place_fields(rows: Sequence[tuple[MappingRow, str, str]]) -> frozenset[str]:
    """Return the fields with a part of an address; rows come with field and data type."""
    return frozenset(
        field
        for row, field, kind in rows
        if field and kind in _TYPES and names_part(row) and row.format.casefold() in _ADDRESS
    )


def is_part(row: MappingRow, field: str, places: frozenset[str]) -> bool:
    """True if the row is a part of one of these places."""
    return field in places and names_part(row)


def names_part(row: MappingRow) -> bool:
    """True if the format of the row's column is a part of an address or a coordinate."""
    return row.format.casefold() in _PARTS and row.sheet_column.casefold() not in _TEXTS


def places_of(rows: Sequence[tuple[int, str, str, str]]) -> tuple[list[PlaceRule], list[int]]:
    """Return the places of rows (number, field, part, header), and rows with a part twice."""
    found: dict[str, dict[str, str]] = {}
    twice = []
    for number, field, part, header in rows:
        parts = found.setdefault(field, {})
        if part in parts:
            twice.append(number)
        parts[part] = header
    return [PlaceRule(field, **parts) for field, parts in found.items()], twice
