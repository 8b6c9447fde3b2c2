"""Update frequency that a dataset declares, and when its data is late.

Portals let a publisher write the frequency as words in a separate field (`Update Frequency:
Daily`); data catalogs use ISO 8601 (`R/P1D`). A frequency that says nothing about time, such as
`As needed`, has no due date.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

#: Words of a frequency -> the longest time between two updates. The first match counts.
_PERIODS = (
    (r"real.?time|continu|near.?live|every minute|by the minute", _HOUR),
    (r"several times (a|per|each) day|multiple times (a|per) day|twice (a|per) day", _DAY),
    (r"hour", _HOUR),
    (r"week ?days?|business days?|working days?|monday (to|through|-) friday", 3 * _DAY),
    (r"bi-?weekly|fortnight", 14 * _DAY),
    (r"twice (a|per) week|semi-?weekly|(three|3|several) times (a|per) week", 4 * _DAY),
    (r"twice (a|per) month|semi-?monthly", 16 * _DAY),
    (r"bi-?monthly", 62 * _DAY),
    (r"twice (a|per) year|semi-?annual|bi-?annual|half.?year", 184 * _DAY),
    (r"(three|3) times (a|per) year|trimester", 123 * _DAY),
    (r"biennial", 731 * _DAY),
    (r"triennial", 1096 * _DAY),
    (r"decennial", 3653 * _DAY),
    (r"quarter", 92 * _DAY),
    (r"dail|every day|each day|\bday\b|nightly", _DAY),
    (r"week", 7 * _DAY),
    (r"month", 31 * _DAY),
    (r"annual|year", 366 * _DAY),
)
#: "Every 3 months": words for counts of a unit.
_COUNTS = {
    "other": 2,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
}
_EVERY = re.compile(
    rf"\bevery ([1-9]\d{{0,3}}|{'|'.join(_COUNTS)})"
    r"[ -](minute|hour|day|week|month|quarter|year)s?\b"
)
#: Days of a unit; for months and years, the maximum, in whole days.
_UNIT_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 92 / 3,
    "quarter": 92.0,
    "year": 365.25,
}

_NUMBER = r"(\d{1,5}(?:\.\d{1,9})?)"
_ISO = re.compile(
    rf"R/P(?=[\dT])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?.*)?"
)
_ISO_DAYS = (366.0, 31.0, 7.0, 1.0, 1 / 24)

#: Share by which periods of the same months may differ.
_ALIKE = 0.03

#: A publisher who is a little late is not late: a share of the period, at least a day.
_GRACE = 0.25


@dataclass(frozen=True, slots=True)
class StandardFrequency:
    """A frequency in catalog terms: ISO 8601, and the European Union's list of names."""

    period: timedelta
    iso: str
    eu_name: str


_STANDARD = (
    StandardFrequency(_HOUR, "R/PT1H", "HOURLY"),
    StandardFrequency(_DAY, "R/P1D", "DAILY"),
    StandardFrequency(7 * _DAY, "R/P1W", "WEEKLY"),
    StandardFrequency(14 * _DAY, "R/P2W", "BIWEEKLY"),
    StandardFrequency(31 * _DAY, "R/P1M", "MONTHLY"),
    StandardFrequency(62 * _DAY, "R/P2M", "BIMONTHLY"),
    StandardFrequency(92 * _DAY, "R/P3M", "QUARTERLY"),
    StandardFrequency(184 * _DAY, "R/P6M", "ANNUAL_2"),
    StandardFrequency(366 * _DAY, "R/P1Y", "ANNUAL"),
    StandardFrequency(731 * _DAY, "R/P2Y", "BIENNIAL"),
)


@dataclass(frozen=True, slots=True)
class DeclaredFrequency:
    """A declared frequency: its words, and the longest time between two updates."""

    words: str
    period: timedelta

    def is_like(self, period: timedelta) -> bool:
        """True if two periods are equal except for the varying lengths of months."""
        return abs(self.period - period) <= _ALIKE * period

    @property
    def standard(self) -> StandardFrequency | None:
        """The catalog term for the same period; None if there is none."""
        return next((one for one in _STANDARD if self.is_like(one.period)), None)

    def late_by(self, updated: datetime, now: datetime) -> timedelta | None:
        """Return how long the next update has been overdue; None unless late."""
        grace = max(self.period * _GRACE, _DAY)
        late = now - updated - self.period
        return late if late > grace else None


def parse_frequency(text: str) -> DeclaredFrequency | None:
    """Return the frequency declared in a string; None for words without a period."""
    words = " ".join(text.split())
    found = _ISO.fullmatch(words.upper())
    if found is not None:
        days = sum(
            float(part) * size for part, size in zip(found.groups(), _ISO_DAYS, strict=True) if part
        )
        return DeclaredFrequency(words, max(timedelta(days=days), _HOUR))
    low = words.casefold()
    if (counted := _EVERY.search(low)) is not None:
        return DeclaredFrequency(words, _period(*counted.groups()))
    period = next((period for pattern, period in _PERIODS if re.search(pattern, low)), None)
    return DeclaredFrequency(words, period) if period is not None else None


def _period(count: str, unit: str) -> timedelta:
    """Return the duration of a number of units."""
    days = (_COUNTS.get(count) or int(count)) * _UNIT_DAYS[unit]
    return max(timedelta(days=math.ceil(days) if days > 1 else days), _HOUR)


def is_frequency_field(name: str) -> bool:
    """True if a custom field with this name gives the update frequency."""
    return any(word in name.casefold() for word in ("frequency", "periodicity"))
