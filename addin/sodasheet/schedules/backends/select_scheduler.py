"""Selection of the scheduler of this system."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.schedules.backends import crontab, launchd, systemd, task_scheduler

#: Modules with NAME, shown, create, remove, present and run_now, which take a Schedule.
_ALL = {module.NAME: module for module in (task_scheduler, launchd, systemd, crontab)}


def system_here(job: Path) -> ModuleType:
    """Return the scheduler for a new schedule of `job`. Raises SodaSheetError if there is none.

    On Linux the user's systemd is used if it is running, because it catches up on missed runs;
    otherwise the crontab.
    """
    if sys.platform == "win32":
        return task_scheduler
    if sys.platform == "darwin":
        return launchd
    for module in (systemd, crontab):
        if module.usable():
            return module
    raise SodaSheetError(
        "No scheduler was found: neither a systemd user session nor a crontab.",
        "Start the job's unattended run yourself, with whatever program starts jobs on this "
        "computer.",
        (NextStep(Action.RUN_UNATTENDED, file=str(job)),),
    )


def system_of(name: str) -> ModuleType:
    """Return the scheduler of a stored schedule. Raises UsageProblem for an unknown name."""
    if name not in _ALL:
        raise UsageProblem(
            f'The schedule names an unknown scheduler, "{name}".',
            "Schedule the job again.",
        )
    return _ALL[name]
