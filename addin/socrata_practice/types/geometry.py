"""Points, lines and polygons: GeoJSON objects and WKT in, GeoJSON kept."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from socrata_practice.types.scalars import MaltypedError

# Nesting depth of the coordinates.
DEPTHS = {
    "Point": 0,
    "LineString": 1,
    "MultiPoint": 1,
    "Polygon": 2,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_WKT = re.compile(r"\s*([A-Za-z]+)\s*(\(.*\))\s*", re.DOTALL)
_TOKEN = re.compile(r"\s*([(),]|[^\s(),]+)")
_DEEPEST = 8
_FARTHEST = 1_000_000_000


def _number(value: Any) -> int | float:
    known = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if not known or abs(value) > _FARTHEST:
        raise MaltypedError
    return int(value) if isinstance(value, int) else float(value)


def _coordinates(value: Any, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise MaltypedError
    if depth == 0:
        if len(value) not in (2, 3):
            raise MaltypedError
        return [_number(part) for part in value]
    return [_coordinates(part, depth - 1) for part in value]


def _check_shape(kind: str, coordinates: list[Any]) -> None:
    if kind == "LineString" and len(coordinates) < 2:
        raise MaltypedError
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise MaltypedError


def geometry(value: Any, kind: str) -> str:
    """Return the GeoJSON text of an object or a WKT string of the geometry `kind`."""
    if isinstance(value, str):
        value = _from_wkt(value)
    if not isinstance(value, dict) or value.get("type") != kind:
        raise MaltypedError
    coordinates = _coordinates(value.get("coordinates"), DEPTHS[kind])
    _check_shape(kind, coordinates)
    return json.dumps({"type": kind, "coordinates": coordinates}, separators=(",", ":"))


def geometry_csv(value: str, kind: str) -> str | None:
    """Return as `geometry` does; unreadable text silently becomes null (portal-api.md D)."""
    try:
        return geometry(json.loads(value) if value.startswith("{") else value, kind)
    except (ValueError, RecursionError):
        return None


def _from_wkt(text: str) -> dict[str, Any]:
    match = _WKT.fullmatch(text)
    kinds = {kind.upper(): kind for kind in DEPTHS}
    kind = kinds.get(match[1].upper()) if match else None
    if match is None or kind is None:
        raise MaltypedError
    tokens = _TOKEN.findall(match[2])
    parsed, end = _group(tokens, 0, 0)
    if end != len(tokens):
        raise MaltypedError
    if kind == "Point":
        parsed = parsed[0] if len(parsed) == 1 else None
    elif kind == "MultiPoint":  # both MULTIPOINT (1 2, 3 4) and MULTIPOINT ((1 2), (3 4)) are WKT
        parsed = [point[0] if isinstance(point[0], list) else point for point in parsed]
    return {"type": kind, "coordinates": parsed}


def _group(tokens: list[str], at: int, depth: int) -> tuple[Any, int]:
    """Return the list between one pair of parentheses, and its end."""
    if depth > _DEEPEST or at >= len(tokens) or tokens[at] != "(":
        raise MaltypedError
    members: list[Any] = []
    while tokens[at] != ")":
        at += 1  # past "(" or ","
        if at < len(tokens) and tokens[at] == "(":
            member, at = _group(tokens, at, depth + 1)
        else:
            member, at = _position(tokens, at)
        members.append(member)
        if at >= len(tokens) or tokens[at] not in ",)":
            raise MaltypedError
    return members, at + 1


def _position(tokens: list[str], at: int) -> tuple[list[int | float], int]:
    numbers: list[int | float] = []
    while at < len(tokens) and tokens[at] not in "(),":
        if len(tokens[at]) > 40 or not _NUMBER.fullmatch(tokens[at]):
            raise MaltypedError
        numbers.append(_wkt_number(tokens[at]))
        at += 1
    if not numbers:
        raise MaltypedError
    return numbers, at


def _wkt_number(token: str) -> int | float:
    return int(token) if token.lstrip("+-").isdigit() else float(token)


def wkt(geojson: dict[str, Any]) -> str:
    """Return the WKT of a stored geometry, as shown in CSV."""
    return f"{geojson['type'].upper()} {_wkt_list(geojson['coordinates'], geojson['type'])}"


def _wkt_list(value: list[Any], kind: str) -> str:
    if kind == "Point":
        return f"({_wkt_part(value)})"
    return f"({', '.join(_wkt_part(part) for part in value)})"


def _wkt_part(value: list[Any]) -> str:
    if value and isinstance(value[0], list):
        return f"({', '.join(_wkt_part(part) for part in value)})"
    return " ".join(str(part) for part in value)
