"""Names that a file cannot have."""

from __future__ import annotations

import os
from pathlib import PureWindowsPath

#: Names that Windows keeps for devices, with any ending (Microsoft, "Naming Files, Paths, and
#: Namespaces").
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)


def is_device(path: str | os.PathLike[str]) -> bool:
    """True if Windows would open a device under this name, and write no file."""
    return PureWindowsPath(path).name.partition(".")[0].rstrip(" ").upper() in _DEVICES
