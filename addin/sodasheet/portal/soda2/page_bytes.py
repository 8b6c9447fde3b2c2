"""Facts about a page of rows from the bytes that pass: its rows, its last `:id`, both ends."""

from __future__ import annotations

import json
from typing import Protocol

#: Bytes in which the head of a page, and an `:id`, are looked for.
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


class PageBytes(Protocol):
    """Facts about a page; `head` is how it begins."""

    rows: int
    head: bytes

    def add(self, plain: bytes) -> None:
        """Take the next bytes of the page."""

    @property
    def last(self) -> str | int | None:
        """The `:id` of the last row, None if unknown."""

    @property
    def begun(self) -> bool:
        """True if this is a page of rows at all."""

    @property
    def ended(self) -> bool:
        """True if the page has its end."""


class _Marked:
    """Counts the rows of a page by how each begins."""

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
        if place >= 0:
            self.behind = text[place + len(mark) :][:_ID]
        elif len(self.behind) < _ID:
            self.behind += plain[: _ID - len(self.behind)]
        self.tail = text[1 - len(mark) :]
        if len(self.head) < _HEAD:
            self.head += plain[:_HEAD]


class JsonBytes(_Marked):
    """Facts about a page of JSON: an array of objects."""

    def __init__(self) -> None:
        super().__init__(_JSON_MARK)

    @property
    def last(self) -> str | int | None:
        """The `:id` of the last row, None if unknown."""
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
        """True if the list has its end."""
        return self.tail.rstrip().endswith(b"]")


class CsvBytes(_Marked):
    """Facts about a page of CSV in the form of portals today: a header, then quoted cells."""

    def __init__(self) -> None:
        super().__init__(_CSV_MARK)
        self._quotes = 0

    def add(self, plain: bytes) -> None:
        """Take the next bytes of the page."""
        super().add(plain)
        self._quotes += plain.count(b'"')

    @property
    def last(self) -> str | None:
        """The `:id` of the last row, None if unknown."""
        found, quote, _ = self.behind.partition(b'"') if self.rows else (b"", b"", b"")
        return f"row-{found.decode('utf-8', 'replace')}" if quote else None

    @property
    def begun(self) -> bool:
        """True if this is a page of rows with their `:id`."""
        return self.head.removeprefix(_BOM).startswith(_CSV_HEADER)

    @property
    def ended(self) -> bool:
        """True unless the page breaks off within a line or a cell."""
        return self.tail.endswith(b"\n") and self._quotes % 2 == 0
