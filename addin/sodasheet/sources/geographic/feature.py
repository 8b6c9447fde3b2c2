"""A feature of a geographic file: its properties, and its shape as WKT."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: GeoJSON type -> word of WKT, and how deep its coordinates are nested.
_WORDS = {
    "Point": ("POINT", 0),
    "MultiPoint": ("MULTIPOINT", 1),
    "LineString": ("LINESTRING", 1),
    "MultiLineString": ("MULTILINESTRING", 2),
    "Polygon": ("POLYGON", 2),
    "MultiPolygon": ("MULTIPOLYGON", 3),
}


#: Maximum digits before the decimal point, or zeros after it, for writing a number in digits.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: text by property, and its shape as WKT, or other text if unusable."""

    properties: Mapping[str, str]
    shape: str


def property_text(value: Any) -> str:
    """Return a property as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain_number)
    return str(value)


def shape_text(geometry: Any) -> str:
    """Return the WKT of a GeoJSON geometry; empty for none.

    A geometry of an unknown type, or with unusable coordinates, gives its own text, which the
    check reports with its row.
    """
    if not geometry:
        return ""
    if not isinstance(geometry, Mapping):
        return "no geometry"
    word, depth = _WORDS.get(str(geometry.get("type")), ("", 0))
    coordinates = geometry.get("coordinates")
    if not word or not coordinates:
        return str(geometry.get("type") or "no type")
    try:
        return f"{word} {_nested(coordinates, depth)}"
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return f"{geometry['type']} with unusable coordinates"


def number_text(value: float | Decimal) -> str:
    """Return a number in plain digits; with an exponent if there are hundreds of digits."""
    if isinstance(value, int):
        return str(value)
    plain = value if isinstance(value, Decimal) else Decimal(repr(value))
    if abs(plain.adjusted()) > _LONGEST:
        return str(plain)
    text = f"{plain:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _nested(coordinates: Sequence[Any], depth: int) -> str:
    if depth == 0:
        return f"({_pair(coordinates)})"
    if depth == 1:
        return f"({', '.join(_pair(one) for one in coordinates)})"
    return f"({', '.join(_nested(one, depth - 1) for one in coordinates)})"


def _pair(position: Sequence[Any]) -> str:
    longitude, latitude = position[0], position[1]
    if isinstance(longitude, str | bool) or isinstance(latitude, str | bool):
        raise TypeError(position)
    return f"{number_text(longitude)} {number_text(latitude)}"


def _plain_number(value: Any) -> Any:
    if abs(value.adjusted()) > _LONGEST:
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)
