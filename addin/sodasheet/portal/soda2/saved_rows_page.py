"""A page of a dataset's rows, saved exactly as received: JSON or CSV, never in memory.

A portal that compresses (portal-api.md B.9) is taken at its word: its bytes go to the disk as they
come. They are still unpacked on the way, to check that the page is complete and to count its rows.
A page that is read soon and then gone goes to the disk unpacked, so that the work is done once.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from sodasheet.errors import Cancelled, PortalError, SodaSheetError
from sodasheet.portal.http.reply import Answer, problem
from sodasheet.portal.http.request import gzip_packer, gzip_unpacker, unpacked

if TYPE_CHECKING:
    import requests

#: Extra headers of a request for a page.
HEADERS = {"Accept-Encoding": "gzip"}

#: Maximum uncompressed bytes of a page that has to be held in memory.
_MOST = 500_000_000

_PIECE = 65_536
_PACKED = ".gz"
CSV = ".csv"

#: Bytes that are searched for the head of a page, and for an `:id`.
_HEAD = 65_536
_ID = 128

#: How every row of JSON begins to name its `:id`; no other place of a page reads so, except for
#: JSON that a cell holds (which is why a surprising count is checked).
_JSON_MARK = b'":id":'

#: How every row of CSV begins, and the header before it. A quote inside a cell is doubled, so that
#: no line of a cell reads so.
_CSV_MARK = b'\n"row-'
_CSV_HEADER = b'":id",'
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A file of rows: its name, the number of its rows, and its size in bytes.

    `last` is the `:id` of its last row, None if it was not seen.
    """

    name: str
    rows: int
    bytes: int
    last: str | int | None = field(default=None, compare=False)


class FolderError(SodaSheetError):
    """The folder for a download cannot be written to: full, read-only or missing."""


def keep(path: Path, stop: Callable[[], bool]) -> Callable[[requests.Response], RowsPage]:
    """Return a function that saves a reply's rows in `path`, for `PortalSession.read`.

    They are compressed if the name ends in .gz, and CSV if it ends in .csv.

    Raises FolderError if the disk is at fault, PortalError if the answer is not a list of
    rows, Cancelled if `stop` says so, and a requests error where it broke off.
    """

    def take(response: requests.Response) -> RowsPage:
        try:
            with path.open("wb") as file:
                sink = _File(file, path, is_packed=path.suffix == _PACKED)
                seen: PageBytes = CsvBytes() if path.suffix == CSV else JsonBytes()
                _pour(response, sink, stop, seen)
            return RowsPage(path.name, seen.rows, path.stat().st_size, seen.last)
        except OSError as error:
            import requests

            if isinstance(error, requests.RequestException):
                raise
            raise unwritable(path.parent, error) from error

    return take


def exact_rows(path: Path) -> int:
    """Count the rows of a saved page individually, with the whole page in memory.

    Raises PortalError if it is not a list of objects, or unpacks to more than pages do.
    """
    if path.suffix == CSV:
        return _exact_csv_rows(path)
    try:
        with gzip.open(path) if path.suffix == _PACKED else path.open("rb") as file:
            plain = file.read(_MOST + 1)
        rows = json.loads(plain.decode("utf-8-sig")) if len(plain) <= _MOST else None
    except (ValueError, RecursionError):
        rows = None
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return len(rows)
    raise PortalError(
        "The portal sent rows in an unreadable form.",
        "Try again in a few minutes; if it keeps happening, contact the portal's administrator.",
        None,
        "no-data",
    )


def _exact_csv_rows(path: Path) -> int:
    """Count the rows below the header; a line that ends within quotes continues on the next."""
    records, quotes = 0, 0
    with path.open("rb") as file:
        for line in file:
            quotes += line.count(b'"')
            records += quotes % 2 == 0
    return max(records - 1, 0)


def unwritable(folder: Path, error: OSError) -> FolderError:
    """The error for a folder that cannot be written to."""
    return FolderError(
        f"The rows of the dataset cannot be saved in {folder}: {error.strerror or error}.",
        "Free some space on that disk, or choose a folder that you can write to, and try again.",
    )


class _File:
    """A file whose failures are not mistaken for network failures."""

    def __init__(self, file: IO[bytes], path: Path, *, is_packed: bool) -> None:
        self._file = file
        self._path = path
        self.is_packed = is_packed

    def write(self, piece: bytes) -> None:
        try:
            self._file.write(piece)
        except OSError as error:
            raise unwritable(self._path.parent, error) from error


class PageBytes(Protocol):
    """Facts about a page; `head` is its beginning."""

    rows: int
    head: bytes

    def add(self, plain: bytes) -> None:
        """Process the next bytes of the page."""

    @property
    def last(self) -> str | int | None:
        """The `:id` of the last row; None if unknown."""

    @property
    def begun(self) -> bool:
        """True if this is a page of rows at all."""

    @property
    def ended(self) -> bool:
        """True if the page is complete."""


class _Marked:
    """Counts the rows of a page by their first characters."""

    def __init__(self, mark: bytes) -> None:
        self.rows = 0
        self.head = b""
        self.behind = b""
        self.tail = b""
        self._mark = mark

    def add(self, plain: bytes) -> None:
        mark = self._mark
        text = self.tail + plain
        self.rows += text.count(mark)
        place = text.rfind(mark)
        self._look(text, place)
        if place >= 0:
            self.behind = text[place + len(mark) :][:_ID]
        elif len(self.behind) < _ID:
            self.behind += plain[: _ID - len(self.behind)]
        self.tail = text[1 - len(mark) :]
        if len(self.head) < _HEAD:
            self.head += plain[:_HEAD]

    def _look(self, text: bytes, place: int) -> None:
        """Look at the tail and the next bytes; the last mark begins at `place`."""


class JsonBytes(_Marked):
    """Facts about a page of JSON: an array of objects."""

    def __init__(self) -> None:
        super().__init__(_JSON_MARK)

    @property
    def last(self) -> str | int | None:
        """The `:id` of the last row; None if unknown."""
        try:
            found, _ = json.JSONDecoder().raw_decode(self.behind.decode("utf-8").lstrip())
        except ValueError:
            return None
        return found if isinstance(found, str | int) and not isinstance(found, bool) else None

    @property
    def begun(self) -> bool:
        """True if this is a list at all."""
        return self.head.lstrip(_BOM + b" \t\r\n").startswith(b"[")

    @property
    def ended(self) -> bool:
        """True if the list is complete."""
        return self.tail.rstrip().endswith(b"]")


class CsvBytes(_Marked):
    """Facts about a page of CSV in the current form of portals: a header, then quoted cells."""

    def __init__(self) -> None:
        super().__init__(_CSV_MARK)
        self._quotes = 0

    def _look(self, text: bytes, place: int) -> None:
        """Count the quotes in the last row alone: a mark is not in a cell, where quotes double."""
        if place >= 0:
            self._quotes = text.count(b'"', place)
        else:
            self._quotes += text.count(b'"', len(self.tail))

    @property
    def last(self) -> str | None:
        """The `:id` of the last row; None if unknown."""
        found, quote, _ = self.behind.partition(b'"') if self.rows else (b"", b"", b"")
        return f"row-{found.decode('utf-8', 'replace')}" if quote else None

    @property
    def begun(self) -> bool:
        """True if this is a page of rows with their `:id`."""
        return self.head.removeprefix(_BOM).startswith(_CSV_HEADER)

    @property
    def ended(self) -> bool:
        """True unless the page ends within a line or a cell."""
        return self.tail.endswith(b"\n") and self._quotes % 2 == 0


def _pour(
    response: requests.Response, file: _File, stop: Callable[[], bool], seen: PageBytes
) -> None:
    packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
    pour = _unpacking if packed else _plain
    pour(_pieces(response, unpack=not packed, stop=stop), file, seen)
    if not seen.begun:
        raise problem(Answer(response.status_code, response.headers, seen.head, response.url))
    if not seen.ended:
        from requests.exceptions import ChunkedEncodingError

        raise ChunkedEncodingError("the page of rows has no end")


def _unpacking(pieces: Iterator[bytes], file: _File, seen: PageBytes) -> None:
    """Save compressed pieces unchanged, or decompressed."""
    from requests.exceptions import ChunkedEncodingError, ContentDecodingError

    unpacker = gzip_unpacker()
    for piece in pieces:
        if file.is_packed:
            file.write(piece)
        rest = piece
        while rest:
            if unpacker.eof:
                unpacker = gzip_unpacker()
            try:
                plain = unpacked(unpacker, rest)
            except ValueError as error:
                raise ContentDecodingError(error) from error
            seen.add(plain)
            if not file.is_packed:
                file.write(plain)
            rest = unpacker.unused_data
    if not unpacker.eof:
        raise ChunkedEncodingError("the compressed page has no end")


def _plain(pieces: Iterator[bytes], file: _File, seen: PageBytes) -> None:
    """Save plain pieces, compressed if the file is."""
    packer = gzip_packer() if file.is_packed else None
    for piece in pieces:
        seen.add(piece)
        file.write(packer.compress(piece) if packer else piece)
    if packer:
        file.write(packer.flush())


def _pieces(
    response: requests.Response, *, unpack: bool, stop: Callable[[], bool]
) -> Iterator[bytes]:
    from requests.exceptions import ChunkedEncodingError
    from urllib3.exceptions import HTTPError

    try:
        for piece in response.raw.stream(_PIECE, decode_content=unpack):
            if stop():
                raise Cancelled(
                    "Stopped while the rows of the dataset were being downloaded.",
                    "Nothing was sent.",
                )
            yield piece
    except HTTPError as error:
        raise ChunkedEncodingError(error) from error
