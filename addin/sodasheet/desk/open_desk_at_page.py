"""Entry point that other packages call to open the desk at a given page.

Each function returns at once; the desk's process outlives the caller. Each raises SodaSheetError if
no window can be opened here (`no_desk`).
"""

from __future__ import annotations

from pathlib import Path

from sodasheet.desk.server.open_windows import no_desk, open_page
from sodasheet.desk.tasks.task import Task

__all__ = [
    "no_desk",
    "open_columns",
    "open_computer",
    "open_file",
    "open_history",
    "open_home",
    "open_schedule",
    "open_settings",
    "open_sign_in",
    "open_task",
]


def open_home() -> None:
    """Open the first page."""
    open_page("/")


def open_sign_in(portal: str = "") -> None:
    """Open the Sign in page with a portal filled in."""
    open_page("/sign-in", small=True, portal=portal)


def open_task(task: Task) -> None:
    """Open the page of a task: its questions, its progress and its end."""
    open_page(f"/task/{task.id}", small=True)


def open_schedule(path: Path) -> None:
    """Open the page on which a saved job or workbook is scheduled."""
    open_page("/schedule/edit", path=str(path))


def open_history(run: str = "") -> None:
    """Open the list of runs, or one run in full."""
    open_page(f"/history/{run}" if run else "/history")


def open_settings() -> None:
    """Open the Settings page."""
    open_page("/settings")


def open_columns(portal: str, dataset: str, file: str = "", part: str = "") -> None:
    """Open the page with a dataset's columns, and the additional columns of a file or sheet."""
    open_page(f"/columns/{dataset}", portal=portal, file=file, part=part)


def open_computer() -> None:
    """Open the page that checks this computer."""
    open_page("/computer")


def open_file(path: Path) -> None:
    """Open the page of a job file, a workbook or a file with rows."""
    open_page("/file", path=str(path))
