"""Reaching a file, and saying plainly why it cannot be reached."""

from __future__ import annotations

import errno
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import Cancelled, SourceError
from sodasheet.model.progress import Progress
from sodasheet.system.close_matches import nearby

#: Bytes read from the disk or the share at a time.
BLOCK = 2 * 1024 * 1024

#: Name of the error handler that marks what cannot be decoded.
MARK = "sodasheet.mark"

#: Windows system error codes (Microsoft, "System Error Codes").
_LOCKED = {32, 33}
_SHARE_GONE = {51, 53, 54, 55, 59, 64, 65, 67, 121, 1203, 1222, 1231, 1232}
_DISK_FULL = {39, 112}

_SHARE_ERRNOS = {
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EHOSTUNREACH,
    errno.EHOSTDOWN,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ENOTCONN,
    errno.ECONNRESET,
    errno.ECONNABORTED,
}


def source_problem(path: Path, error: OSError) -> SourceError:
    """The sentence for a file that the system does not let us read."""
    code = getattr(error, "winerror", None)
    if code in _DISK_FULL or error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    if code in _SHARE_GONE or error.errno in _SHARE_ERRNOS:
        return SourceError(
            f"The share that holds {path} cannot be reached.",
            "Check the network connection and the drive, then try again.",
        )
    if code in _LOCKED or error.errno in (errno.EAGAIN, errno.EBUSY):
        return SourceError(
            f"{path} is locked by another program.",
            "Close it in the program that has it open, then try again.",
        )
    return _local_problem(path, error)


def _local_problem(path: Path, error: OSError) -> SourceError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return _missing(path)
    if isinstance(error, IsADirectoryError):
        return folder_problem(path)
    if isinstance(error, PermissionError):
        return SourceError(
            f"You have no permission to read {path}.",
            "Ask its owner for the right to read it, or copy it to a folder of yours.",
        )
    return SourceError(
        f"{path} cannot be read: {error.strerror or error}.",
        "Check the file and the drive it lies on, then try again.",
    )


def _missing(path: Path) -> SourceError:
    if str(path).startswith(("\\\\", "//")):
        return SourceError(
            f"There is no file {path}, or its share cannot be reached.",
            "Check the name of the share and the network connection.",
        )
    near = nearby(path) or "; a relative one in a job counts from the job file"
    return SourceError(f"There is no file {path}.", f"Check the path{near}.")


def folder_problem(path: Path) -> SourceError:
    """The sentence for a path that leads to a folder."""
    return SourceError(f"{path} is a folder, not a file.", "Name the file inside it.")


def disk_full(path: Path) -> SourceError:
    """The sentence for a disk that has no room for the spool."""
    return SourceError(
        f"The disk is full: there is no room for the working copy of {path.name}.",
        "Free space on the drive of the temporary folder, then try again.",
    )


@contextmanager
def reaching(path: Path) -> Iterator[None]:
    """Turn the system's refusals into a SourceError about `path`."""
    try:
        yield
    except OSError as error:
        raise source_problem(path, error) from error


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size and time of a file: what shows that somebody wrote to it."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The stamp of a regular file; SourceError where it is a folder or a device."""
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise folder_problem(path)
        if not stat.S_ISREG(facts.st_mode):
            raise SourceError(f"{path} is a device, not a file.", "Name an ordinary file.")
        return cls(facts.st_size, facts.st_mtime_ns)

    def confirm(self, path: Path, read: int | None = None) -> None:
        """Raise SourceError where the file is no longer as it was, or `read` bytes are not all."""
        if Stamp.of(path) != self or (read is not None and read != self.size):
            raise changed(path)


def changed(path: Path) -> SourceError:
    """The sentence for a file that somebody writes to meanwhile."""
    return SourceError(
        f"{path} changed while it was read.",
        "Wait until the program that writes it is done, then try again.",
    )


def heed(progress: Progress, name: str) -> None:
    """Raise Cancelled where the user asked to stop."""
    if progress.stop:
        raise Cancelled(f"Stopped while reading {name}.", "Nothing was sent.")


class Metered(io.RawIOBase):
    """A file that tells how many bytes were taken from it, and stops when the user says so."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._left = path.stat().st_size
        self._progress = progress

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; the number of bytes.

        A file that grows while it is read would never end: it is a SourceError.
        """
        heed(self._progress, self._path.name)
        count = self._file.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise changed(self._path)
        self._progress.advance(count)
        return count

    def close(self) -> None:
        """Close the file as well."""
        self._file.close()
        super().close()


@contextmanager
def open_text(path: Path, codec: str, progress: Progress) -> Iterator[io.TextIOWrapper]:
    """The file as text with its line ends as they are; a bad byte becomes a lone surrogate."""
    with (
        io.BufferedReader(Metered(path, progress), BLOCK) as raw,
        io.TextIOWrapper(raw, encoding=codec, errors=MARK, newline="") as text,
    ):
        yield text
