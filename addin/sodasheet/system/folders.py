"""Folders on this computer: what is stored between runs, temporary folders, real paths.

Folders left behind by killed processes are found and removed.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def home() -> Path:
    """Return the folder of all data stored between runs; perhaps not yet created.

    `SODASHEET_HOME` overrides it (a portable install, a test); the default is in the operating
    system's data folder of the user.
    """
    if named := os.environ.get("SODASHEET_HOME"):
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("SodaSheet", appauthor=False)


def make_private(folder: Path) -> None:
    """Create one of our folders, with missing parents, for this user only.

    An existing folder keeps its permissions, which may have been widened on purpose. Raises
    OSError.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()


def real_path(path: Path) -> Path:
    """Return the absolute path without links; if they cannot be followed, the absolute path.

    `Path.resolve` passes over some refusals of Windows and raises others, such as that of a share
    that was lost a moment ago, or of a path longer than its buffer.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: circular links, before Python 3.13
        return Path(os.path.abspath(path))  # noqa: PTH100 - `absolute` leaves `..` where it is


def write_whole(path: Path, text: str) -> None:
    """Write one of our files atomically, for this user only.

    Raises OSError.
    """
    make_private(path.parent)
    number, draft = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


PREFIX = "sodasheet-"

#: A file that the process keeps locked; the system releases the lock when the process ends.
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
    # Checked first: a computer with many killed runs has thousands of recent folders.
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
