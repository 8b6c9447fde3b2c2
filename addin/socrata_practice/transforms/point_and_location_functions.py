"""Functions of transforms that build and split points and locations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from socrata_practice.transforms.argument_readers import Build, by_source, text_node, two
from socrata_practice.transforms.cell_lists import Node, TransformError, failed, mapped
from socrata_practice.transforms.geocoding import geocode
from socrata_practice.types import object_values
from socrata_practice.types.scalars import MaltypedError

_PAIR = re.compile(r"\s*\(\s*([^,()\s]+)\s*,\s*([^,()\s]+)\s*\)\s*")


def _degrees(value: str, most: int) -> float:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise MaltypedError from error
    if not number.is_finite() or abs(number) > most:
        raise MaltypedError
    return float(number)


def _point(latitude: str, longitude: str) -> str:
    try:
        coordinates = [_degrees(longitude, 180), _degrees(latitude, 90)]
    except MaltypedError as error:
        raise failed(f"({latitude}, {longitude})", "number", "point") from error
    return json.dumps({"type": "Point", "coordinates": coordinates}, separators=(",", ":"))


def _make_point(arguments: list[Node]) -> Node:
    first, second = two(arguments, "make_point")
    if {first.type, second.type} - {"number", "null"}:
        raise TransformError("make_point takes two numbers: latitude and longitude")
    return mapped(_point, [first, second], "point")


def _read_pair(value: str) -> str:
    match = _PAIR.fullmatch(value)
    if match is None:
        raise MaltypedError
    coordinates = [_degrees(match[2], 180), _degrees(match[1], 90)]
    return json.dumps({"type": "Point", "coordinates": coordinates}, separators=(",", ":"))


def _make_location(arguments: list[Node]) -> Node:
    if len(arguments) != 4:
        raise TransformError("make_location takes address, city, state and zip here")

    def made(address: str, city: str, state: str, zip_code: str) -> str:
        parts = {"address": address, "city": city, "state": state, "zip": zip_code}
        return object_values.dump({"human_address": object_values.dump(parts)})

    return mapped(made, [text_node(argument) for argument in arguments], "location")


def _located(read: Callable[[dict[str, Any]], Any], target: str) -> Build:
    def build(arguments: list[Node]) -> Node:
        if len(arguments) != 1 or arguments[0].type not in ("location", "null"):
            raise TransformError("Expected one location")
        return mapped(lambda value: read(json.loads(value)), arguments, target)

    return build


def _spot(parts: dict[str, Any]) -> str | None:
    return _point(parts["latitude"], parts["longitude"]) if "latitude" in parts else None


def _address(name: str) -> Callable[[dict[str, Any]], str | None]:
    return lambda parts: json.loads(parts.get("human_address", "{}")).get(name) or None


PLACES: dict[str, Build] = {
    "make_point": _make_point,
    "parse_point": by_source("point", {"text": _read_pair}),
    "make_location": _make_location,
    "geocode": geocode,
    "location_to_point": _located(_spot, "point"),
    "location_to_address": _located(_address("address"), "text"),
    "location_to_city": _located(_address("city"), "text"),
    "location_to_state": _located(_address("state"), "text"),
    "location_to_zip": _located(_address("zip"), "text"),
}
