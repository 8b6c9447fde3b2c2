"""Values in readable form, and the difference of two values in words."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sodasheet.jobs.sheet.times_in_words import date_words, moment_words
from sodasheet.model.dataset import AMOUNT_TYPES, DATE_TYPES, PLACE_TYPES
from sodasheet.wording import counted

EMPTY = "(empty)"

_CHECKBOX = {"true": "Yes", "false": "No"}
_SHAPES = {"line": "Line", "polygon": "Polygon", "multipoint": "Points", "multiline": "Lines",
           "multipolygon": "Polygons"}  # fmt: skip
_WKT_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.eE+-]+)\s+(-?[\d.eE+-]+)\s*\)", re.IGNORECASE)
_PAIR = re.compile(r"\(?\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)?")
_EARTH_KM = 6371.0
_SPACES = re.compile(r"\s+")


def shown_value(text: str | None, kind: str) -> str:
    """Return a value of the data type `kind` in readable form; text unchanged."""
    if text is None or text == "":
        return EMPTY
    if kind in DATE_TYPES:
        moment = _moment(text)
        return text if moment is None else _date(moment)
    if kind in AMOUNT_TYPES:
        number = _number(text)
        return text if number is None else f"{number:,f}"
    if kind == "checkbox":
        return _CHECKBOX.get(text.casefold(), text)
    if kind in PLACE_TYPES:
        place = _place(text)
        return text if place is None else f"{_short(place[0])}, {_short(place[1])}"
    if kind in _SHAPES:
        return _shape(text, kind)
    return text


def difference(old: str | None, new: str | None, kind: str) -> str:
    """Return how two values of the data type `kind` differ, in words; blank if obvious."""
    if not new:
        return "emptied"
    if not old:
        return "filled"
    if kind in DATE_TYPES:
        return _later(old, new)
    if kind in AMOUNT_TYPES:
        before, after = _number(old), _number(new)
        return f"{after - before:+,f}" if before is not None and after is not None else ""
    if kind == "checkbox":
        return f"{shown_value(old, kind)} to {shown_value(new, kind)}"
    if kind in PLACE_TYPES:
        return _apart(old, new)
    if kind in _SHAPES:
        return "shape differs"
    return _texts(old, new)


def _texts(old: str, new: str) -> str:
    if _SPACES.sub("", old) == _SPACES.sub("", new):
        return "only spaces differ"
    if old.casefold() == new.casefold():
        return "only capitals differ"
    if old.isdigit() and new.isdigit() and old != new and old.lstrip("0") == new.lstrip("0"):
        return "leading zero lost" if len(new) < len(old) else "leading zero added"
    return ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _date(moment: datetime) -> str:
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0) and moment.tzinfo is None
    return date_words(moment) if midnight else moment_words(moment)


def _later(old: str, new: str) -> str:
    before, after = _moment(old), _moment(new)
    if before is None or after is None or (before.tzinfo is None) != (after.tzinfo is None):
        return ""
    seconds = (after - before).total_seconds()
    side = "later" if seconds > 0 else "earlier"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if abs(seconds) >= size:
            return f"{counted(int(abs(seconds) // size), name)} {side}"
    return ""


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _place(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a point in any form that a portal writes."""
    if found := _WKT_POINT.fullmatch(text.strip()):
        return float(found[2]), float(found[1])
    if found := _PAIR.fullmatch(text.strip()):
        return float(found[1]), float(found[2])
    with suppress(ValueError, KeyError, TypeError, IndexError):
        body: Any = json.loads(text)
        if "coordinates" in body:
            return float(body["coordinates"][1]), float(body["coordinates"][0])
        return float(body["latitude"]), float(body["longitude"])
    return None


def _short(degrees: float) -> str:
    return f"{degrees:.5f}".rstrip("0").rstrip(".")


def _apart(old: str, new: str) -> str:
    before, after = _place(old), _place(new)
    if before is None or after is None:
        return ""
    one, two = [tuple(map(radians, place)) for place in (before, after)]
    half = sin((two[0] - one[0]) / 2) ** 2
    half += cos(one[0]) * cos(two[0]) * sin((two[1] - one[1]) / 2) ** 2
    distance = 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
    if distance < 1:
        return f"{distance * 1000:,.0f} m away"
    return f"{distance:,.1f} km away"


def _shape(text: str, kind: str) -> str:
    corners = len(re.findall(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[\s,]+-?\d+(?:\.\d+)?", text))
    name = _SHAPES[kind]
    return f"{name}, {counted(corners, 'corner')}" if corners else name
