"""The generated launchd agent (launchd.plist(5))."""

from __future__ import annotations

import plistlib

import pytest

from sodasheet.schedules.backends.launchd import agent, shown
from sodasheet.schedules.recurrence import When, daily, hourly, weekly

from ..conftest import HOSTILE, START, schedule


@pytest.mark.parametrize("name", HOSTILE)
def test_the_agent_is_a_property_list_that_holds_the_command_as_it_is(name: str) -> None:
    written = plistlib.loads(plistlib.dumps(agent(schedule(name), START)))

    assert written["ProgramArguments"] == [START.program, *START.arguments]
    assert written["WorkingDirectory"] == START.folder
    assert written["Label"].startswith("sodasheet.")
    assert written["Label"].replace("-", "").replace(".", "").isalnum()


@pytest.mark.parametrize(
    ("when", "calendar"),
    [
        (daily("06:05"), {"Hour": 6, "Minute": 5}),
        (weekly("MON,SUN@18:30"), [{"Hour": 18, "Minute": 30, "Weekday": 1},
                                   {"Hour": 18, "Minute": 30, "Weekday": 0}]),
        (hourly("5"), {"Minute": 5}),
    ],
    ids=["daily", "weekly", "hourly"],
)  # fmt: skip
def test_days_are_numbered_from_sunday(when: When, calendar: object) -> None:
    assert agent(schedule(when=when), START)["StartCalendarInterval"] == calendar


def test_what_is_shown_is_what_is_written(own_home: object) -> None:
    assert plistlib.loads(shown(schedule("許可")).encode())["Label"].startswith("sodasheet.job-")
