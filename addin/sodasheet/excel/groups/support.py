"""The ribbon's group Support."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.push.runs.run_folder import runs_folder
from sodasheet.system.paths import make_private

if TYPE_CHECKING:
    from sodasheet.excel.press import Press

_HELP = (
    "1. Go to the sheet with your data and press Choose dataset; paste the dataset's web address.\n"
    "2. Look at the mapping sheet. Choose another dataset column where it is wrong.\n"
    "3. Press Check data. Every finding names its row.\n"
    "4. Press Push. The result sheet says what became of every row.\n\n"
    "The manual: docs/how-to/workbook.md in the project."
)


def open_log(press: Press) -> None:
    """Show the folder with the record of every run."""
    folder = runs_folder()
    make_private(folder)
    if not _open(folder):
        press.dialogs.tell(f"The record of every run is in {folder}")


def help_me(press: Press) -> None:
    """How it is done, in a few lines."""
    press.dialogs.tell(_HELP)


def _open(folder: Path) -> bool:
    """Open a folder of our own in the system's file manager, where there is one."""
    if sys.platform == "win32":
        os.startfile(folder)  # noqa: S606 - a folder of our own
        return True
    if sys.platform == "darwin":
        return subprocess.run(["open", str(folder)], check=False).returncode == 0  # noqa: S603, S607
    return False
