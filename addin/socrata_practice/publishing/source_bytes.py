"""Bytes of a source arriving: in one piece, or in chunks in any order (C.2, C.6)."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from dataclasses import dataclass
from typing import IO, Any, Protocol, cast

from socrata_practice import refusals
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.stored_records import Source
from socrata_practice.storage.database import transaction

LARGEST_CHUNK = 64 << 20
_PIECE = 1 << 20


class Readable(Protocol):
    """A request's body."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""


@dataclass(frozen=True)
class Chunk:
    """The position of a chunk."""

    seq_num: int
    byte_offset: int


def initiate(connection: sqlite3.Connection, source: Source, content_type: str) -> None:
    """Begin an upload in chunks; earlier chunks are dropped."""
    _unfinished(source)
    with transaction(connection):
        connection.execute("DELETE FROM chunks WHERE source_id = ?", (source.id,))
        connection.execute(
            "UPDATE sources SET content_type = ? WHERE id = ?", (content_type, source.id)
        )


def _unfinished(source: Source) -> None:
    if source.filesize is not None:
        raise refusals.publishing(
            400, "source_already_uploaded", f"Source {source.id} already has its bytes"
        )


def put_chunk(
    context: Context, connection: sqlite3.Connection, source: Source, chunk: Chunk, body: Readable
) -> dict[str, Any]:
    """Store a chunk; sending the same chunk again changes nothing.

    Raises Refusal if another chunk has its number or its place, or it is empty or too large.
    """
    with cast(IO[bytes], tempfile.TemporaryFile()) as kept:
        digest = hashlib.sha256()
        while piece := body.read(_PIECE):
            digest.update(piece)
            kept.write(piece)
            if kept.tell() > LARGEST_CHUNK:
                raise refusals.publishing(
                    413, "chunk_too_large", f"A chunk may have {LARGEST_CHUNK} bytes at most"
                )
        end = chunk.byte_offset + kept.tell()
        if end == chunk.byte_offset:
            raise refusals.publishing(400, "empty_chunk", "The chunk has no bytes")
        _place(context, connection, source, chunk, (end, digest.hexdigest(), kept))
    return {
        "seq_num": chunk.seq_num,
        "byte_offset": chunk.byte_offset,
        "end_byte_offset": end,
    }


def _place(
    context: Context,
    connection: sqlite3.Connection,
    source: Source,
    chunk: Chunk,
    arrived: tuple[int, str, IO[bytes]],
) -> None:
    end, digest, kept = arrived
    with transaction(connection):
        if not _is_new(connection, source, chunk, end, digest):
            return
        _unfinished(source)
        path = context.bytes_path(source.id)
        path.touch()
        with path.open("r+b") as whole:
            whole.seek(chunk.byte_offset)
            kept.seek(0)
            while piece := kept.read(_PIECE):
                whole.write(piece)
        connection.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            (source.id, chunk.seq_num, chunk.byte_offset, end, digest),
        )


def _is_new(
    connection: sqlite3.Connection, source: Source, chunk: Chunk, end: int, digest: str
) -> bool:
    """Return True if the chunk is new; raises Refusal if the chunk contradicts a stored chunk."""
    known = connection.execute(
        "SELECT seq_num, byte_offset, end_byte_offset, digest FROM chunks WHERE source_id = ?"
        " AND (seq_num = ? OR (byte_offset < ? AND end_byte_offset > ?))",
        (source.id, chunk.seq_num, end, chunk.byte_offset),
    ).fetchall()
    if not known:
        return True
    if [tuple(row) for row in known] == [(chunk.seq_num, chunk.byte_offset, end, digest)]:
        return False
    raise refusals.publishing(
        400,
        "chunk_mismatch",
        f"Chunk {chunk.seq_num} at byte {chunk.byte_offset} contradicts another chunk",
        seq_num=chunk.seq_num,
        byte_offset=chunk.byte_offset,
    )


def commit(
    context: Context, connection: sqlite3.Connection, source: Source, last: int, total: int
) -> bool:
    """Declare the upload complete; return False if already complete.

    Raises Refusal if chunks are missing or their bytes are not as many as said.
    """
    if source.filesize is not None:
        if source.filesize == total:
            return False
        _unfinished(source)
    chunks = connection.execute(
        "SELECT seq_num, byte_offset, end_byte_offset FROM chunks WHERE source_id = ?"
        " ORDER BY seq_num",
        (source.id,),
    ).fetchall()
    end = 0
    for expected, (seq_num, offset, chunk_end) in enumerate(chunks):
        if (seq_num, offset) != (expected, end):
            raise _incomplete(f"the bytes from {end} on are missing", end)
        end = chunk_end
    if len(chunks) - 1 != last and (chunks or total):
        raise _incomplete(f"{len(chunks)} chunks arrived and the last is said to be {last}", end)
    if end != total:
        raise _incomplete(f"{end} bytes arrived and {total} are said", end)
    if not chunks:
        context.bytes_path(source.id).touch()
    return True


def _incomplete(why: str, end: int) -> refusals.Refusal:
    return refusals.publishing(
        400, "upload_incomplete", f"The upload is not whole: {why}", bytes_received=end
    )


def put_whole(context: Context, source: Source, body: Readable) -> int:
    """Store all bytes of a source at once; return their number."""
    _unfinished(source)
    with context.bytes_path(source.id).open("wb") as whole:
        while piece := body.read(_PIECE):
            whole.write(piece)
        return whole.tell()
