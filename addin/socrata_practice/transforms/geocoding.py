"""The function `geocode` of transforms (C.5), over a small table of addresses.

Nothing is looked up anywhere else, so that the same address gives the same point on every machine.
The streets are those of Practice City, which is nowhere; beside them stand the three addresses of
the vendor's own client test (socrata-py test/output_schema_test.py), which says where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from socrata_practice.transforms.cell_lists import (
    ConversionError,
    Node,
    TransformError,
    mapped,
)
from socrata_practice.types import object_values

#: Streets of Practice City, CT: longitude and latitude of number 1; each higher house number is a
#: little farther east, up to `_LAST`.
_STREETS = {
    "main st": (-72.7000, 41.7600),
    "oak ave": (-72.6980, 41.7620),
    "elm st": (-72.6960, 41.7640),
    "park rd": (-72.6940, 41.7660),
    "river dr": (-72.6920, 41.7680),
    "hill ln": (-72.6900, 41.7700),
    "mill way": (-72.6880, 41.7720),
    "bay ct": (-72.6860, 41.7740),
}
_CITY, _STATE, _ZIP = "practice city", "ct", "061"
_LAST = 400
_STEP = 0.0001

#: Whole addresses elsewhere: street, city and state.
_ELSEWHERE = {
    ("10028 ravenna ave ne", "seattle", "wa"): (-122.29939, 47.702105),
    ("1600 pennsylvania ave", "washington dc", "dc"): (-77.037458, 38.898771),
    ("6511 32nd ave nw", "seattle", "wa"): (-122.398373, 47.6762),
}

_SHORT = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct",
}  # fmt: skip
_HERE = frozenset({"", "us", "usa", "united states"})

_miss: ContextVar[str] = ContextVar("geocode_miss", default="error")


@contextmanager
def answering(miss: str) -> Iterator[None]:
    """Answer an address that is not found with an `error` or with `null`, within the block."""
    token = _miss.set(miss)
    try:
        yield
    finally:
        _miss.reset(token)


def geocode(arguments: list[Node]) -> Node:
    """Return a node that gives the point of an address, or the location of a location."""
    kinds = [argument.type for argument in arguments]
    if kinds == ["location"]:
        return mapped(_located, arguments, "location")
    if len(kinds) not in (4, 5) or {*kinds} - {"text", "null"}:
        given = ", ".join(kinds)
        raise TransformError(
            f"geocode takes (text, text, text, text) and maybe a country, got ({given})"
        )
    return mapped(_point, arguments, "point")


def _point(address: str, city: str, state: str, zip_code: str, country: str = "") -> str | None:
    found = _found(address, city, state, zip_code, country)
    if found is None:
        _miss_unless_null((address, city, state, zip_code))
        return None
    return json.dumps({"type": "Point", "coordinates": list(found)}, separators=(",", ":"))


def _located(value: str) -> str | None:
    parts = json.loads(value)
    human = json.loads(parts.get("human_address", "{}"))
    address, city, state, zip_code = (
        str(human.get(name) or "") for name in ("address", "city", "state", "zip")
    )
    found = _found(address, city, state, zip_code, "")
    if found is None:
        _miss_unless_null((address, city, state, zip_code))
        return None
    longitude, latitude = found
    return object_values.dump(parts | {"latitude": str(latitude), "longitude": str(longitude)})


def _miss_unless_null(parts: tuple[str, ...]) -> None:
    if _miss.get() == "null":
        return
    shown = ", ".join(part for part in parts if part)
    raise ConversionError(
        {
            "type": "geocode_failed",
            "english": f'Unable to find the address "{shown}"',
            "data": {"value": shown},
        }
    )


def _found(
    address: str, city: str, state: str, zip_code: str, country: str
) -> tuple[float, float] | None:
    """Return longitude and latitude of an address, or None."""
    street, town, region = _plain(address), _plain(city), _plain(state)
    if _plain(country) not in _HERE:
        return None
    if (street, town, region) in _ELSEWHERE:
        return _ELSEWHERE[street, town, region]
    number, _, name = street.partition(" ")
    start = _STREETS.get(name)
    if start is None or not number.isdecimal() or not 1 <= int(number) <= _LAST:
        return None
    code = _plain(zip_code)
    if town != _CITY or region not in ("", _STATE) or (code and not code.startswith(_ZIP)):
        return None
    return round(start[0] + (int(number) - 1) * _STEP, 4), start[1]


def _plain(text: str) -> str:
    words = text.casefold().replace(".", "").split()
    return " ".join(_SHORT.get(word, word) for word in words)
