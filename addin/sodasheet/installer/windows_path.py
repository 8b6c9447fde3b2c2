"""The PATH of a user or of the computer: `python -m sodasheet.installer.windows_path add FOLDER`.

Setup programs cut long values; here the value is read and written whole, with its type kept.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from sodasheet.errors import UsageProblem

_USER = "Environment"


def with_folder(path: str, folder: str) -> str:
    """Return a PATH with `folder` appended, unless present."""
    if any(_same(entry, folder) for entry in path.split(";")):
        return path
    return f"{path.rstrip(';')};{folder}" if path.strip(";") else folder


def without_folder(path: str, folder: str) -> str:
    """Return a PATH without `folder`; everything else stays unchanged."""
    return ";".join(entry for entry in path.split(";") if not _same(entry, folder))


def _same(entry: str, folder: str) -> bool:
    return entry.strip().strip('"').rstrip("\\").casefold() == folder.rstrip("\\").casefold()


def change(action: str, folder: str) -> None:
    """Add `folder` to this user's PATH or remove the folder. Raises OSError, UsageProblem."""
    if sys.platform == "win32":
        import winreg

        with winreg.CreateKeyEx(
            winreg.HKEY_CURRENT_USER, _USER, 0, winreg.KEY_READ | winreg.KEY_WRITE
        ) as key:
            before, kind = "", winreg.REG_EXPAND_SZ
            with suppress(FileNotFoundError):
                before, kind = winreg.QueryValueEx(key, "Path")
            after = {"add": with_folder, "remove": without_folder}[action](before, folder)
            if after == before:
                return
            if after:
                winreg.SetValueEx(key, "Path", 0, kind, after)
            else:
                winreg.DeleteValue(key, "Path")
        _announce()
    else:
        raise UsageProblem("Only Windows keeps a PATH like this.", "Change your shell's profile.")


def _announce() -> None:
    """Notify running programs, so that the next console has the new PATH."""
    if sys.platform == "win32":
        import ctypes

        everyone, setting_changed, if_hung = 0xFFFF, 0x1A, 0x2
        ctypes.windll.user32.SendMessageTimeoutW(
            everyone, setting_changed, 0, "Environment", if_hung, 1000, None
        )


if __name__ == "__main__":
    change(sys.argv[1], sys.argv[2])
