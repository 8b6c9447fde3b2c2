"""Reading dates by a format of strftime-like tokens, as chrono knows them (C.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from socrata_practice.transforms.cell_lists import TransformError

_MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_COMPOSITES = {
    "D": "%m/%d/%y", "F": "%Y-%m-%d", "v": "%e-%b-%Y", "R": "%H:%M", "T": "%H:%M:%S",
    "X": "%H:%M:%S", "r": "%I:%M:%S %p", "x": "%m/%d/%y", "c": "%a %b %e %H:%M:%S %Y",
    "+": "%Y-%m-%dT%H:%M:%S%.f%:z",
}  # fmt: skip


def _words(words: list[str]) -> str:
    """Return a pattern for whole names or their first three letters."""
    return "|".join([*words, *(word[:3] for word in words)])


_ZONE = r"Z|[+-]\d\d:?\d\d"
_FIELDS = {
    "Y": ("year", r"[+-]?\d{4}"), "C": ("century", r"\d\d"), "y": ("short_year", r"\d\d"),
    "m": ("month", r"\d{1,2}"), "b": ("month_name", _words(_MONTHS)),
    "B": ("month_name", _words(_MONTHS)), "h": ("month_name", _words(_MONTHS)),
    "d": ("day", r"\d{1,2}"), "e": ("day", r"\d{1,2}"), "a": ("weekday", _words(_DAYS)),
    "A": ("weekday", _words(_DAYS)), "j": ("day_of_year", r"\d{1,3}"), "H": ("hour", r"\d{1,2}"),
    "k": ("hour", r"\d{1,2}"), "I": ("hour12", r"\d{1,2}"), "l": ("hour12", r"\d{1,2}"),
    "P": ("half", r"am|pm"), "p": ("half", r"am|pm"), "M": ("minute", r"\d{1,2}"),
    "S": ("second", r"\d{1,2}"), "f": ("nanos", r"\d{1,9}"), "z": ("zone", _ZONE),
    "s": ("epoch", r"-?\d{1,12}"),
}  # fmt: skip
_TOKEN = re.compile(r"%(\.\d?f|:z|.)|(\s+)|([^%\s]+)", re.DOTALL)
_PADDED = frozenset("ekl")


@dataclass(frozen=True)
class Format:
    """A compiled date format."""

    text: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> datetime | None:
        """Parse a string; naive unless the format has a zone, None if the text does not match."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        try:
            return _moment({k: v for k, v in match.groupdict().items() if v is not None})
        except (ValueError, OverflowError):
            return None


@lru_cache(maxsize=256)
def compiled(text: str) -> Format:
    """Compile a date format; raises TransformError for an unknown token."""
    seen: set[str] = set()
    return Format(text, re.compile(_pattern(text, seen), re.IGNORECASE | re.ASCII))


def _pattern(text: str, seen: set[str]) -> str:
    parts = []
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() != position:
            break
        position = match.end()
        parts.append(_part(match, seen, text))
    if position != len(text):
        raise TransformError(f"Bad date format {text!r}: it ends in the middle of a token")
    return "".join(parts)


def _part(match: re.Match[str], seen: set[str], text: str) -> str:
    sign, blank, literal = match.groups()
    if blank:
        return r"\s*"
    if literal:
        return re.escape(literal)
    if sign in ("%", "n", "t"):
        return "%" if sign == "%" else r"\s+"
    if sign in _COMPOSITES:
        return _pattern(_COMPOSITES[sign], seen)
    if sign.startswith("."):
        return rf"(?:\.{_group('f', seen)})" + ("" if sign[1:-1] else "?")
    sign = "z" if sign == ":z" else sign
    if sign not in _FIELDS:
        raise TransformError(f"Bad date format {text!r}: %{sign} is not a token")
    lead = r"\s*" if sign in _PADDED else ""
    return lead + _group(sign, seen)


def _group(token: str, seen: set[str]) -> str:
    name, pattern = _FIELDS[token]
    if name in seen:  # specified twice: only the first applies
        return f"(?:{pattern})"
    seen.add(name)
    return f"(?P<{name}>{pattern})"


def _moment(found: dict[str, str]) -> datetime:
    if "epoch" in found:
        return datetime.fromtimestamp(int(found["epoch"]), UTC)
    year = _year(found)
    hour, minute = _hour(found), int(found.get("minute", 0))
    second = int(found.get("second", 0))
    micro = int(found.get("nanos", "0").ljust(9, "0")[:6])
    if "day_of_year" in found:
        day = datetime(year, 1, 1) + timedelta(days=int(found["day_of_year"]) - 1)
        if day.year != year:
            raise ValueError
    else:
        day = datetime(year, _month(found), int(found.get("day", 1)))
    moment = day.replace(hour=hour, minute=minute, second=second, microsecond=micro)
    return moment.replace(tzinfo=_zone(found["zone"])) if "zone" in found else moment


def _year(found: dict[str, str]) -> int:
    if "year" in found:
        return int(found["year"])
    if "short_year" not in found:
        raise ValueError
    short = int(found["short_year"])
    if "century" in found:
        return int(found["century"]) * 100 + short
    return short + (2000 if short < 70 else 1900)  # POSIX, which chrono follows


def _month(found: dict[str, str]) -> int:
    if "month_name" in found:
        starts = [month[:3] for month in _MONTHS]
        return starts.index(found["month_name"].lower()[:3]) + 1
    return int(found.get("month", 1))


def _hour(found: dict[str, str]) -> int:
    if "hour12" not in found:
        return int(found.get("hour", 0))
    hour = int(found["hour12"])
    if not 1 <= hour <= 12:
        raise ValueError
    afternoon = found.get("half", "am").lower() == "pm"
    return hour % 12 + (12 if afternoon else 0)


def _zone(text: str) -> timezone:
    if text.upper() == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if text[0] == "-" else shift)


def floating_reader(text: str) -> Callable[[str], str | None]:
    """Return a function from text to a floating timestamp, or None, by a format."""
    wanted = compiled(text)

    @lru_cache(maxsize=20_000)
    def read(value: str) -> str | None:
        moment = wanted.read(value)
        return None if moment is None else _iso(moment.replace(tzinfo=None))

    return read


def fixed_reader(text: str) -> Callable[[str], str | None]:
    """Return a function from text to a fixed timestamp, or None; UTC without a zone."""
    wanted = compiled(text)

    @lru_cache(maxsize=20_000)
    def read(value: str) -> str | None:
        moment = wanted.read(value)
        if moment is None:
            return None
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return _iso(moment) + "Z"

    return read


def _iso(moment: Any) -> str:
    return str(moment.isoformat(timespec="milliseconds"))
