"""Records of a .xls workbook ([MS-XLS] 2.1.4)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

_FILE_SIGN = b"\xd0\xcf\x11\xe0"


def record_stream(data: bytes) -> bytes:
    """Return the stream of records; empty if there is none, which the library reports."""
    import xlrd.compdoc

    if not data.startswith(_FILE_SIGN):
        return b""
    try:
        book: Any = xlrd.compdoc.CompDoc(data, logfile=io.StringIO())
        found = book.get_named_stream("Workbook") or book.get_named_stream("Book")
    except Exception:  # xlrd passes on every error of struct
        return b""
    return bytes(found or b"")


def records(stream: bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yield type, position and size of every record, starting at `start`."""
    at, end = start, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size
