"""Schedule: a job, its recurrence, and the command for the system's scheduler."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.schedules.recurrence import When
from sodasheet.system.folders import home

_PLAIN = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_LONGEST = 100

#: Names that Windows reserves for devices: `con.json` is not a file there (Naming Files, MSDN).
_DEVICE = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Schedule of a job; `job` is the absolute path of the job's file.

    `minutes` is the time limit of a run, `only` the name of one job of the file, `in_excel` is True
    if Excel opens the workbook. `system` is the name of the scheduler.
    """

    name: str
    job: Path
    when: When
    minutes: float
    only: str | None = None
    in_excel: bool = False
    system: str = ""

    @property
    def slug(self) -> str:
        """Name for files, tasks and units; see `slug_of`."""
        return slug_of(self.name)


def slug_of(name: str) -> str:
    """Return a unique slug of letters, digits and hyphens for a name.

    Other characters of the name stay out of file names, commands and schedulers' files.
    """
    low = name.casefold()
    if _PLAIN.fullmatch(low) and not _DEVICE.fullmatch(low):
        return low
    words = re.sub("[^a-z0-9]+", "-", low).strip("-")[:30] or "job"
    return f"{words}-{hashlib.sha256(low.encode()).hexdigest()[:8]}"


def checked_name(name: str) -> str:
    """Return the name if valid. Raises UsageProblem."""
    text = " ".join(name.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise UsageProblem(
            "The name of the schedule is empty, too long or contains control characters.",
            f"Choose another name of at most {_LONGEST} characters.",
            (NextStep(Action.NAME_SCHEDULE),),
        )
    return text


@dataclass(frozen=True, slots=True)
class Start:
    """Program for a scheduler to start, with arguments and working folder.

    The command contains neither the job's path nor its name but the slug, by which they are looked
    up: no user's text is ever part of a command. `log` receives the program's output.
    """

    program: str
    arguments: tuple[str, ...]
    folder: str
    log: str


def start_of(slug: str) -> Start:
    """Return the command of a schedule on this computer.

    The working folder is ours, not the job's: Python imports nothing from it (-P), and a missing
    share does not keep the run from starting and reporting the problem. Raises UsageProblem for a
    path that schedulers cannot handle.
    """
    place = home().absolute()
    named = ("--home", str(place)) if os.environ.get("SODASHEET_HOME") else ()
    arguments = ("-P", "-m", "sodasheet", "run", "--schedule", slug, *named)
    log = str(place / "schedules" / f"{slug}.log")
    start = Start(_python(), arguments, str(place), log)
    for path in (start.program, start.folder):
        if not path.isprintable():
            raise UsageProblem(
                f"The path {path!r} has characters that schedulers cannot handle.",
                "Move that folder to a path with plain letters.",
            )
    return start


def _python() -> str:
    """Return the path of the interpreter; on Windows of pythonw, which opens no console window."""
    python = Path(sys.executable)
    silent = python.with_name("pythonw.exe")
    return str(silent if sys.platform == "win32" and silent.exists() else python)
