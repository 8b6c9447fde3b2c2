"""The functions whose names begin with to_, and the places made from numbers and texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sodasheet.practice.transforms.cells import Node, TransformError, failed, mapped
from sodasheet.practice.transforms.timestamps import fixed_reader, floating_reader
from sodasheet.practice.types import objects, scalars
from sodasheet.practice.types.geometry import DEPTHS, geometry
from sodasheet.practice.types.registry import TYPES
from sodasheet.practice.types.scalars import MaltypedError

Build = Callable[[list[Node]], Node]
# Which spellings beside "true", "1" and "0" are read is not documented: none are.
_CHECKED = {"true": 1, "1": 1, "false": 0, "0": 0}
_COMMA = frozenset(["de", "es", "it", "pt", "nl", "id", "da", "tr", "el"])
_SPACED = frozenset(["fr", "ru", "pl", "cs", "sv", "nb", "no", "fi", "uk", "hu", "sk", "bg"])
_PAIR = re.compile(r"\s*\(\s*([^,()\s]+)\s*,\s*([^,()\s]+)\s*\)\s*")


def _reading(read: Callable[[Any], Any], source: str, target: str) -> Callable[[Any], Any]:
    """A reader of values whose refusal is a conversion error."""

    def converted(value: Any) -> Any:
        try:
            found = read(value)
        except (MaltypedError, ValueError, RecursionError) as error:
            raise failed(value, source, target) from error
        if found is None:
            raise failed(value, source, target)
        return found

    return converted


def _by_source(target: str, readers: dict[str, Callable[[Any], Any]]) -> Build:
    """A conversion of one argument, by the type it has; a type to itself changes nothing."""

    def build(arguments: list[Node]) -> Node:
        if len(arguments) != 1:
            raise TransformError(f"A conversion to {target} takes one argument here")
        argument = arguments[0]
        if argument.type in (target, "null"):
            return Node(target, argument.run, argument.inputs, argument.fails,
                        plain_input=argument.plain_input)  # fmt: skip
        if argument.type not in readers:
            raise TransformError(f"There is no conversion from {argument.type} to {target}")
        return mapped(_reading(readers[argument.type], argument.type, target), [argument], target)

    return build


def _check(value: str) -> int | None:
    return _CHECKED.get(value)


def _json(value: str) -> str:
    return objects.json_csv(value)


def _shape(kind: str) -> Callable[[Any], Any]:
    def read(value: str) -> str:
        return geometry(json.loads(value) if value.startswith("{") else value, kind)

    return read


def _to_number(arguments: list[Node]) -> Node:
    if len(arguments) == 2:
        locale = _text_literal(arguments[1], "locale")
        return mapped(_reading(_local(locale), "text", "number"), arguments[:1], "number")
    plain = _by_source("number", {"text": scalars.number, "checkbox": str})
    return plain(arguments)


def _local(locale: str) -> Callable[[str], str]:
    language = re.split("[-_]", locale.lower())[0]
    group, mark = (".", ",") if language in _COMMA else (",", ".")
    if language in _SPACED:
        group, mark = r"[ \u00a0\u202f]", ","
    elif group == ".":
        group = r"\."
    grouped = re.compile(
        rf"([+-]?\d{{1,3}}(?:{group}\d{{3}})+|[+-]?\d+)((?:\{mark}\d+)?)", re.ASCII
    )

    def read(value: str) -> str:
        match = grouped.fullmatch(value)
        if match is None:
            raise MaltypedError
        whole = re.sub(r"[^\d+-]", "", match[1])
        return scalars.number(whole + match[2].replace(mark, "."))

    return read


def _text_literal(node: Node, what: str) -> str:
    if not node.is_literal or node.type != "text":
        raise TransformError(f"The {what} must be a text literal")
    return str(node.literal)


def _to_floating(arguments: list[Node]) -> Node:
    target = "calendar_date"
    if len(arguments) == 1:
        return _by_source(target, {"text": scalars.floating_csv})(arguments)
    first, second = _two(arguments, "to_floating_timestamp")
    if first.type == "date":
        zone = _zone(_text_literal(second, "time zone"))
        return mapped(lambda value: _in_zone(value, zone), [first], target)
    read = floating_reader(_text_literal(second, "format"))
    return mapped(_reading(read, "text", target), [_text(first)], target)


def _to_fixed(arguments: list[Node]) -> Node:
    if len(arguments) == 1:
        return _by_source("date", {"text": scalars.fixed})(arguments)
    first, second = _two(arguments, "to_fixed_timestamp")
    if first.type == "calendar_date":
        zone = _zone(_text_literal(second, "time zone"))
        return mapped(lambda value: _from_zone(value, zone), [first], "date")
    read = fixed_reader(_text_literal(second, "format"))
    return mapped(_reading(read, "text", "date"), [_text(first)], "date")


def _two(arguments: list[Node], name: str) -> tuple[Node, Node]:
    if len(arguments) != 2:
        raise TransformError(f"{name} takes one or two arguments")
    return arguments[0], arguments[1]


def _text(node: Node) -> Node:
    if node.type not in ("text", "null"):
        raise TransformError(f"Expected text, got {node.type}")
    return node


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise TransformError(f"Unknown time zone {name!r}") from error


def _in_zone(value: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="milliseconds")


def _from_zone(value: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(value).replace(tzinfo=zone).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


# --- to_text -------------------------------------------------------------------------------------


def _to_text(arguments: list[Node]) -> Node:
    names = [name for name, known in TYPES.items() if name != "text"]
    return _by_source("text", {name: TYPES[name].to_csv for name in names})(arguments)


# --- places --------------------------------------------------------------------------------------


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
    first, second = _two(arguments, "make_point")
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
        return objects.dump({"human_address": objects.dump(parts)})

    return mapped(made, [_text(argument) for argument in arguments], "location")


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


_SHAPES = {kind: {"LineString": "line", "MultiLineString": "multiline"}.get(kind, kind.lower())
           for kind in DEPTHS}  # fmt: skip

CONVERSIONS: dict[str, Build] = {
    "to_text": _to_text,
    "to_number": _to_number,
    "to_checkbox": _by_source("checkbox", {"text": _check}),
    "to_boolean": _by_source("checkbox", {"text": _check}),
    "to_floating_timestamp": _to_floating,
    "to_fixed_timestamp": _to_fixed,
    "to_url": _by_source("url", {"text": objects.url_csv}),
    "to_json": _by_source("json", {"text": _json}),
    "to_location": _by_source("location", {"text": objects.location_csv}),
    **{f"to_{name}": _by_source(name, {"text": _shape(kind)}) for kind, name in _SHAPES.items()},
    "make_point": _make_point,
    "parse_point": _by_source("point", {"text": _read_pair}),
    "make_location": _make_location,
    "location_to_point": _located(_spot, "point"),
    "location_to_address": _located(_address("address"), "text"),
    "location_to_city": _located(_address("city"), "text"),
    "location_to_state": _located(_address("state"), "text"),
    "location_to_zip": _located(_address("zip"), "text"),
}
_BY_KIND = {"text": "to_text", "number": "to_number", "boolean": "to_checkbox",
            "floating": "to_floating_timestamp", "fixed": "to_fixed_timestamp"}  # fmt: skip


def conversion_to(data_type: str) -> str | None:
    """The function that makes a text a value of a dataset's type; None where there is none."""
    kind = TYPES[data_type].kind
    name = _BY_KIND.get(kind, f"to_{data_type}")
    return name if name in CONVERSIONS and data_type != "photo" else None
