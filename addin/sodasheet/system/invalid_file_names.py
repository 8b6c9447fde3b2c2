"""Invalid file names."""

from __future__ import annotations

import os
from pathlib import PureWindowsPath

#: Names that Windows reserves for devices, with any extension (Microsoft, "Naming Files, Paths, and
#: Namespaces").
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)


def is_device(path: str | os.PathLike[str]) -> bool:
    """True if Windows would open a device under this name instead of a file."""
    return PureWindowsPath(path).name.partition(".")[0].rstrip(" ").upper() in _DEVICES
