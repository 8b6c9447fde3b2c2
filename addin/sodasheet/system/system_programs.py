"""Programs of the operating system: their paths and their environment."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import PureWindowsPath


def system_program(name: str) -> str | None:
    """Return the path of a program of the operating system; None if there is none.

    Windows searches the working folder before its own (CreateProcess, Microsoft Learn), and that
    may be a share in which another user has placed a program of this name.
    """
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        name = str(PureWindowsPath(root) / "System32" / f"{name}.exe")
    return shutil.which(name)


def for_others() -> dict[str, str]:
    """Return the environment without our variables, some of which contain secrets."""
    return {name: text for name, text in os.environ.items() if not name.startswith("SODASHEET_")}
