"""A schedule: a job, when it runs, and the command that the system's scheduler is given."""

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
from sodasheet.system.paths import home

_PLAIN = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_LONGEST = 100

#: Names that Windows keeps for devices: `con.json` is no file there (Naming Files, MSDN).
_DEVICE = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """`name` is what people call it; `job` is the absolute path of the job's file.

    `minutes` is the time limit of a run, `only` the one job of the file that is meant, `in_excel`
    whether Excel is to open the workbook. `system` is the scheduler that has it.
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
        """The name as files, tasks and units may be called; see `slug_of`."""
        return slug_of(self.name)


def slug_of(name: str) -> str:
    """A name for machines: letters, digits and hyphens only, one for each name.

    Whatever else the name holds stays out of file names, commands and other people's syntax.
    """
    low = name.casefold()
    if _PLAIN.fullmatch(low) and not _DEVICE.fullmatch(low):
        return low
    words = re.sub("[^a-z0-9]+", "-", low).strip("-")[:30] or "job"
    return f"{words}-{hashlib.sha256(low.encode()).hexdigest()[:8]}"


def checked_name(name: str) -> str:
    """The name if it can be one. Raises UsageProblem."""
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
    """The program that a scheduler starts, with arguments and a folder.

    Neither the job's path nor its name is in it: those are looked up by the slug, so that nothing
    that somebody made up is ever part of a command. `log` takes what the program prints.
    """

    program: str
    arguments: tuple[str, ...]
    folder: str
    log: str


def start_of(slug: str) -> Start:
    """The command of a schedule on this computer.

    The folder is ours, not the job's: Python imports nothing from it (-P), and a share that is
    away does not keep the run from starting and telling so. Raises UsageProblem for a path that no
    scheduler can be given.
    """
    place = home().absolute()
    named = ("--home", str(place)) if os.environ.get("SODASHEET_HOME") else ()
    arguments = ("-P", "-m", "sodasheet", "run", "--schedule", slug, *named)
    log = str(place / "schedules" / f"{slug}.log")
    start = Start(_python(), arguments, str(place), log)
    for path in (start.program, start.folder):
        if not path.isprintable():
            raise UsageProblem(
                f"The path {path!r} has signs that cannot be handed to a scheduler.",
                "Move that folder to a path of plain letters.",
            )
    return start


def _python() -> str:
    """The interpreter; on Windows the one that opens no console window."""
    python = Path(sys.executable)
    silent = python.with_name("pythonw.exe")
    return str(silent if sys.platform == "win32" and silent.exists() else python)
