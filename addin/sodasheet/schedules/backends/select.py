"""The scheduler of this system."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.schedules.backends import crontab, launchd, systemd, task_scheduler

#: Each is a module with NAME, shown, create, remove, present and run_now, all about a Schedule.
_ALL = {module.NAME: module for module in (task_scheduler, launchd, systemd, crontab)}


def system_here(job: Path) -> ModuleType:
    """Return the scheduler for a new schedule of `job`. Raises SodaSheetError if there is none.

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
    raise SodaSheetError(
        "No scheduler found: neither a systemd of your own nor a crontab.",
        "Start the job's unattended run yourself, from whatever starts programs here.",
        (NextStep(Action.RUN_UNATTENDED, file=str(job)),),
    )


def system_of(name: str) -> ModuleType:
    """The scheduler that has a schedule already. Raises UsageProblem for a name of none."""
    if name not in _ALL:
        raise UsageProblem(
            f'The schedule names the scheduler "{name}", which there is none of.',
            "Schedule the job again.",
        )
    return _ALL[name]
