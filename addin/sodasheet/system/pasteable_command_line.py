"""Command lines of this program, written so that they can be pasted into a shell."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NAME = "sodasheet"

#: Text that PowerShell 5.1, PowerShell 7 and cmd all read as one plain word.
_PLAIN_ON_WINDOWS = re.compile(r"[A-Za-z0-9_.:\\/+=-]+")


def command_line(arguments: Iterable[str]) -> str:
    """Return the command that runs this program with `arguments`, quoted for the system's shells.

    The program is `sodasheet` if the PATH leads to this installation, otherwise its real path.
    """
    program, *rest = _program()
    first = program_for_windows(program) if sys.platform == "win32" else shlex.quote(program)
    return " ".join([first, *map(quoted, [*rest, *arguments])])


def quoted(text: str) -> str:
    """Return an argument quoted for the system's shells."""
    return quoted_for_windows(text) if sys.platform == "win32" else shlex.quote(text)


def quoted_for_windows(text: str) -> str:
    r"""Return an argument that means the same in PowerShell 5.1 and 7 and in cmd.

    Both read double quotes. A backslash before the closing quote would escape it, so it is doubled.
    """
    if _PLAIN_ON_WINDOWS.fullmatch(text):
        return text
    body = re.sub(r'(\\*)"', r'\1\1\\"', text)
    trailing = len(body) - len(body.rstrip("\\"))
    return f'"{body}{chr(92) * trailing}"'


def program_for_windows(path: str) -> str:
    r"""Return a program's path for PowerShell and cmd alike: `C:\"Program Files"\sodasheet`.

    PowerShell prints a line that begins with a quote instead of running it, and its `&` is an
    error in cmd. Quotes inside a word are read by both.
    """
    if _PLAIN_ON_WINDOWS.fullmatch(path):
        return path
    parts = path.split("\\")
    return "\\".join(
        part if not part or _PLAIN_ON_WINDOWS.fullmatch(part) else f'"{part}"' for part in parts
    )


@cache
def _program() -> tuple[str, ...]:
    folder = Path(sys.executable).parent
    name = f"{NAME}.exe" if sys.platform == "win32" else NAME
    found = shutil.which(NAME)
    # Setup puts the program next to its Python folder.
    for ours in (folder / name, folder.parent / name):
        if found is not None and _same(Path(found), ours):
            return (NAME,)
        if ours.is_file():
            return (str(ours),)
    # pythonw has no terminal to answer on.
    interpreter = folder / "python.exe" if sys.platform == "win32" else Path(sys.executable)
    return (str(interpreter), "-m", NAME)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
