"""Folders of this computer as listed on a page, with the files that may contain rows or jobs."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_uppercase

from sodasheet.errors import UsageProblem

#: Files that are worth listing: rows, workbooks, jobs of SodaSheet and of DataSync.
ENDINGS = (
    ".csv", ".tsv", ".tab", ".txt", ".psv",
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods",
    ".geojson", ".kml", ".kmz", ".zip", ".shp",
    ".json", ".sij", ".gij",
)  # fmt: skip

#: How many entries of one folder are listed.
MOST = 500

#: Maximum characters of a path in a sentence.
_LONGEST = 300

_SHORTCUTS = ("Documents", "Desktop", "Downloads")


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A folder or a file; `size` and `changed` are set for files."""

    name: str
    path: str
    folder: bool
    size: int = 0
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder: the folder above, and its entries; `more` entries are left out."""

    path: str
    above: str
    entries: tuple[FolderEntry, ...]
    more: int


def typed_path(text: str) -> Path:
    """Return the path that a user typed or pasted, without the quotes that Explorer adds.

    Raises UsageProblem if it can't be a path.
    """
    plain = text.strip().strip('"').strip()
    if not plain or "\0" in plain:
        raise UsageProblem("No file was specified.", "Select one, or paste its path.")
    try:
        path = Path(plain).expanduser()
    except RuntimeError:  # ~name of a user who doesn't exist
        path = Path(plain)
    if not path.is_absolute():
        path = Path.home() / path
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"There’s no file or folder {readable(str(path))[:_LONGEST]}.",
            "Check the spelling, or choose it in the list.",
        ) from error
    # A pipe or a device is not a file that ends: reading it would wait forever.
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UsageProblem(
            f"{path.name} is neither a file nor a folder.", "Choose the file with the rows."
        )
    return path


def readable(name: str) -> str:
    """Return a file name for a page: undecodable bytes become question marks."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def listing(folder: Path) -> Listing:
    """List a folder. Raises UsageProblem if unreadable."""
    try:
        found = sorted(_entries(folder), key=lambda one: (not one.folder, one.name.casefold()))
    except OSError as error:
        raise UsageProblem(
            f"The folder {folder} can’t be read: {error.strerror or error}.",
            "Choose another folder.",
        ) from error
    above = str(folder.parent) if folder.parent != folder else ""
    return Listing(str(folder), above, tuple(found[:MOST]), max(len(found) - MOST, 0))


def shortcuts() -> list[tuple[str, str]]:
    """Return the folders that files usually are in, and the drives of Windows."""
    home = Path.home()
    places = [("Home folder", home), *((name, home / name) for name in _SHORTCUTS)]
    # Before Python 3.13, `Path.is_dir` raises for a folder on an unreachable share.
    found = [(name, str(path)) for name, path in places if os.path.isdir(path)]  # noqa: PTH112
    return [*found, *((f"Drive {letter}:", f"{letter}:\\") for letter in _drives())]


def _drives() -> list[str]:
    """Return the letters of the Windows drives, without opening any of them.

    A drive of a share that is gone, or a locked one, would take seconds or refuse.
    """
    present = 0
    if sys.platform == "win32":
        import ctypes

        present = ctypes.windll.kernel32.GetLogicalDrives()
    return [letter for bit, letter in enumerate(ascii_uppercase) if present >> bit & 1]


def _moment(seconds: float) -> datetime | None:
    """Return when a file was changed; None if the time on disk is not a valid date."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _entries(folder: Path) -> Iterator[FolderEntry]:
    with os.scandir(folder) as entries:
        for entry in entries:
            # A name that is not text can't be an address either.
            if entry.name.startswith((".", "~$")) or readable(entry.name) != entry.name:
                continue
            try:
                if entry.is_dir():
                    yield FolderEntry(entry.name, entry.path, folder=True)
                elif entry.is_file() and entry.name.lower().endswith(ENDINGS):
                    facts = entry.stat()
                    changed = _moment(facts.st_mtime)
                    yield FolderEntry(entry.name, entry.path, False, facts.st_size, changed)
            except OSError:
                continue
