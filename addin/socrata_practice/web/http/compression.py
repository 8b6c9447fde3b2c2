"""Compression of rows for clients that accept compression, as by a portal's front tier.

The recorded replies carry `Vary: Accept-Encoding` and tags that end in `--gzip` (portal-api.md
B.9).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

#: Replies smaller than this are not compressed further.
_SMALL = 1_000
_GZIP = 16 + zlib.MAX_WBITS


def compressed(response: Response, first: str, rest: Iterator[str]) -> None:
    """Set the body of a response, compressed if the client accepts that and the size allows."""
    pieces = _all(first, rest)
    if len(first) < _SMALL or not request.accept_encodings["gzip"]:
        response.response = pieces
        return
    response.response = _packed(pieces)
    response.headers["Content-Encoding"] = "gzip"
    if tag := response.headers.get("ETag"):
        response.headers["ETag"] = f'{tag[:-1]}--gzip"'


def _all(first: str, rest: Iterator[str]) -> Iterator[bytes]:
    yield first.encode("utf-8")
    for piece in rest:
        yield piece.encode("utf-8")


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=_GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
