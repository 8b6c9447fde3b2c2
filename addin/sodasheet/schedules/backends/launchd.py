"""launchd of macOS: a user agent in ~/Library/LaunchAgents (launchd.plist(5))."""

from __future__ import annotations

import os
import plistlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.schedules.backends.scheduler_programs import call, demand
from sodasheet.schedules.schedule import Schedule, Start, start_of

NAME = "launchd"


def agent(schedule: Schedule, start: Start) -> dict[str, Any]:
    """Return the agent. Its arguments are a list, so nothing is quoted; Sunday is day 0."""
    time = {"Hour": schedule.when.hour, "Minute": schedule.when.minute}
    days: Any = [{**time, "Weekday": (day + 1) % 7} for day in schedule.when.days]
    calendar = time if schedule.when.daily else days
    if schedule.when.hourly:
        calendar = {"Minute": schedule.when.minute}
    return {
        "Label": _label(schedule),
        "ProgramArguments": [start.program, *start.arguments],
        "WorkingDirectory": start.folder,
        "StartCalendarInterval": calendar,
        "StandardOutPath": start.log,
        "StandardErrorPath": start.log,
        "ProcessType": "Background",
        "ExitTimeOut": 120,
    }


def shown(schedule: Schedule) -> str:
    """Return the property list for launchd."""
    return plistlib.dumps(agent(schedule, start_of(schedule.slug))).decode()


def create(schedule: Schedule) -> None:
    """Write the agent and load that agent into launchd. Raises SodaSheetError."""
    path = _path(schedule)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shown(schedule).encode())
    except OSError as error:
        raise SodaSheetError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Check the owner and the permissions of that folder.",
        ) from error
    call(["launchctl", "bootout", _target(schedule)])
    demand(["launchctl", "bootstrap", _domain(), str(path)])


def remove(schedule: Schedule) -> None:
    """Unload the agent and delete its file."""
    call(["launchctl", "bootout", _target(schedule)])
    with suppress(FileNotFoundError):
        _path(schedule).unlink()


def present(schedule: Schedule) -> bool:
    """True if launchd has loaded the agent."""
    return call(["launchctl", "print", _target(schedule)]).returncode == 0


def run_now(schedule: Schedule) -> None:
    """Start the agent through launchd. Raises SodaSheetError."""
    demand(["launchctl", "kickstart", _target(schedule)])


def _label(schedule: Schedule) -> str:
    return f"sodasheet.{schedule.slug}"


def _path(schedule: Schedule) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{_label(schedule)}.plist"


def _domain() -> str:
    """Return the user's login session, the only place with an open keychain."""
    return f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui/0"


def _target(schedule: Schedule) -> str:
    return f"{_domain()}/{_label(schedule)}"
