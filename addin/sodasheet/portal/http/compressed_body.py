"""Bodies made smaller on their way: gzip, which portals take and send (portal-api.md B.1, B.9).

Intel's ISA-L packs rows as tightly as zlib's level 2 to 3 in a quarter of the time of its level 1
(benchmarks/changes.py); zlib stands in where there is no build of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

#: Fewer bytes than this are sent as they are.
WORTH_PACKING = 4096

#: What `compressobj` calls the gzip format.
_GZIP = 31


def packed(body: bytes) -> bytes:
    """The whole body as gzip."""
    return b"".join(packed_pieces([body]))


def packed_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as one gzip stream, as they come."""
    packer = gzip_packer()
    for piece in pieces:
        if some := packer.compress(piece):
            yield some
    yield packer.flush()


def gzip_packer() -> Any:
    """Return what packs pieces into one gzip stream."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(level=1, wbits=_GZIP)
    return isal_zlib.compressobj(level=2, wbits=_GZIP)


def gzip_unpacker() -> Any:
    """Return what unpacks one gzip stream piece by piece; for `unpacked`."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj(_GZIP)
    return isal_zlib.decompressobj(_GZIP)


def unpacked(unpacker: Any, piece: bytes) -> bytes:
    """Return what a piece unpacks to. Raises ValueError if the bytes are no gzip."""
    try:
        plain: bytes = unpacker.decompress(piece)
    except _damage() as error:
        raise ValueError(str(error)) from error
    return plain


def _damage() -> tuple[type[Exception], ...]:
    """Return what unpackers raise, each its own."""
    try:
        from isal import isal_zlib
    except ImportError:
        return (zlib.error,)
    own: Any = isal_zlib.error  # its stubs take the class for an instance
    return (zlib.error, own)
