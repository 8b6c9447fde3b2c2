"""Uploads: every byte arrives in its place, even if single chunks fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import Cancelled, PortalError, SignInError
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.portal.publishing.upload_file import (
    PARSE_OPTIONS,
    UploadSource,
    at_once,
    chunks,
    create_source,
)

BASE = "/api/publishing/v1"


class Store:
    """A portal that records chunks; `faults` are replies for single chunks."""

    def __init__(self) -> None:
        self.preferred: dict[str, Any] = {
            "preferred_chunk_size": 100,
            "preferred_upload_parallelism": 4,
        }
        self.chunks: dict[int, bytes] = {}
        self.faults: dict[int, list[int | str]] = {}
        self.committed: list[str] = []
        self.requests: list[str] = []
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.slow = 0.0
        self.lock = threading.Lock()

    def whole(self) -> bytes:
        return b"".join(body for _, body in sorted(self.chunks.items()))


class Handler(BaseHTTPRequestHandler):
    store: ClassVar[Store]
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def setup(self) -> None:
        self.store.connections += 1
        super().setup()

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.store.requests.append(self.path)
        *_, before, last = self.path.split("/")
        if last == "initiate":
            assert json.loads(body) == {"content_type": "text/csv"}
            self.reply(200, self.store.preferred)
        elif last == "commit":
            self.store.committed.append(self.path)
            self.reply(200, {})
        elif last == "source":
            self.reply(201, {"resource": {"id": 8, "sent": json.loads(body)}})
        else:
            assert self.headers["Content-Type"] == "application/octet-stream"
            self.take(int(before), int(last), body)

    def take(self, number: int, offset: int, body: bytes) -> None:
        store = self.store
        with store.lock:
            store.at_once += 1
            store.most_at_once = max(store.most_at_once, store.at_once)
        time.sleep(store.slow)
        with store.lock:
            store.at_once -= 1
            faults = store.faults.get(number, [])
            fault = faults.pop(0) if faults else 200
            if fault in (200, "lost"):
                store.chunks[offset] = body
        if fault == "lost":
            self.close_connection = True
            self.connection.close()
            return
        ends = offset + len(body) - (1 if fault == "short" else 0)
        status = fault if isinstance(fault, int) else 200
        self.reply(status, {"resource": {"seq_num": number, "end_byte_offset": ends}, "links": {}})

    def reply(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def store() -> Iterator[tuple[Store, str]]:
    kept = Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"store": kept}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield kept, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def kept(store: tuple[Store, str]) -> Store:
    return store[0]


@pytest.fixture
def source(store: tuple[Store, str], open_session: Callable[..., PortalSession]) -> UploadSource:
    """A source without links, so that the documented paths are used."""
    return source_in(open_session(store[1]))


def source_in(session: PortalSession) -> UploadSource:
    from sodasheet.portal.publishing.resource import Resource

    return UploadSource(session, 8, Resource())


@given(st.lists(st.binary(max_size=30), max_size=20), st.integers(1, 40))
def test_chunks_are_the_same_bytes_and_all_but_the_last_of_one_size(
    pieces: list[bytes], size: int
) -> None:
    found = list(chunks(iter(pieces), size))

    assert b"".join(chunk.body for chunk in found) == b"".join(pieces)
    assert all(len(chunk.body) == size for chunk in found[:-1])
    assert all(0 < len(chunk.body) <= size for chunk in found)
    assert [(one.number, one.offset) for one in found] == [(n, n * size) for n in range(len(found))]


def test_a_source_is_made_with_options_that_leave_nothing_to_be_guessed(
    store: tuple[Store, str], open_session: Callable[..., PortalSession], portal: Any
) -> None:
    portal.answer({"resource": {"revision_seq": 3}})
    revision = Revisions(open_session(portal.url), "abcd-1234").get(3)
    portal.script.clear()
    portal.answer({"resource": {"id": 8}}, 201)

    source = create_source(revision, "Permits.csv")

    assert source.id == 8
    assert portal.last.path == f"{BASE}/revision/abcd-1234/3/source"
    assert json.loads(portal.last.body) == {
        "source_type": {"type": "upload", "filename": "Permits.csv"},
        "parse_options": PARSE_OPTIONS,
    }
    assert PARSE_OPTIONS["trim_whitespace"] is False
    assert PARSE_OPTIONS["remove_empty_rows"] is False


def test_every_byte_arrives_at_its_place_however_it_was_cut(
    kept: Store, source: UploadSource
) -> None:
    pieces = [f"row {number}: Zoë ☂\r\n".encode() for number in range(500)]
    sent: list[int] = []

    source.upload(iter(pieces), sent.append)

    whole = b"".join(pieces)
    last = (len(whole) - 1) // 100
    assert kept.whole() == whole
    assert sum(sent) == len(whole)
    assert kept.committed == [f"{BASE}/source/8/chunk/{last}/{len(whole)}/commit"]
    assert source.session.traffic.requests == last + 3


def test_the_preferred_parallelism_is_used_on_connections_that_are_kept(
    kept: Store, source: UploadSource
) -> None:
    kept.slow = 0.01

    source.upload([bytes(100)] * 60)

    assert 1 < kept.most_at_once <= 4
    assert kept.connections <= 5


@pytest.mark.parametrize(
    "fault", [["lost"], ["lost", "lost", "lost"], [502, 503, 500], [429], [408, 409]]
)
def test_a_chunk_that_fails_is_sent_again_alone(
    kept: Store, source: UploadSource, fault: list[int | str]
) -> None:
    kept.faults[3] = list(fault)

    source.upload([bytes(range(250)) * 4])

    assert kept.whole() == bytes(range(250)) * 4
    paths = [path for path in kept.requests if "/chunk/" in path and "commit" not in path]
    assert paths.count(f"{BASE}/source/8/chunk/3/300") == 1 + len(fault)
    assert len(paths) == 10 + len(fault)
    assert source.session.traffic.retries == len(fault)


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        ([400], PortalError, "refused the request"),
        ([401], SignInError, "does not accept your key"),
        ([413], PortalError, "does not accept that much in one request"),
        (["short"], PortalError, "took 399 bytes of the rows where it was sent 400"),
        ([502] * 9, PortalError, "got no response from the portal's server"),
        (["lost"] * 9, PortalError, "was lost"),
    ],
)
def test_a_chunk_that_cannot_be_brought_over_ends_it_without_a_commit(
    kept: Store, source: UploadSource, fault: list[int | str], error: type[Exception], sentence: str
) -> None:
    kept.faults[3] = list(fault)

    with pytest.raises(error, match=sentence):
        source.upload([bytes(100)] * 40)
    assert kept.committed == []


def test_no_more_chunks_are_made_than_may_be_in_memory(kept: Store, source: UploadSource) -> None:
    kept.slow = 0.02
    kept.preferred["preferred_upload_parallelism"] = 3
    ahead: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(30):
            ahead.append(number - len(kept.chunks))
            yield bytes(100)

    source.upload(pieces())

    assert max(ahead) <= 4


@pytest.mark.parametrize(
    "preferred",
    [{}, {"preferred_chunk_size": 0, "preferred_upload_parallelism": -1},
     {"resource": {"preferred_chunk_size": "4194304"}}],
)  # fmt: skip
def test_a_portal_without_preferences_gets_the_documented_ones(
    kept: Store, source: UploadSource, preferred: dict[str, Any]
) -> None:
    kept.preferred = preferred

    source.upload([bytes(3_000_000)] * 3)

    assert [len(body) for _, body in sorted(kept.chunks.items())] == [4_194_304, 4_194_304, 611_392]


@pytest.mark.parametrize(
    ("preferred", "size", "expected"),
    [(4, 4_194_304, 4), (99, 100, 8), (99, 10_000_000, 5), (4, 40_000_000, 1), (4, 10**12, 1)],
)
def test_big_chunks_are_sent_fewer_at_a_time(preferred: int, size: int, expected: int) -> None:
    assert at_once(preferred, size) == expected


def test_nothing_at_all_is_not_committed(kept: Store, source: UploadSource) -> None:
    with pytest.raises(PortalError, match="nothing to upload"):
        source.upload([])
    assert kept.committed == []


def test_who_stops_is_heard_between_chunks(
    kept: Store, store: tuple[Store, str], open_session: Callable[..., PortalSession]
) -> None:
    session = open_session(store[1], stop=lambda: len(kept.chunks) > 5)

    with pytest.raises(Cancelled, match="while the rows were being uploaded") as caught:
        source_in(session).upload(bytes(100) for _ in range(1000))

    assert "The dataset was not changed" in caught.value.remedy
    assert len(kept.chunks) < 20
    assert kept.committed == []


def test_who_stops_does_not_wait_for_a_chunk_that_hangs(
    kept: Store, store: tuple[Store, str], open_session: Callable[..., PortalSession]
) -> None:
    kept.slow = 12
    patience = Patience(connect=10, read=20, write=20, pause=0, poll=0)
    begun = time.monotonic()
    session = open_session(store[1], patience=patience, stop=lambda: time.monotonic() > begun + 0.3)

    with pytest.raises(Cancelled):
        source_in(session).upload([bytes(1000)])
    assert time.monotonic() - begun < 8


def test_what_breaks_the_rows_off_is_told_as_it_is(kept: Store, source: UploadSource) -> None:
    def pieces() -> Iterable[bytes]:
        yield bytes(250)
        raise ValueError("the disk is gone")

    with pytest.raises(ValueError, match="the disk is gone"):
        source.upload(pieces())
    assert kept.committed == []


@pytest.mark.parametrize(
    ("schemas", "lost"), [([{"id": 1}], False), ([], True)], ids=["it was done", "it was not"]
)
def test_a_commit_that_is_refused_the_second_time_is_looked_up(
    portal: Any, session: PortalSession, schemas: list[Any], lost: bool
) -> None:
    portal.answer({}).answer({}).answer("", fault="reset").answer({"message": "already"}, 400)
    portal.answer({"resource": {"id": 8, "schemas": schemas}})

    if lost:
        with pytest.raises(PortalError, match="already"):
            source_in(session).upload([b"x"])
    else:
        source_in(session).upload([b"x"])
    assert [asked.method for asked in portal.asked] == ["POST"] * 4 + ["GET"]


def test_links_of_the_portal_are_used_where_it_gives_them(
    portal: Any, session: PortalSession
) -> None:
    from sodasheet.portal.publishing.resource import Resource

    links = {
        "initiate": "/a/initiate",
        "chunk": "/a/chunk/{seq_num}/at/{byte_offset}",
        "commit": "/a/commit/{seq_num}/of/{byte_offset}",
    }
    portal.answer({"preferred_chunk_size": 3, "preferred_upload_parallelism": 1}).answer({})

    UploadSource(session, 8, Resource({}, links)).upload([b"abcd"])

    assert [asked.path for asked in portal.asked] == [
        "/a/initiate",
        "/a/chunk/0/at/0",
        "/a/chunk/1/at/3",
        "/a/commit/1/of/4",
    ]
