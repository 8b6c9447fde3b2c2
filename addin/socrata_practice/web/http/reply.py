"""A reply being sent: its head, and a body with a detectable end."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

Headers = list[tuple[str, str]]


class Reply:
    """An app's reply, sent piece by piece; `is_whole` if the reply ended as announced."""

    def __init__(self, handler: BaseHTTPRequestHandler, keeps_open: Callable[[], bool]) -> None:
        self._handler, self._keeps_open = handler, keeps_open
        self._status = ""
        self._headers: Headers = []
        self._left: int | None = None  # announced bytes that remain; None for a chunked body
        self._is_bare = False  # no body may follow, regardless of the headers
        self._is_chunked = False
        self.has_begun = False
        self.is_whole = False

    def start(self, status: str, headers: Headers, *_: Any) -> Callable[[bytes], None]:
        """Accept status and headers: WSGI's start_response."""
        self._status, self._headers = status, headers
        return self.write

    def write(self, piece: bytes) -> None:
        """Send a piece, behind the head if this is the first. Raises OSError, or ValueError where
        it is more than was announced."""
        head = b"" if self.has_begun else self._head()
        if self._is_bare:
            piece = b""
        if self._left is not None:
            if len(piece) > self._left:
                raise ValueError("The reply is longer than its Content-Length")
            self._left -= len(piece)
        elif self._is_chunked and piece:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        if head or piece:
            self._handler.wfile.write(head + piece)

    def end(self) -> None:
        """End the reply."""
        if not self.has_begun:
            self.write(b"")
        if self._is_chunked:
            self._handler.wfile.write(b"0\r\n\r\n")
        self.is_whole = not self._left

    def _head(self) -> bytes:
        self.has_begun = True
        code = int(self._status[:3])
        names = {name.lower(): value for name, value in self._headers}
        self._is_bare = self._handler.command == "HEAD" or code in (204, 304)
        keeps_open = self._keeps_open()
        more: Headers = []
        if "content-length" in names and not self._is_bare:
            self._left = int(names["content-length"])
        elif not self._is_bare:
            self._is_chunked = self._handler.request_version >= "HTTP/1.1"
            more += [("Transfer-Encoding", "chunked")] if self._is_chunked else []
        more += [] if keeps_open else [("Connection", "close")]
        more += [] if "date" in names else [("Date", self._handler.date_time_string())]
        more += [("Server", self._handler.version_string())]
        lines = [f"HTTP/1.1 {self._status}", *(f"{n}: {v}" for n, v in [*more, *self._headers])]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
