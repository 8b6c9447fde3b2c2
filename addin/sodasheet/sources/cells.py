"""What a workbook's cell says as text, and which kinds of values its columns hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sodasheet.sources.spool import NativeCounts

#: Words that a spreadsheet shows instead of a value (Excel's error values, LibreOffice's Err:nnn).
_ERROR = re.compile(
    r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!"
    r"|CONNECT!|BUSY!|EXTERNAL!|PYTHON!|GETTING_DATA)|Err:\d{3}"
)

#: A duration as OpenDocument writes one that is longer than a day (ISO 8601).
_DURATION = re.compile(r"(-?)PT(\d+)H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")

#: From here on a whole number has more than the 15 digits that a spreadsheet keeps.
_LONG = 1e15


class Percent(float):
    """A number that its sheet shows as a percentage: 0.35 for 35 %."""

    __slots__ = ()


def is_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows where it has no value."""
    return text[:1] in ("#", "E") and _ERROR.fullmatch(text) is not None


def cell_text(value: object) -> str:
    """A value as python-calamine gives it, as text.

    Numbers without exponent and without trailing `.0`, with every digit that tells them from their
    neighbours; dates and times as ISO 8601; durations as hours, minutes and seconds.
    """
    return _TEXTS[type(value)](value)


def _number(value: float) -> str:
    if value.is_integer() and -_LONG < value < _LONG:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _datetime(value: dt.datetime) -> str:
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


@dataclass(slots=True)
class _Tally:
    text: int = 0
    number: int = 0
    boolean: int = 0
    date: int = 0
    blank: int = 0
    percent: int = 0
    long_numbers: int = 0
    first_number_row: int | None = None
    first_long_number_row: int | None = None

    def count_number(self, row: int, value: float) -> None:
        self.number += 1
        self.percent += isinstance(value, Percent)
        if self.first_number_row is None:
            self.first_number_row = row
        if value.is_integer() and abs(value) >= _LONG:
            self.long_numbers += 1
            if self.first_long_number_row is None:
                self.first_long_number_row = row


class Tallies:
    """Turns rows into text and counts, column by column, what their cells were."""

    def __init__(self, columns: int) -> None:
        self._tallies = [_Tally() for _ in range(columns)]

    def take(self, row: int, values: Sequence[object]) -> list[str]:
        """The texts of one row, all of its cells counted."""
        texts = []
        for tally, value in zip(self._tallies, values, strict=True):
            if value == "":
                tally.blank += 1
            elif isinstance(value, str):
                tally.text += 1
            elif isinstance(value, bool):
                tally.boolean += 1
            elif isinstance(value, int | float):
                tally.count_number(row, value if isinstance(value, float) else float(value))
            else:
                tally.date += 1
            texts.append(_TEXTS[type(value)](value))
        return texts

    def counts(self) -> tuple[NativeCounts, ...]:
        """What was counted, per column."""
        return tuple(
            NativeCounts(**{name: getattr(tally, name) for name in NativeCounts.__slots__})
            for tally in self._tallies
        )
