"""Open the desk at one of its pages; returns at once, in a process that outlives the caller."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sodasheet.desk.server.openings import Opening, write_opening
from sodasheet.errors import SodaSheetError
from sodasheet.system.detached import start_detached
from sodasheet.system.interactive import attended

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task


def no_desk(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> SodaSheetError | None:
    """Return what keeps the desk from opening in this session, or None if it can be opened."""
    if not attended(environ):
        return SodaSheetError(
            "A window was about to open in an unattended run.",
            "Push unattended, which asks no questions.",
        )
    screen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if platform not in ("win32", "darwin") and not screen:
        return SodaSheetError(
            "There is no screen to open a window on.", "Use the command line instead."
        )
    return None


def open_home() -> None:
    """Open the first page. Raises SodaSheetError if no window can be opened here."""
    _open("/")


def open_sign_in(portal: str = "") -> None:
    """Open the page Sign in with a portal filled in. Raises SodaSheetError."""
    _open("/sign-in", small=True, portal=portal)


def open_task(task: Task) -> None:
    """Open the page of a task: its questions, its progress and its end. Raises SodaSheetError."""
    _open(f"/task/{task.id}", small=True)


def open_schedule(path: Path) -> None:
    """Open the page on which a saved job or workbook is scheduled. Raises SodaSheetError."""
    _open("/schedule/edit", path=str(path))


def open_history(run: str = "") -> None:
    """Open the list of runs, or one run in full. Raises SodaSheetError."""
    _open(f"/history/{run}" if run else "/history")


def open_settings() -> None:
    """Open the page Settings. Raises SodaSheetError."""
    _open("/settings")


def open_computer() -> None:
    """Open the page that says what this computer needs. Raises SodaSheetError."""
    _open("/computer")


def open_file(path: Path) -> None:
    """Open the page of a job file, a workbook or a file with rows. Raises SodaSheetError."""
    _open("/file", path=str(path))


def _open(page: str, *, small: bool = False, **query: str) -> None:
    if (hindrance := no_desk()) is not None:
        raise hindrance
    asked = urlencode({name: value for name, value in query.items() if value})
    opening = write_opening(Opening(f"{page}?{asked}" if asked else page, small=small))
    start_detached("sodasheet", "desk", "--opening", opening)
