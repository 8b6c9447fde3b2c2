"""A window for a page: Edge or Chrome without tabs and address bar, else the default browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.system.detached_process import forget_when_ended

#: Names another program to open the address of a page; `none` opens nothing.
VARIABLE = "SODASHEET_BROWSER"

_LARGE, _SMALL = (1280, 860), (680, 640)

_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_LINUX = ("microsoft-edge", "google-chrome", "chromium", "chromium-browser")
_WINDOWS = (r"Microsoft\Edge\Application\msedge.exe", r"Google\Chrome\Application\chrome.exe")


def open_window(path: Path, *, small: bool) -> None:
    """Show a page in a separate window. Raises SodaSheetError if no browser starts."""
    address = path.as_uri()
    named = os.environ.get(VARIABLE, "")
    if named == "none":
        return
    if named:
        _start([named, address])
        return
    program = app_browser()
    if program is not None:
        width, height = _SMALL if small else _LARGE
        _start([str(program), f"--app={address}", f"--window-size={width},{height}"])
    elif not webbrowser.open(address):
        raise SodaSheetError(
            "No browser was found on this computer.",
            "Install Edge, Chrome or Firefox, then open the desk again.",
        )


def app_browser() -> Path | None:
    """Path of a browser that shows a page as a window, or None if there is none."""
    return next(_found(), None)


def _found() -> Iterator[Path]:
    if sys.platform == "win32":
        for name in _WINDOWS:
            for variable in ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA"):
                path = Path(os.environ.get(variable, "")) / name
                if path.is_absolute() and path.is_file():
                    yield path
    elif sys.platform == "darwin":
        for name in _MAC:
            for folder in (Path("/Applications"), Path.home() / "Applications"):
                if (folder / name).is_file():
                    yield folder / name
    else:
        for name in _LINUX:
            if found := shutil.which(name):
                yield Path(found)


def _start(command: list[str]) -> None:
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    try:
        process = subprocess.Popen(  # noqa: S603 - a browser that the user has, and a file of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            **options,
        )
    except OSError as error:
        raise SodaSheetError(
            f"{command[0]} can’t be started: {error.strerror or error}.",
            "Install Edge, Chrome or Firefox, then open the desk again.",
        ) from error
    forget_when_ended(process)
