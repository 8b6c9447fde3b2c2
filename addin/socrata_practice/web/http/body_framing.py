"""The body of a request and its end, which the next request depends on.

On a connection that is kept open, two parties that disagree about where a body ends take part of
it for a separate request. So whatever can be read in two ways is refused (RFC 9112, section 6).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from email import errors
from email.message import Message

from werkzeug.exceptions import BadRequest, ClientDisconnected

_PIECE = 1 << 20
_LONGEST_LINE = 4096
_TRAILERS = 100
_OF_FORMS = (errors.StartBoundaryNotFoundDefect, errors.MultipartInvariantViolationDefect)
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r\n")


class FramingError(Exception):
    """The end of the body cannot be determined; the text says why."""


class RequestBody(io.RawIOBase):
    """A body that ends where the request says, and raises rather than end before.

    `begin` is called before the first byte is read. Raises ClientDisconnected if the client goes
    away, BadRequest if the chunks are malformed; `is_broken` then says that nothing can follow.
    """

    def __init__(self, line: io.BufferedIOBase, begin: Callable[[], None] = lambda: None) -> None:
        self._line = line
        self._begin = begin
        self._left = 0
        self.has_begun = False
        self.is_whole = False
        self.is_broken = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into the buffer; return the number of bytes."""
        if not self.has_begun:
            self.has_begun = True
            self._begin()
        try:
            return self._filled(memoryview(buffer).cast("B"))
        except BaseException:
            self.is_broken = True
            raise

    def _filled(self, buffer: memoryview) -> int:
        filled = 0
        while filled < len(buffer) and not self.is_whole:
            if self._left == 0:
                self._next()
                continue
            got = self._line.readinto(buffer[filled : filled + self._left])
            if not got:
                raise ClientDisconnected
            filled += got
            self._left -= got
            if self._left == 0:
                self._end()
        return filled

    def _next(self) -> None:
        """Determine the size of the next part."""
        self.is_whole = True

    def _end(self) -> None:
        """Note that an announced part has arrived."""
        self.is_whole = True

    def drain(self) -> bool:
        """Read the rest of the body; return True if another request can follow."""
        piece = memoryview(bytearray(_PIECE))
        try:
            while not (self.is_whole or self.is_broken):
                self.readinto(piece)
        except (OSError, BadRequest):
            return False
        return self.is_whole


class SizedBody(RequestBody):
    """A body of a known size."""

    def __init__(self, line: io.BufferedIOBase, size: int, begin: Callable[[], None]) -> None:
        super().__init__(line, begin)
        self._left = size
        self.is_whole = size == 0


class ChunkedBody(RequestBody):
    """A chunked body; its trailer fields are read and dropped."""

    def _next(self) -> None:
        found = _CHUNK_SIZE.fullmatch(self._read_line())
        if found is None:
            raise BadRequest("A chunk does not begin with its size")
        self._left = int(found[1], 16)
        if self._left == 0:
            self._forget_trailers()
            self.is_whole = True

    def _end(self) -> None:
        if self._read_line() != b"\r\n":
            raise BadRequest("A chunk is longer than its stated size")

    def _forget_trailers(self) -> None:
        for _ in range(_TRAILERS):
            if self._read_line() == b"\r\n":
                return
        raise BadRequest("Too many trailer fields")

    def _read_line(self) -> bytes:
        line = self._line.readline(_LONGEST_LINE)
        if not line:
            raise ClientDisconnected
        if not line.endswith(b"\r\n"):
            raise BadRequest("A chunk line has no line ending")
        return line


def request_body(
    version: str, headers: Message, line: io.BufferedIOBase, begin: Callable[[], None]
) -> RequestBody:
    """Return the body that the headers announce; raises FramingError if they are ambiguous."""
    # The email parser leaves a line that it cannot read as a header, and everything after it, in
    # the payload. The parts of a form are missing here, which is not a defect of the headers.
    defects = [one for one in headers.defects if not isinstance(one, _OF_FORMS)]
    if defects or headers.get_payload():
        raise FramingError("The headers cannot be read")
    if any("\r" in value or "\n" in value for value in headers.values()):
        raise FramingError("A header is folded")
    codings = headers.get_all("Transfer-Encoding", [])
    lengths = headers.get_all("Content-Length", [])
    if codings:
        if (
            lengths
            or version < "HTTP/1.1"
            or [one.strip().lower() for one in codings] != ["chunked"]
        ):
            raise FramingError("Transfer-Encoding can only be chunked, without a Content-Length")
        return ChunkedBody(line, begin)
    if len(lengths) > 1 or not all(_DIGITS.fullmatch(one.strip()) for one in lengths):
        raise FramingError("Content-Length must be one number")
    return SizedBody(line, int(lengths[0]) if lengths else 0, begin)
