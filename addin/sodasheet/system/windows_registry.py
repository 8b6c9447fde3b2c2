"""The Windows registry, read-only."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol


class Registry(Protocol):
    """Reads keys, whose names begin with HKLM or HKCU."""

    def value(self, key: str, name: str) -> str | None:
        """Return a value as text; None if missing."""

    def values(self, key: str) -> Mapping[str, str]:
        """Return all values of a key; binary values are read as UTF-16."""


class WindowsRegistry:
    """The registry of this computer; empty on other systems."""

    def value(self, key: str, name: str) -> str | None:
        """Return a value as text; None if missing."""
        found = {entry.casefold(): text for entry, text in self.values(key).items()}
        return found.get(name.casefold())

    def values(self, key: str) -> Mapping[str, str]:
        """Return all values of a key; binary values are read as UTF-16."""
        found: dict[str, str] = {}
        if sys.platform == "win32":
            import winreg

            root, _, path = key.partition("\\")
            hive = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[root]
            try:
                with winreg.OpenKey(hive, path) as opened:
                    for index in range(winreg.QueryInfoKey(opened)[1]):
                        name, data, _ = winreg.EnumValue(opened, index)
                        found[name] = _text(data)
            except OSError:
                return found
        return found


def _text(data: object) -> str:
    return data.decode("utf-16-le", "replace") if isinstance(data, bytes) else str(data)
