"""Model of the Schedule page, and the schedule that its fields describe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sodasheet.desk.formatting.times import moment
from sodasheet.errors import UsageProblem
from sodasheet.schedules import schedule_store
from sodasheet.schedules.creation_and_removal import LIMIT, MACROS
from sodasheet.schedules.recurrence import When, daily, hourly
from sodasheet.schedules.schedule import Schedule, checked_name
from sodasheet.wording import counted, listed

HOURLY, DAILY, WEEKLY = "hourly", "daily", "weekly"
WORKING_DAYS = tuple(range(5))

#: The days by their names, Monday first.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class TypedSchedule:
    """Values of the fields; `days` are numbers from 0 (Monday).

    If `often` is hourly, only the `minute` counts.
    """

    name: str
    often: str = DAILY
    time: str = "06:00"
    minute: str = "15"
    days: tuple[int, ...] = WORKING_DAYS
    in_excel: bool = False

    @classmethod
    def from_form(cls, form: Mapping[str, Sequence[str]]) -> TypedSchedule:
        """Read the fields of the page."""

        def one(name: str, otherwise: str = "") -> str:
            return str((form.get(name) or [otherwise])[0])

        days = tuple(int(day) for day in form.get("day", ()) if day in "0123456" and len(day) == 1)
        often, time, minute = one("often", DAILY), one("time"), one("minute")
        return cls(one("name"), often, time, minute, days, one("way") == "excel")


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A workbook or job file and its existing schedules."""

    path: Path
    there: tuple[Schedule, ...] = ()

    @classmethod
    def of(cls, path: Path) -> Scheduled:
        """Look up what is scheduled for a path. Raises SodaSheetError."""
        return cls(path, tuple(one for one in schedule_store.schedules() if one.job == path))

    @property
    def macros(self) -> bool:
        """True if Excel could push the workbook by its own macro."""
        return self.path.suffix.lower() in MACROS

    @property
    def given(self) -> TypedSchedule:
        """Return the initial values of the fields."""
        if not self.there:
            return TypedSchedule(" ".join(self.path.stem.split()))
        one = self.there[0]
        when = one.when
        often = HOURLY if when.hourly else DAILY if when.daily else WEEKLY
        time = "06:00" if when.hourly else when.time
        days = WORKING_DAYS if when.daily or when.hourly else when.days
        return TypedSchedule(one.name, often, time, f"{when.minute:02}", days, one.in_excel)

    def wanted(self, typed: TypedSchedule) -> Schedule:
        """Return the schedule that the fields describe. Raises UsageProblem."""
        when = _when(typed)
        in_excel = typed.in_excel and self.macros
        # Another name would be a second schedule of the same file.
        name = self.there[0].name if self.there else checked_name(typed.name)
        return Schedule(name, self.path, when, LIMIT, in_excel=in_excel)


def when_words(when: When) -> str:
    """Return when something runs, such as `Mondays and Fridays at 6:00 AM`."""
    if when.hourly:
        minute = when.minute
        past = counted(minute, "minute")
        return f"every hour, {past} past" if minute else "every hour, on the hour"
    clock = f"{datetime(2000, 1, 1, when.hour, when.minute):%I:%M %p}".lstrip("0")
    if when.daily:
        return f"every day at {clock}"
    if when.days == WORKING_DAYS:
        return f"Monday to Friday at {clock}"
    return f"{listed([f'{DAYS[day]}s' for day in when.days])} at {clock}"


def next_words(when: When, now: datetime) -> str:
    """Return the next time that something runs, such as `tomorrow at 6:00 AM`."""
    return moment(when.after(now).astimezone(), now.astimezone())


def make_schedule(scheduled: Scheduled, typed: TypedSchedule) -> tuple[str, list[str]]:
    """Have the system run a job at fixed times.

    Returns a sentence that says when, and what would keep a run from pushing. Raises
    SodaSheetError.
    """
    from sodasheet.jobs.load_jobs import jobs_in
    from sodasheet.schedules.creation_and_removal import doubts, make

    wanted = scheduled.wanted(typed)
    jobs = jobs_in(wanted.job)
    made = make(wanted)
    told = when_words(made.when)
    following = next_words(made.when, datetime.now())
    return (
        f"{scheduled.path.name} is pushed {told}. Next: {following}.",
        [note.text for note in doubts(made.system, jobs)],
    )


def schedule_json(typed: TypedSchedule) -> dict[str, Any]:
    """Return the fields as JSON, to show them again with the typed values."""
    return {name: getattr(typed, name) for name in TypedSchedule.__slots__}


def _when(typed: TypedSchedule) -> When:
    if typed.often == HOURLY:
        return hourly(typed.minute)
    time = daily(typed.time)
    if typed.often == DAILY:
        return time
    if not typed.days:
        raise UsageProblem("No day is chosen.", "Choose the days on which the push runs.")
    return When(time.hour, time.minute, tuple(sorted(set(typed.days))))
