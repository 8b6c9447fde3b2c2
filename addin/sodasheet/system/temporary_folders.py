"""Temporary folders, and removal of folders left behind by killed processes."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "sodasheet-"

#: A file that the process keeps locked while it lives; the system releases the lock at its end.
_ALIVE = "alive.lock"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Create a private temporary folder, and remove the folder at the end of the block."""
    from filelock import FileLock

    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, FileLock(Path(name) / _ALIVE):
        yield Path(name)


def abandoned(before: float) -> Iterator[Path]:
    """Yield temporary folders of ended processes that are older than `before`.

    `before` is in seconds since 1970. Only folders of this user count.
    """
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _ours(path) and _all_older(path, before) and not _held(path / _ALIVE):
            yield path


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder; unreadable files count as 0."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - fast
            except OSError:
                continue
    return total


def remove(folder: Path) -> int | None:
    """Remove a folder and return its bytes; None if anything remains."""
    held = size(folder)
    shutil.rmtree(folder, ignore_errors=True)
    return None if folder.exists() else held


def _ours(path: Path) -> bool:
    """True if the path is a folder, not a link, and belongs to this user."""
    try:
        facts = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == getattr(os, "getuid", lambda: 0)()


def _all_older(folder: Path, before: float) -> bool:
    """True if nothing was written in the folder since `before`, in seconds since 1970."""
    # Looked at first: a computer on which many runs were killed has thousands of young folders.
    if folder.lstat().st_mtime >= before:
        return False
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                if os.lstat(os.path.join(place, name)).st_mtime >= before:  # noqa: PTH118 - fast
                    return False
            except OSError:
                continue
    return True


def _held(path: Path) -> bool:
    """True if a running process holds the lock."""
    from filelock import FileLock, Timeout

    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except (Timeout, OSError):
        return True
