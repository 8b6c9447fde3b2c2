"""What the window Schedule says, and the schedule that its fields mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sodasheet.desktop.notice import Notice, Tone
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.schedules.create import HEADLESS, IN_EXCEL, LIMIT, MACROS, runs
from sodasheet.schedules.recurrence import When, daily, hourly
from sodasheet.schedules.schedule import Schedule, checked_name

#: The days as they stand in the window, Monday first.
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY, WORKING_DAYS = tuple(range(7)), tuple(range(5))


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields; `days` are numbers from 0 (Monday).

    Where it is `hourly` only the minutes of the time count.
    """

    name: str
    time: str
    days: tuple[int, ...] = EVERY_DAY
    in_excel: bool = False
    hourly: bool = False


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A workbook and the schedules that it has already."""

    path: Path
    there: tuple[Schedule, ...] = ()

    @property
    def macros(self) -> bool:
        """Whether Excel could push it by its own macro."""
        return self.path.suffix.lower() in MACROS

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is scheduled, and how it runs now."""
        now = "; ".join(f"{one.name} runs {one.when}" for one in self.there)
        known = (("Workbook", self.path.name), ("Folder", str(self.path.parent)))
        return (*known, ("Until now", now or "not scheduled"))

    @property
    def given(self) -> Typed:
        """What stands in the fields at first."""
        if not self.there:
            return Typed(" ".join(self.path.stem.split()), "06:00")
        one = self.there[0]
        hourly, minute = one.when.hourly, f":{one.when.minute:02}"
        time = minute if hourly else one.when.time
        return Typed(one.name, time, one.when.days, one.in_excel, hourly)

    def wanted(self, typed: Typed, system: str = "") -> Schedule:
        """The schedule that the fields mean. Raises UsageProblem."""
        when = _when(typed)
        name = checked_name(typed.name)
        in_excel = typed.in_excel and self.macros
        return Schedule(name, self.path, when, LIMIT, in_excel=in_excel, system=system)

    def foretold(self, typed: Typed, system: str, now: datetime) -> Notice:
        """What will be made, or what the fields do not say yet."""
        try:
            return Notice(runs(self.wanted(typed, system), now))
        except UsageProblem as error:
            return Notice(in_the_window(error), Tone.CARE)


def _when(typed: Typed) -> When:
    if typed.hourly:
        return hourly(typed.time.rpartition(":")[2])
    time = daily(typed.time)
    if not typed.days:
        raise UsageProblem("No day is chosen.", "Choose the days on which it is to run.")
    return When(time.hour, time.minute, typed.days)


def in_the_window(error: SodaSheetError) -> str:
    """What an error says to somebody who has a field for the name."""
    return str(error)


def way(in_excel: bool) -> str:
    """What the chosen way costs."""
    return IN_EXCEL if in_excel else HEADLESS
