"""The ribbon's group Support."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.push.runs.journal import runs_folder
from sodasheet.system.folders import make_private

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press


def open_guide(press: Press) -> None:
    """Open the guide in the browser; if there is none, show where the guide is."""
    path = Path(str(resources.files("sodasheet.templates") / "guide.html"))
    if not webbrowser.open(path.as_uri()):
        press.dialogs.tell(f"No browser could be opened. The guide is in {path}")


def check_computer(press: Press) -> None:
    """Open the page that examines this computer; without windows, show the problems."""
    if press.dialogs.no_windows is None:
        from sodasheet.desk.open_desk_at_page import open_computer

        open_computer()
        return
    press.status("Checking this computer")
    press.dialogs.tell(_findings())


def _findings() -> str:
    from sodasheet.installer.doctor.examine import examine
    from sodasheet.installer.install_locations import Machine
    from sodasheet.system.windows_registry import WindowsRegistry

    checks = examine(Machine.current(), WindowsRegistry(), _store)
    wrong = [f"{one.name}: {one.text} {one.remedy}".strip() for one in checks if not one.ok]
    return "\n\n".join(wrong) or "Everything is in order on this computer."


def _store() -> str:
    from sodasheet.credentials.keychain import ATTENDED, store_in_use

    return f"are kept by {store_in_use(deadline=ATTENDED).name}"


def open_log(press: Press) -> None:
    """Open the folder with the record of every run."""
    folder = runs_folder()
    make_private(folder)
    if not _open(folder):
        press.dialogs.tell(f"The records of all runs are in {folder}")


def _open(folder: Path) -> bool:
    """Open one of our folders in the system's file manager; False if there is none."""
    if sys.platform == "win32":
        os.startfile(folder)  # noqa: S606 - a folder of our own
        return True
    if sys.platform == "darwin":
        return subprocess.run(["open", str(folder)], check=False).returncode == 0  # noqa: S603, S607
    return False
