"""When a job is to run: every day, or on some days of the week, at a time of this computer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sodasheet.errors import UsageProblem

#: The days as they are written on the command line, Monday first as in datetime.weekday().
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

_TIME = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class When:
    """`days` are numbers from 0 (Monday) to 6, all seven of them for daily; times are local."""

    hour: int
    minute: int
    days: tuple[int, ...] = tuple(range(7))

    @property
    def daily(self) -> bool:
        """Whether it is every day."""
        return len(self.days) == 7

    @property
    def time(self) -> str:
        """`06:00`."""
        return f"{self.hour:02}:{self.minute:02}"

    def __str__(self) -> str:
        """`daily at 06:00`, `weekly on MON, THU at 06:00`."""
        if self.daily:
            return f"daily at {self.time}"
        return f"weekly on {', '.join(DAYS[day] for day in self.days)} at {self.time}"

    def after(self, now: datetime) -> datetime:
        """The next time after `now`, which is local and without a zone."""
        first = now.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        ahead = (first + timedelta(days=number) for number in range(8))
        return next(one for one in ahead if one > now and one.weekday() in self.days)


def daily(text: str) -> When:
    """`06:00`. Raises UsageProblem."""
    return When(*_time(text))


def weekly(text: str) -> When:
    """`MON,THU@06:00`. Raises UsageProblem."""
    names, sign, time = text.partition("@")
    known = [name.strip().upper() for name in names.split(",")]
    wrong = next((name for name in known if name not in DAYS), None)
    if not sign or wrong is not None:
        raise UsageProblem(
            f'"{text}" does not say on which days and when.',
            f"Write days, @ and a time, such as MON,THU@06:00; days are {', '.join(DAYS)}.",
        )
    return When(*_time(time), tuple(sorted({DAYS.index(name) for name in known})))


def _time(text: str) -> tuple[int, int]:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UsageProblem(f'"{text}" is no time of day.', "Write it as 06:00 or 18:30.")
    return int(found[1]), int(found[2])
