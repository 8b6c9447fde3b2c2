"""File names that every system accepts."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import PureWindowsPath

#: Names that Windows reserves for devices, with any extension (Microsoft, "Naming Files, Paths, and
#: Namespaces").
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)

#: Characters that a file name can't contain on one system or another.
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")

#: Bytes of a name; systems take up to 255.
_LONGEST = 180


def file_name(name: str, default: str) -> str:
    """Return `name` without invalid characters, or `default` if nothing else is left.

    The name has no ending yet; a long name is cut, so that an ending and a number still fit.
    """
    clean = "".join(filter(str.isprintable, name.translate(_FORBIDDEN)))
    short = clean.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"{short}_" if is_device(short) else short or default


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return `name` or, if that is taken, the first free of `name (2)`, `name (3)`, …."""
    names = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(one for one in names if not is_taken(one))


def is_device(path: str | os.PathLike[str]) -> bool:
    """True if Windows would open a device under this name instead of a file."""
    return PureWindowsPath(path).name.partition(".")[0].rstrip(" ").upper() in _DEVICES
