"""Paths of open workbooks, including workbooks that Excel opened from a web address.

xlwings would look for such a workbook in folders that a sheet of any open workbook may name, and
search whole synced folders while Excel waits. Here only the name that Excel itself gives is used,
and the list of synced libraries that OneDrive keeps in the registry.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    import xlwings

#: OneDrive writes a key here for each synced library: its address, and the folder of this computer.
_PROVIDERS = r"Software\SyncEngines\Providers\OneDrive"

#: The address and the folder of a synced library.
Mount = tuple[str, str]


def full_name(book: xlwings.Book) -> str:
    """Return the workbook's full name: a path, a web address, or an unsaved workbook's name."""
    api: Any = book.api
    with suppress(Exception):
        name = api.FullName
        if isinstance(name, str):
            return name
    with suppress(Exception):
        return str(book.impl.fullname)
    return str(book.name)


def path_of(book: xlwings.Book) -> str:
    """Return the workbook's path on this computer if any, else its full name."""
    name = full_name(book)
    if not is_address(name):
        return name
    path = local_path(name, mounts())
    return str(path) if path else name


def is_address(name: str) -> bool:
    """True if a full name is a web address, as for workbooks of SharePoint, Teams and OneDrive."""
    return name.casefold().startswith(("https://", "http://"))


def local_path(address: str, known: Iterable[Mount]) -> Path | None:
    """Return the synced file behind a web address; None if its library is not synced here.

    The library with the longest address that fits is taken. Only that one path is looked at.
    """
    plain = unquote(address)
    fitting = [(url, folder) for url, folder in known if plain.casefold().startswith(_prefix(url))]
    for url, folder in sorted(fitting, key=lambda mount: len(mount[0]), reverse=True):
        rest = [part for part in plain[len(_prefix(url)) :].split("/") if part]
        if not rest or any(part in (".", "..") or "\\" in part for part in rest):
            continue
        path = Path(folder, *rest)
        if path.is_file():
            return path
    return None


def _prefix(url: str) -> str:
    return unquote(url).casefold().rstrip("/") + "/"


def mounts() -> list[Mount]:
    """Return the libraries that OneDrive keeps synced for this user; empty except on Windows."""
    found: list[Mount] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PROVIDERS) as providers:
            for at in range(winreg.QueryInfoKey(providers)[0]):
                name = winreg.EnumKey(providers, at)
                with suppress(OSError), winreg.OpenKey(providers, name) as one:
                    url, _ = winreg.QueryValueEx(one, "UrlNamespace")
                    folder, _ = winreg.QueryValueEx(one, "MountPoint")
                    found.append((str(url), str(folder)))
    return found


def is_network_path(path: str) -> bool:
    """True if a path leads to another computer, such as `\\\\host\\share\\a.csv`."""
    return path.replace("/", "\\").startswith("\\\\")


def host_of_path(path: str) -> str:
    """Return the computer that a network path leads to."""
    return path.replace("/", "\\").lstrip("\\").partition("\\")[0].casefold()
