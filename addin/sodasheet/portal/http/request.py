"""Requests to a portal: query parameters, write requests, and bodies."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from sodasheet.errors import PortalError

#: A stalled send is noticed per piece, so a big body on a slow line does not time out.
_PIECE = 65_536


class RequestBody:
    """A request body sent in pieces, which tracks how much was sent.

    `length` is in bytes, None if unknown (the body is then sent chunked). `failure` is the
    exception that ended its source, if any.
    """

    def __init__(self, pieces: Iterable[bytes], length: int | None = None) -> None:
        self._pieces = pieces
        self.started = False
        self.sent = 0
        self._ended = False
        self.failure: Exception | None = None
        if length is not None:
            self.len = length  # requests looks for this name

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                for start in range(0, len(piece), _PIECE):
                    self.started = True
                    part = piece[start : start + _PIECE]
                    self.sent += len(part)
                    yield part
            self._require_whole()
            self._ended = True
        except Exception as error:
            self.failure = error
            raise

    @property
    def whole(self) -> bool:
        """True if the portal may have received the whole body.

        A request of which a part is missing can never be acted upon: its length, or the chunk
        that ends it, says that it is not complete.
        """
        return self._ended or (self.started and self.sent == getattr(self, "len", None))

    def _require_whole(self) -> None:
        """Break the connection: a short body would truncate the dataset."""
        if self.sent == 0 or self.sent != getattr(self, "len", self.sent):
            raise PortalError(
                "The rows ended before they were complete, so the request was stopped.",
                "Push again; the dataset is unchanged.",
                None,
                "incomplete",
            )


class NoBody(RequestBody):
    """The empty body of a request: counts as sent, because no event shows its sending."""

    def __init__(self) -> None:
        super().__init__((), 0)
        self.started = self._ended = True


Params = Mapping[str, str | int]

#: True if a write can be sent again. Receives the status that refused the write, or None if the
#: write was not completely sent, so that it cannot have had any effect.
SendAgain = Callable[[int | None], bool]

#: Bytes that any connection sends instantly.
_LIGHT = 65_536


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changes something.

    `body` is bytes, which can be sent again, pieces, which cannot, or None; `length` is in bytes,
    None if it is not known. `harmless` says that doing it twice does no more than doing it
    once, so that a lost answer is not a question: it is simply sent again. `again` is asked before
    each further try of a write that is not harmless; where it says no, the outcome is unknown.
    """

    method: str
    path: str
    body: bytes | Iterable[bytes] | None = field(repr=False)
    params: Params = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    harmless: bool = False
    again: SendAgain | None = field(default=None, repr=False, compare=False)

    @property
    def repeatable(self) -> bool:
        """True if the body can be sent a second time."""
        return self.body is None or isinstance(self.body, bytes)

    @property
    def light(self) -> bool:
        """True if the reply must arrive as soon as for a query.

        What may be sent again need not be waited for long, unless the body itself takes its time
        on a slow line: much of it may still be in this computer's buffers.
        """
        size = 0 if self.body is None else len(self.body) if isinstance(self.body, bytes) else None
        return self.harmless and size is not None and size <= _LIGHT

    def fresh_body(self) -> RequestBody:
        """The body for one attempt."""
        if self.body is None:
            return NoBody()
        if isinstance(self.body, bytes):
            return RequestBody([self.body], len(self.body))
        return RequestBody(self.body, self.length)


def query_string(params: Params) -> str:
    """Parameters as a query, with minimal escaping because addresses must be short."""
    return urlencode(
        {name: str(value) for name, value in params.items()}, safe="$'(),:*", quote_via=quote
    )


#: Smaller bodies are sent uncompressed.
WORTH_PACKING = 4096

#: The gzip format for `compressobj`.
_GZIP = 31


def packed(body: bytes) -> bytes:
    """The whole body as gzip."""
    return b"".join(packed_pieces([body]))


def packed_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as one gzip stream, compressed as they arrive."""
    packer = gzip_packer()
    for piece in pieces:
        if some := packer.compress(piece):
            yield some
    yield packer.flush()


def gzip_packer() -> Any:
    """Return a compressor that packs pieces into one gzip stream."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(level=1, wbits=_GZIP)
    return isal_zlib.compressobj(level=2, wbits=_GZIP)


def gzip_unpacker() -> Any:
    """Return a decompressor for one gzip stream, for use with `unpacked`."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj(_GZIP)
    return isal_zlib.decompressobj(_GZIP)


def unpacked(unpacker: Any, piece: bytes) -> bytes:
    """Decompress a piece. Raises ValueError if the bytes are not gzip."""
    try:
        plain: bytes = unpacker.decompress(piece)
    except _damage() as error:
        raise ValueError(str(error)) from error
    return plain


def _damage() -> tuple[type[Exception], ...]:
    """Return the exceptions that decompressors raise."""
    try:
        from isal import isal_zlib
    except ImportError:
        return (zlib.error,)
    own: Any = isal_zlib.error  # its stubs mistake the class for an instance
    return (zlib.error, own)
