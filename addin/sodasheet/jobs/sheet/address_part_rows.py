"""Convert between locations from parts of an address and rows of the table.

Each part has a separate row: the sheet column that holds it, the location column, and the part's
name under "Format or constant". A location filled from two coordinates only is a point. With
`geocode` in front of a part's name the portal looks up the addresses of the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.model.mapping import PlaceRule, place_of
from sodasheet.model.sheet_labels import COMPUTED, CONSTANT

if TYPE_CHECKING:
    from sodasheet.jobs.sheet.table_text import MappingRow

#: Parts that a point does not have; a column with such a part is a place.
_ADDRESS = frozenset({"address", "city", "state", "zip"})
_PARTS = _ADDRESS | {"latitude", "longitude"}
_GEOCODE = "geocode "
_LOOKED_UP = frozenset(f"{_GEOCODE}{part}" for part in (*_PARTS, "country"))
_TYPES = ("location", "")
#: Rows whose format cell contains text or a template; `city` there is not an address part.
_TEXTS = ("", CONSTANT, COMPUTED)


def place_parts(places: Sequence[PlaceRule]) -> list[tuple[str, str, str]]:
    """Return field, format and header of every part, in the order of the places."""
    return [
        (one.field, f"{_GEOCODE * one.geocode}{part}", header)
        for one in places
        for part, header in one.parts.items()
    ]


def place_fields(rows: Sequence[tuple[MappingRow, str, str]]) -> frozenset[str]:
    """Return the fields with a part of an address; rows come with field and data type."""
    return frozenset(
        field
        for row, field, kind in rows
        if field and names_part(row) and _makes_place(row.format.casefold(), kind)
    )


def _makes_place(part: str, kind: str) -> bool:
    """True if the part makes its column an address; the column has the data type `kind`."""
    return part in _LOOKED_UP or (part in _ADDRESS and kind in _TYPES)


def is_part(row: MappingRow, field: str, places: frozenset[str]) -> bool:
    """True if the row is a part of one of these places."""
    return field in places and names_part(row)


def names_part(row: MappingRow) -> bool:
    """True if the format of the row's column is a part of an address or a coordinate."""
    part = row.format.casefold()
    return part in _PARTS | _LOOKED_UP and row.sheet_column.casefold() not in _TEXTS


def places_of(rows: Sequence[tuple[int, str, str, str]]) -> tuple[list[PlaceRule], list[int]]:
    """Return the places of rows (number, field, format, header), and rows with a part twice."""
    found: dict[str, dict[str, str]] = {}
    looked_up: set[str] = set()
    twice = []
    for number, field, form, header in rows:
        part = form.removeprefix(_GEOCODE)
        if part != form:
            looked_up.add(field)
        parts = found.setdefault(field, {})
        if part in parts:
            twice.append(number)
        parts[part] = header
    places = [place_of(field, parts, geocode=field in looked_up) for field, parts in found.items()]
    return places, twice
