"""The user's settings file: how the add-in learns which Python to start.

One line per setting, `"KEY","value"`, as VBA's Input statement reads it; lines of other keys are
the user's own and are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.installer.install_locations import MAC, WINDOWS, Machine

#: Characters that a Mac's shell accepts unquoted; xlwings' script puts no quotes around the path.
_PLAIN = re.compile(r"[A-Za-z0-9/._+@-]+")
_FOLDERS = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")


def written(machine: Machine) -> str:
    """The path of Python in the form of the settings file; raises SodaSheetError if impossible.

    On Windows a variable stands for a folder of the user: the file travels with a roaming profile
    to computers where that folder is another one, and a user name may have letters that Excel's
    macros cannot read from a file. The macros fill the variables in.
    """
    path = machine.excel_python
    if machine.office_python and not Path(path).is_file():
        raise SodaSheetError(
            f"The Python that your office configured for Excel does not exist: {path}",
            "Ask your IT department to correct the setting Interpreter, or to install that Python.",
        )
    if machine.system == MAC and not _PLAIN.fullmatch(path):
        raise _unreadable(path)
    for text in (*_shortened(machine), path):
        if '"' not in text and _fits(text, machine.encoding):
            return text
    raise _unreadable(path)


def enter(settings: Path, key: str, value: str, machine: Machine) -> bool:
    """Write one setting; False if already written. Raises OSError."""
    lines = _lines(settings)
    line = f'"{key}","{value}"'.encode(machine.encoding)
    if line in lines:
        return False
    _write(settings, [*_without(lines, key), line], machine)
    return True


def strike(settings: Path, key: str, machine: Machine) -> bool:
    """Remove one setting, and the file if no settings remain; False if missing."""
    lines = _lines(settings)
    rest = _without(lines, key)
    if rest == lines:
        return False
    if rest:
        _write(settings, rest, machine)
    else:
        settings.unlink()
    return True


def read(settings: Path, key: str, machine: Machine) -> str | None:
    """The value of a setting with Windows' variables filled in; None if missing."""
    pattern = re.compile(rf'"{re.escape(key)}","([^"]*)"\s*', re.IGNORECASE)
    for line in _lines(settings):
        if found := pattern.fullmatch(line.decode(machine.encoding, "replace")):
            return re.sub("%([^%]+)%", lambda name: machine.environ.get(name[1], name[0]), found[1])
    return None


def _shortened(machine: Machine) -> list[str]:
    """The path with a folder's variable instead of the folder."""
    if machine.system != WINDOWS:
        return []
    path = machine.excel_python
    folders = ((name, machine.environ.get(name, "").rstrip("\\/")) for name in _FOLDERS)
    return [
        f"%{name}%{path[len(folder) :]}"
        for name, folder in folders
        if folder and path.lower().startswith((f"{folder}\\".lower(), f"{folder}/".lower()))
    ]


def _fits(path: str, encoding: str) -> bool:
    try:
        return path.encode(encoding).decode(encoding) == path
    except UnicodeError:
        return False


def _lines(settings: Path) -> list[bytes]:
    try:
        return [line for line in settings.read_bytes().splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def _without(lines: list[bytes], key: str) -> list[bytes]:
    begin = f'"{key}",'.lower().encode()
    return [line for line in lines if not line.lower().startswith(begin)]


def _write(settings: Path, lines: list[bytes], machine: Machine) -> None:
    settings.parent.mkdir(parents=True, exist_ok=True)
    end = b"\r\n" if machine.system == WINDOWS else b"\n"
    settings.write_bytes(b"".join(line + end for line in lines))


def _unreadable(path: str) -> SodaSheetError:
    return SodaSheetError(
        f"The path of Python has characters that Excel cannot pass on: {path}",
        "Install SodaSheet in an environment whose path has only plain letters and no spaces, and "
        "run its own sodasheet addin install.",
    )
