"""Source files: their type, and opening them with a plain reason for each failure."""

from __future__ import annotations

import errno
import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sodasheet.errors import Cancelled, SourceError
from sodasheet.model.progress import Progress
from sodasheet.system.similar_file_names import nearby
from sodasheet.system.windows_error_code import LOCKED, windows_error

#: Bytes read from the disk or the share at a time.
BLOCK = 2 * 1024 * 1024

#: Name of the error handler that marks undecodable bytes.
MARK = "sodasheet.mark"

#: Windows system error codes (Microsoft, "System Error Codes").
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
    """Return the error for a file that the system refuses to open."""
    code = windows_error(path, error)
    if code in _DISK_FULL or error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    if code in _SHARE_GONE or error.errno in _SHARE_ERRNOS:
        return SourceError(
            f"The network share of {path} cannot be reached.",
            "Check the network connection and the drive, then try again.",
        )
    if code in LOCKED or error.errno in (errno.EAGAIN, errno.EBUSY):
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
            f"You don't have permission to read {path}.",
            "Ask the owner for read access, or copy the file to one of your folders.",
        )
    return SourceError(
        f"{path} cannot be read: {error.strerror or error}.",
        "Check the file and its drive, then try again.",
    )


def _missing(path: Path) -> SourceError:
    if str(path).startswith(("\\\\", "//")):
        return SourceError(
            f"There is no file {path}, or its share cannot be reached.",
            "Check the name of the share and the network connection.",
        )
    near = nearby(path) or "; a relative path in a job starts at the job file's folder"
    return SourceError(f"There is no file {path}.", f"Check the path{near}.")


def folder_problem(path: Path) -> SourceError:
    """Return the error for a path that is a folder."""
    return SourceError(f"{path} is a folder, not a file.", "Choose a file inside it.")


def disk_full(path: Path) -> SourceError:
    """Return the error for a disk without space for the spool."""
    return SourceError(
        f"The disk is full: there is no space for the working copy of {path.name}.",
        "Free some space on the drive with the temporary folder, then try again.",
    )


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Convert system errors to a SourceError about `path`."""
    try:
        yield
    except OSError as error:
        raise source_problem(path, error) from error


@dataclass(frozen=True, slots=True)
class Stamp:
    """Facts about a file that reveal changes, or another file in its place.

    A program may set the modification time, but not the time at which it did so, which `touched` is
    on all systems but Windows.
    """

    size: int
    changed: int
    touched: int
    number: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the stamp of a regular file; raises SourceError for a folder or a device."""
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise folder_problem(path)
        if not stat.S_ISREG(facts.st_mode):
            raise SourceError(f"{path} is a device, not a file.", "Choose an ordinary file.")
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)

    def confirm(self, path: Path, read: int | None = None) -> None:
        """Raise SourceError if the file has changed, or if `read` is not its whole size."""
        if Stamp.of(path) != self or (read is not None and read != self.size):
            raise changed(path)


def changed(path: Path) -> SourceError:
    """Return the error for a file that another program writes to while it is read."""
    return SourceError(
        f"{path} changed while being read.",
        "Wait until the program that writes the file is done, then try again.",
    )


def raise_if_cancelled(progress: Progress, name: str) -> None:
    """Raise Cancelled if the user asked to stop."""
    if progress.stop:
        raise Cancelled(f"Stopped while reading {name}.", "Nothing was sent.")


class Metered(io.RawIOBase):
    """A file that reports the bytes read as progress, if any is shown, and stops on request."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._left = path.stat().st_size
        self._progress = progress

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` and return the number of bytes.

        Raises SourceError for a file that grows while being read, which might never end.
        """
        if self._progress is not None:
            raise_if_cancelled(self._progress, self._path.name)
        count = self._file.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise changed(self._path)
        if self._progress is not None:
            self._progress.advance(count)
        return count

    def close(self) -> None:
        """Close the underlying file too."""
        self._file.close()
        super().close()


@contextmanager
def open_text(
    path: Path, codec: str, progress: Progress | None = None
) -> Iterator[io.TextIOWrapper]:
    """Open the file as text with its own line ends; a bad byte becomes a lone surrogate.

    Without `progress` nothing is shown, as for the few first records.
    """
    with (
        io.BufferedReader(Metered(path, progress), BLOCK) as raw,
        io.TextIOWrapper(raw, encoding=codec, errors=MARK, newline="") as text,
    ):
        yield text


_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: First bytes of files that are often chosen by mistake, and their types.
_OTHERS = (
    (b"%PDF-", "a PDF document", "Export the data as CSV or as a workbook instead."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first and choose the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first and choose the file inside."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first and choose the file inside."),
    (b"PAR1", "a Parquet file", "Export the data as CSV instead."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table as CSV instead."),
    (b"\x89PNG", "a picture", "Choose the file with the data."),
    (b"\xff\xd8\xff", "a picture", "Choose the file with the data."),
)

#: Extensions of geographic files.
GEOGRAPHIC = (".geojson", ".kml", ".kmz", ".zip", ".shp")


class FileType(StrEnum):
    """Types of file that can be read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def file_type(path: Path) -> FileType:
    """Return the type of a file from its first bytes and, in a zip archive, its list of members.

    Raises SourceError if the file is neither a workbook nor text that could be delimited, OSError
    if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(2048)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _zipped(path)
    if head.startswith(_OLE):
        return FileType.WORKBOOK
    for magic, what, remedy in _OTHERS:
        if head.startswith(magic):
            raise SourceError(f"{path.name} is {what}, not a delimited file or a workbook.", remedy)
    _refuse_markup(path, head)
    return FileType.TEXT


def _zipped(path: Path) -> FileType:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise damaged(path) from error
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return FileType.WORKBOOK
    if any(name.lower().startswith("xl/") for name in names):
        return FileType.WORKBOOK
    what = "a Word document" if "word/document.xml" in names else "a zip archive"
    raise SourceError(
        f"{path.name} is {what}, not a workbook.",
        "Choose the workbook or the CSV file itself; unpack an archive first.",
    )


def damaged(path: Path) -> SourceError:
    """Return the error for a workbook that cannot be parsed."""
    return SourceError(
        f"The workbook {path.name} is damaged or incomplete.",
        "Open and save it in a spreadsheet program, or copy the file again.",
    )


def _refuse_markup(path: Path, head: bytes) -> None:
    text = head.decode("utf-8-sig", "replace").lstrip().lower()
    if text.startswith(("<!doctype html", "<html", "<table", "<head", "<meta")):
        raise SourceError(
            f"{path.name} is a web page, not a workbook or a delimited file.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )
    if text.startswith("<?xml"):
        raise SourceError(
            f"{path.name} is an XML file, not a workbook or a delimited file.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )


def is_geographic(path: str | Path) -> bool:
    """True if the extension names a geographic file."""
    return Path(path).suffix.lower() in GEOGRAPHIC
