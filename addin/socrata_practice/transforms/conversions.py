"""Conversion functions of transforms: functions named to_..., and the list of all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from socrata_practice.transforms.argument_readers import (
    Build,
    by_source,
    reading,
    text_literal,
    text_node,
    two,
)
from socrata_practice.transforms.cell_lists import Node, TransformError, mapped
from socrata_practice.transforms.point_and_location_functions import PLACES
from socrata_practice.transforms.timestamps import fixed_reader, floating_reader
from socrata_practice.types import object_values, scalars
from socrata_practice.types.geometry import DEPTHS, geometry
from socrata_practice.types.registry import TYPES
from socrata_practice.types.scalars import MaltypedError

# Which spellings other than "true", "1" and "0" are read is not documented: none are.
_CHECKED = {"true": 1, "1": 1, "false": 0, "0": 0}
_COMMA = frozenset(["de", "es", "it", "pt", "nl", "id", "da", "tr", "el"])
_SPACED = frozenset(["fr", "ru", "pl", "cs", "sv", "nb", "no", "fi", "uk", "hu", "sk", "bg"])


def _check(value: str) -> int | None:
    return _CHECKED.get(value)


def _json(value: str) -> str:
    return object_values.json_csv(value)


def _shape(kind: str) -> Callable[[Any], Any]:
    def read(value: str) -> str:
        return geometry(json.loads(value) if value.startswith("{") else value, kind)

    return read


def _to_number(arguments: list[Node]) -> Node:
    if len(arguments) == 2:
        locale = text_literal(arguments[1], "locale")
        return mapped(reading(_local(locale), "text", "number"), arguments[:1], "number")
    plain = by_source("number", {"text": scalars.number, "checkbox": str}, scalars.are_plain)
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


def _to_floating(arguments: list[Node]) -> Node:
    target = "calendar_date"
    if len(arguments) == 1:
        return by_source(target, {"text": scalars.floating_csv})(arguments)
    first, second = two(arguments, "to_floating_timestamp")
    if first.type == "date":
        zone = _zone(text_literal(second, "time zone"))
        return mapped(lambda value: _in_zone(value, zone), [first], target)
    read = floating_reader(text_literal(second, "format"))
    return mapped(reading(read, "text", target), [text_node(first)], target)


def _to_fixed(arguments: list[Node]) -> Node:
    if len(arguments) == 1:
        return by_source("date", {"text": scalars.fixed})(arguments)
    first, second = two(arguments, "to_fixed_timestamp")
    if first.type == "calendar_date":
        zone = _zone(text_literal(second, "time zone"))
        return mapped(lambda value: _from_zone(value, zone), [first], "date")
    read = fixed_reader(text_literal(second, "format"))
    return mapped(reading(read, "text", "date"), [text_node(first)], "date")


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
    return by_source("text", {name: TYPES[name].to_csv for name in names})(arguments)


_SHAPES = {kind: {"LineString": "line", "MultiLineString": "multiline"}.get(kind, kind.lower())
           for kind in DEPTHS}  # fmt: skip

CONVERSIONS: dict[str, Build] = {
    "to_text": _to_text,
    "to_number": _to_number,
    "to_checkbox": by_source("checkbox", {"text": _check}),
    "to_boolean": by_source("checkbox", {"text": _check}),
    "to_floating_timestamp": _to_floating,
    "to_fixed_timestamp": _to_fixed,
    "to_url": by_source("url", {"text": object_values.url_csv}),
    "to_json": by_source("json", {"text": _json}),
    "to_location": by_source("location", {"text": object_values.location_csv}),
    **{f"to_{name}": by_source(name, {"text": _shape(kind)}) for kind, name in _SHAPES.items()},
    **PLACES,
}
_BY_KIND = {"text": "to_text", "number": "to_number", "boolean": "to_checkbox",
            "floating": "to_floating_timestamp", "fixed": "to_fixed_timestamp"}  # fmt: skip


def conversion_to(data_type: str) -> str | None:
    """Return the function from text to a dataset's type; None if there is none."""
    kind = TYPES[data_type].kind
    name = _BY_KIND.get(kind, f"to_{data_type}")
    return name if name in CONVERSIONS and data_type != "photo" else None
