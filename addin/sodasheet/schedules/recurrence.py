"""Recurrence of a schedule: daily, on days of the week, or hourly, in local time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sodasheet.errors import UsageProblem
from sodasheet.wording import listed

#: Names of the days in text, Monday first as in datetime.weekday().
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

_MINUTE = re.compile(":?([0-5]?[0-9])")
_TIME = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class When:
    """Recurrence in local time; `days` are numbers from 0 (Monday) to 6, all seven for daily.

    `hourly` means every hour of every day at the minute; the hour is then ignored.
    """

    hour: int
    minute: int
    days: tuple[int, ...] = tuple(range(7))
    hourly: bool = False

    @property
    def daily(self) -> bool:
        """True if the job runs once every day."""
        return len(self.days) == 7 and not self.hourly

    @property
    def time(self) -> str:
        """Time of day, such as `06:00`."""
        return f"{self.hour:02}:{self.minute:02}"

    def __str__(self) -> str:
        """Return `daily at 06:00`, `weekly on MON and THU at 06:00` or `hourly at :15`."""
        if self.hourly:
            return f"hourly at :{self.minute:02}"
        if self.daily:
            return f"daily at {self.time}"
        return f"weekly on {listed(DAYS[day] for day in self.days)} at {self.time}"

    def after(self, now: datetime) -> datetime:
        """Return the next time after `now`, which is local and without a zone."""
        if self.hourly:
            this = now.replace(minute=self.minute, second=0, microsecond=0)
            return this if this > now else this + timedelta(hours=1)
        first = now.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        ahead = (first + timedelta(days=number) for number in range(8))
        return next(one for one in ahead if one > now and one.weekday() in self.days)


def daily(text: str) -> When:
    """Return the recurrence for a time such as `06:00`. Raises UsageProblem."""
    return When(*_time(text))


def weekly(text: str) -> When:
    """Return the recurrence for a string such as `MON,THU@06:00`. Raises UsageProblem."""
    names, sign, time = text.partition("@")
    known = [name.strip().upper() for name in names.split(",")]
    wrong = next((name for name in known if name not in DAYS), None)
    if not sign or wrong is not None:
        raise UsageProblem(
            f'"{text}" is not a list of days with a time.',
            f"Write days, @, and a time, such as MON,THU@06:00; the days are {listed(DAYS)}.",
        )
    return When(*_time(time), tuple(sorted({DAYS.index(name) for name in known})))


def hourly(text: str) -> When:
    """Return the recurrence for a minute such as `15` or `:15`. Raises UsageProblem."""
    found = _MINUTE.fullmatch(text.strip())
    if found is None:
        raise UsageProblem(f'"{text}" is not a minute of the hour.', "Write 0 to 59, such as 15.")
    return When(0, int(found[1]), hourly=True)


def _time(text: str) -> tuple[int, int]:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UsageProblem(f'"{text}" is not a time of day.', "Write it as 06:00 or 18:30.")
    return int(found[1]), int(found[2])
