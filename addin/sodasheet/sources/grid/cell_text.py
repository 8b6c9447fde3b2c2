"""Text of a workbook's cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import cast

#: Error values that a spreadsheet shows (Excel's, and LibreOffice's Err:nnn).
ERROR = re.compile(
    r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!"
    r"|CONNECT!|BUSY!|EXTERNAL!|PYTHON!|GETTING_DATA)|Err:\d{3}"
)


#: A duration of more than a day, as OpenDocument writes it (ISO 8601).
_DURATION = re.compile(r"(-?)PT(\d+)H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")

#: From here on, a whole number has more than the 15 digits that a spreadsheet stores.
LONG = 1e15


class Percent(float):
    """A number formatted as a percentage: 0.35 for 35%."""

    __slots__ = ()


def is_error(text: str) -> bool:
    """True if the text is an error value of a spreadsheet."""
    return text[:1] in ("#", "E") and ERROR.fullmatch(text) is not None


def cell_text(value: object) -> str:
    """Return the text of a value that python-calamine read.

    Numbers have no exponent and no trailing `.0`, but every digit that distinguishes them from
    their neighbors; dates and times are ISO 8601, without a time at midnight; durations are hours,
    minutes and seconds.
    """
    return _TEXTS[type(value)](value)


def _number(value: float) -> str:
    if value.is_integer() and -LONG < value < LONG:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _datetime(value: dt.datetime) -> str:
    # A formula may leave a date off by a fraction of a second, which the sheet does not show.
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _time(value: dt.time) -> str:
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _duration(value: dt.timedelta) -> str:
    sign, rest = ("-", -value) if value < dt.timedelta(0) else ("", value)
    seconds = rest.days * 86400 + rest.seconds
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest.microseconds // 1000:03}" if rest.microseconds else text


def _string(value: str) -> str:
    if value.startswith(("PT", "-PT")) and (match := _DURATION.fullmatch(value)):
        sign, hours, minutes, seconds = match.groups()
        return f"{sign}{int(hours):02}:{int(minutes):02}:{int(seconds):02}"
    return value


_TEXTS: dict[type, Callable[..., str]] = {
    str: _string,
    float: _number,
    Percent: _number,
    int: str,
    bool: lambda value: "true" if value else "false",
    dt.date: dt.date.isoformat,
    dt.datetime: _datetime,
    dt.time: _time,
    dt.timedelta: _duration,
}


def cell_texts(values: Sequence[object]) -> Sequence[str]:
    """Return the strings of many cells, none of them blank.

    Cells of one kind are converted together: a sheet has millions of cells, and asking each for
    its kind would take most of the time.
    """
    kinds = set(map(type, values))
    together = _TOGETHER.get(kinds.pop()) if len(kinds) == 1 else None
    texts = together(values) if together is not None else None
    return [_TEXTS[type(value)](value) for value in values] if texts is None else texts


def may_hold_errors(values: Sequence[object]) -> bool:
    """True if the strings may contain an error value; False is certain."""
    kinds = set(map(type, values))
    if str not in kinds:
        return False
    only = cast("Sequence[str]", values) if len(kinds) == 1 else None
    texts = "\n".join(only or [value for value in values if isinstance(value, str)])
    return "#" in texts or "Err:" in texts


def _numbers(values: Sequence[float]) -> Sequence[str] | None:
    texts = "\n".join(map(float.__repr__, values)) + "\n"
    plain = texts.replace(".0\n", "\n")
    return None if "e" in plain or "-0\n" in plain else plain[:-1].split("\n")


def _strings(values: Sequence[str]) -> Sequence[str] | None:
    return None if "PT" in "\n".join(values) else values


def _datetimes(values: Sequence[dt.datetime]) -> Sequence[str] | None:
    texts = list(map(dt.datetime.isoformat, values))
    together = "".join(texts)
    return None if "." in together or "T00:00:00" in together else texts


_BOOLEANS = {True: "true", False: "false"}

#: Converters by kind; the result is None if a value needs the slower conversion.
_TOGETHER: dict[type, Callable[..., Sequence[str] | None]] = {
    str: _strings,
    float: _numbers,
    Percent: _numbers,
    bool: lambda values: list(map(_BOOLEANS.__getitem__, values)),
    dt.date: lambda values: list(map(dt.date.isoformat, values)),
    dt.datetime: _datetimes,
}
