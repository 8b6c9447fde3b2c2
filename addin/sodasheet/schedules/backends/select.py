"""Which scheduler this system has."""

from __future__ import annotations

import shlex
import sys
from types import ModuleType

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.schedules.backends import crontab, launchd, systemd, task_scheduler
from sodasheet.schedules.schedule import start_of

#: Each is a module with NAME, shown, create, remove, present and run_now, all about a Schedule.
_ALL = {module.NAME: module for module in (task_scheduler, launchd, systemd, crontab)}


def system_here(slug: str) -> ModuleType:
    """The scheduler for a new schedule. Raises SodaSheetError with the command to be run by others.

    On Linux the user's own systemd is taken where it runs, as it catches up missed runs; else
    the crontab.
    """
    if sys.platform == "win32":
        return task_scheduler
    if sys.platform == "darwin":
        return launchd
    for module in (systemd, crontab):
        if module.usable():
            return module
    start = start_of(slug)
    raise SodaSheetError(
        "This system has neither a systemd of your own running nor a crontab.",
        "Have whatever starts programs here run sodasheet run JOB with"
        f" {shlex.quote(start.program)} -P -m sodasheet.",
    )


def system_of(name: str) -> ModuleType:
    """The scheduler that has a schedule already. Raises UsageProblem for a name of none."""
    if name not in _ALL:
        raise UsageProblem(
            f'The schedule names the scheduler "{name}", which there is none of.',
            "Schedule the job again.",
        )
    return _ALL[name]
