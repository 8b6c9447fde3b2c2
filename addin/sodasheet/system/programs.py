"""Programs of the system: where they are, and what of our environment they are handed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import PureWindowsPath


def system_program(name: str) -> str | None:
    """The path of a program that comes with the system, None where there is none.

    Windows looks into the working folder before its own (CreateProcess, Microsoft Learn), and that
    may be a share where anybody can have put a program of this name.
    """
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        name = str(PureWindowsPath(root) / "System32" / f"{name}.exe")
    return shutil.which(name)


def for_others() -> dict[str, str]:
    """The environment without variables of ours, some of which hold secrets."""
    return {name: text for name, text in os.environ.items() if not name.startswith("SODASHEET_")}
