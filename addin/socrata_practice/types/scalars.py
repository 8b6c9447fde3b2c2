"""Text, numbers, checkboxes and the two kinds of timestamp."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any


class MaltypedError(ValueError):
    """The value is not of the type; the caller knows the column and reports the error."""


_CANONICAL = re.compile(r"-?(?:[1-9][0-9]*|0)(?:\.[0-9]+)?", re.ASCII)
_PLAIN_LINES = re.compile(r"(?:(?:(?:-(?!0))?+(?:[1-9][0-9]*+|0)(?:\.[0-9]++)?+)?+\n)*+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?", re.ASCII)
_FLOATING = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?", re.ASCII
)
_ZONE = re.compile(r"(Z|([+-])(\d\d):?(\d\d))$", re.ASCII)
_US = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d) ([AP])M", re.ASCII)
_WIDEST_NUMBER = 1000
_WIDEST_PLAIN = 20  # characters
_LEADING = frozenset("123456789")
_STORED_MOMENT = len("2024-02-29T00:00:00.000")
_PLAIN_SCALE = 20


def clean_text(value: str) -> str:
    """Return the string as stored: without NUL, with U+FFFD for half a surrogate pair."""
    if "\x00" in value:
        value = value.replace("\x00", "")
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def text(value: Any) -> str:
    """Store a string, or a JSON number as its text."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise MaltypedError


def plain(number: Decimal) -> str:
    """Return a decimal in plain notation, up to a scale of 20 digits (portal-api.md B.9)."""
    if not number:
        number = abs(number)
    exponent = number.as_tuple().exponent
    wide = isinstance(exponent, int) and abs(exponent) > _PLAIN_SCALE
    return str(number) if wide else format(number, "f")


def number(value: Any) -> str:
    """Store a JSON number or decimal string with all digits and trailing zeros."""
    if isinstance(value, str):
        if (
            _CANONICAL.fullmatch(value)
            and not value.startswith("-0")
            and len(value) <= _WIDEST_PLAIN
        ):
            return value
        if not _NUMBER.fullmatch(value):
            raise MaltypedError
    elif isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise MaltypedError
    return plain(_bounded(value))


def are_plain(cells: list[str | None]) -> bool:
    """Return True if every cell is null or a number in the form in which numbers are stored.

    One match over all cells costs a fraction of one match for each.
    """
    texts = [cell or "" for cell in cells]
    if max(map(len, texts), default=0) > _WIDEST_PLAIN:
        return False
    lines = "\n".join(texts)
    return lines.count("\n") == len(cells) - 1 and _PLAIN_LINES.fullmatch(lines + "\n") is not None


def _bounded(value: str | int | Decimal) -> Decimal:
    try:
        found = Decimal(value)
    except InvalidOperation as error:
        raise MaltypedError from error
    if found and abs(found.adjusted()) > _WIDEST_NUMBER:
        raise MaltypedError
    return found


def number_key(value: Any) -> str:
    """Return equal strings for equal numbers in any notation: 1, 1.0 and 1.00."""
    if isinstance(value, str) and value[:1] in _LEADING and value.isdecimal() and value.isascii():
        significant = value.rstrip("0")  # most identifiers are whole numbers
        return f"{significant}e{len(value) - len(significant)}"
    sign, digits, exponent = Decimal(value).as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    short = written.rstrip("0")
    if not short or not isinstance(exponent, int):
        return "0"
    return f"{'-' if sign else ''}{short}e{exponent + len(written) - len(short)}"


def checkbox(value: Any) -> int:
    """Store true or false, also given as the lower-case words."""
    if value is True or value == "true":
        return 1
    if value is False or value == "false":
        return 0
    raise MaltypedError


def _moment(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, fraction = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    try:
        return datetime(
            *(int(year), int(month), int(day)),
            *(int(hour or 0), int(minute or 0), int(second or 0), micro),
        )
    except ValueError as error:
        raise MaltypedError from error


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def floating(value: Any) -> str:
    """Store a calendar date: ISO 8601 without a zone, to the millisecond."""
    if not isinstance(value, str):
        raise MaltypedError
    return _floating(value)


@lru_cache(maxsize=20_000)  # the same dates are repeated often in one body
def _floating(value: str) -> str:
    if len(value) == _STORED_MOMENT and _is_stored(value):
        return value
    match = _FLOATING.fullmatch(value)
    if match is None:
        raise MaltypedError
    return _iso(_moment(match))


def _is_stored(value: str) -> bool:
    """Return True if a calendar date is in the form in which calendar dates are stored."""
    try:
        return _iso(datetime.fromisoformat(value)) == value
    except ValueError:
        return False


def floating_csv(value: str) -> str:
    """Store as `floating` does, or from MM/dd/yyyy hh:mm AM, which CSV also allows."""
    match = _US.fullmatch(value) if "/" in value else None
    if match is None:
        return floating(value)
    month, day, year, hour, minute, half = match.groups()
    if not 1 <= int(hour) <= 12:
        raise MaltypedError
    clock = int(hour) % 12 + (12 if half == "P" else 0)
    return floating(f"{year}-{month}-{day}T{clock:02}:{minute}")


def fixed(value: Any) -> str:
    """Store a point in time: ISO 8601 with Z or an offset, UTC without either."""
    if not isinstance(value, str):
        raise MaltypedError
    zone = _ZONE.search(value) if "T" in value else None
    match = _FLOATING.fullmatch(value[: zone.start()] if zone else value)
    if match is None:
        raise MaltypedError
    moment = _moment(match).replace(tzinfo=_offset(zone))
    try:
        return _iso(moment.astimezone(UTC).replace(tzinfo=None)) + "Z"
    except OverflowError as error:
        raise MaltypedError from error


def _offset(zone: re.Match[str] | None) -> timezone:
    if zone is None or zone[1] == "Z":
        return UTC
    if int(zone[3]) > 23 or int(zone[4]) > 59:
        raise MaltypedError
    shift = timedelta(hours=int(zone[3]), minutes=int(zone[4]))
    return timezone(-shift if zone[2] == "-" else shift)
