"""Upload a file to a revision in chunks, several at a time, each sent until confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sodasheet.errors import Cancelled, PortalError
from sodasheet.portal.http.connection import CONNECTIONS
from sodasheet.portal.http.request import Write
from sodasheet.portal.publishing.resource import Resource, ask, change, required, resource_from
from sodasheet.portal.publishing.revision import Revision, ignore

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Our own file declares its format, so the portal guesses nothing (portal-api.md C.3).
PARSE_OPTIONS = {
    "parse_source": True,
    "encoding": "utf8",
    "header_count": 1,
    "column_header": 1,
    "column_separator": ",",
    "quote_char": '"',
    "trim_whitespace": False,
    "remove_empty_rows": False,
}

#: The documented default for a portal without a preference.
CHUNK_SIZE = 4_194_304
PARALLELISM = 4

#: Maximum bytes of all chunks in memory, whatever the portal prefers.
_IN_MEMORY = 64_000_000

#: Seconds between two checks whether the user wants to stop.
_GLANCE = 0.2

_BYTES = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the file: its number from 0 and the offset of its first byte."""

    number: int
    offset: int
    body: bytes = field(repr=False)

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.offset + len(self.body)


@dataclass(frozen=True, slots=True)
class UploadSource:
    """A file in a revision, filled by `upload`; `schemas.parsed` waits for the parsed columns."""

    session: PortalSession = field(repr=False)
    id: int
    resource: Resource = field(repr=False)

    def path(self, link: str, below: str = "", **values: int | str) -> str:
        """The address of a link in the resource."""
        return self.resource.link(link, f"/source/{self.id}{below}", **values)

    def again(self) -> UploadSource:
        """The source in its current state. Raises PortalError."""
        return _source(self.session, ask(self.session, self.path("show")))

    def upload(self, pieces: Iterable[bytes], sent: Callable[[int], None] = ignore) -> None:
        """Send the CSV, in pieces of any size; `sent` receives each confirmed chunk's byte count.

        At most one chunk more than are under way is in memory. Raises PortalError if a chunk
        cannot be brought over, Cancelled if the user stops it, and whatever `pieces` raises;
        nothing of the dataset is changed by any of it.
        """
        told = change(
            self.session, "POST", self.path("initiate", "/initiate"), {"content_type": "text/csv"}
        )
        size = _at_least_one(told.number("preferred_chunk_size"), CHUNK_SIZE)
        parallel = _at_least_one(told.number("preferred_upload_parallelism"), PARALLELISM)
        self._commit(self._send(chunks(pieces, size), at_once(parallel, size), sent))

    def _send(
        self, found: Iterator[Chunk], parallel: int, sent: Callable[[int], None]
    ) -> Chunk | None:
        """Send every chunk; return the last reply, or None without chunks."""
        under_way: set[Future[int]] = set()
        last = None
        pool = ThreadPoolExecutor(parallel, thread_name_prefix="chunk")
        try:
            for last in found:
                under_way = self._settled(under_way, parallel - 1, sent)
                under_way.add(pool.submit(self._chunk, last))
            self._settled(under_way, 0, sent)
        finally:
            # A user who stops does not want to wait for chunks that nobody needs anymore.
            pool.shutdown(wait=False, cancel_futures=True)
        return last

    def _settled(
        self, under_way: set[Future[int]], most: int, sent: Callable[[int], None]
    ) -> set[Future[int]]:
        """Wait until at most `most` chunks are in progress; return these."""
        while True:
            if self.session.stopped:
                raise Cancelled(
                    "You stopped it while the rows were being uploaded.",
                    "The dataset was not changed.",
                )
            ready = {future for future in under_way if future.done()}
            for future in ready:
                sent(future.result())
            under_way = under_way - ready
            if len(under_way) <= most:
                return under_way
            wait(under_way, _GLANCE, FIRST_COMPLETED)

    def _chunk(self, chunk: Chunk) -> int:
        """Send one chunk; its offset gives its position, so that sending a chunk twice is
        no more than sending it once."""
        place: dict[str, int | str] = {"seq_num": chunk.number, "byte_offset": chunk.offset}
        path = self.path("chunk", "/chunk/{seq_num}/{byte_offset}", **place)
        answer = self.session.write(Write("POST", path, chunk.body, headers=_BYTES, harmless=True))
        value = self.session.json(answer) if answer.content.strip() else {}
        end = (resource_from(value) or Resource()).number("end_byte_offset")
        if end not in (None, chunk.end):
            raise PortalError(
                f"{self.session.host} took {end:,} bytes of the rows where it was sent"
                f" {chunk.end:,}.",
                "The dataset was not changed; push again.",
                answer.status,
                "incomplete",
            )
        return len(chunk.body)

    def _commit(self, last: Chunk | None) -> None:
        if last is None:
            raise PortalError(
                "There was nothing to upload.",
                "The dataset was not changed; push again.",
                None,
                "incomplete",
            )
        place: dict[str, int | str] = {"seq_num": last.number, "byte_offset": last.end}
        path = self.path("commit", "/chunk/{seq_num}/{byte_offset}/commit", **place)
        try:
            change(self.session, "POST", path)
        except PortalError:
            # A commit whose reply was lost may be refused the second time.
            if not self.again().resource.listed("schemas"):
                raise


def create_source(revision: Revision, filename: str) -> UploadSource:
    """Create a source for one CSV in the revision. Raises PortalError."""
    body = {
        "source_type": {"type": "upload", "filename": filename},
        "parse_options": PARSE_OPTIONS,
    }
    session = revision.session
    return _source(
        session, change(session, "POST", revision.path("create_source", "/source"), body)
    )


def at_once(preferred: int, size: int) -> int:
    """Return the number of chunks of `size` bytes to send at a time: as preferred, if memory
    allows.
    """
    return max(1, min(preferred, CONNECTIONS - 2, _IN_MEMORY // size - 1))


def chunks(pieces: Iterable[bytes], size: int) -> Iterator[Chunk]:
    """The same bytes in chunks of exactly `size`, only the last chunk shorter."""
    waiting: list[memoryview] = []
    number, lacking = 0, size
    for piece in pieces:
        rest = memoryview(piece)
        while len(rest) >= lacking:
            yield Chunk(number, number * size, b"".join((*waiting, rest[:lacking])))
            rest = rest[lacking:]
            waiting, number, lacking = [], number + 1, size
        if rest:
            waiting.append(rest)
            lacking -= len(rest)
    if waiting:
        yield Chunk(number, number * size, b"".join(waiting))


def _at_least_one(told: int | None, otherwise: int) -> int:
    return told if told is not None and told > 0 else otherwise


def _source(session: PortalSession, resource: Resource) -> UploadSource:
    return UploadSource(session, required(session, resource.number("id")), resource)
