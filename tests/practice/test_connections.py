"""Connections that stay open: the boundary between requests, for any input."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from socrata_practice import PracticePortal
from socrata_practice.web.http import threaded_server

from .conftest import until

VERSION = b"GET /api/version.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /api/version.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(autouse=True)
def calm(portal):
    """Each test begins with no requests, and ends without faults and with the usual patience."""
    portal.forget_requests()
    yield
    portal.clear_faults()
    portal.settings.keep_alive = 60.0


def post(*headers, body=b"", path=b"/resource/none-none"):
    head = b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: localhost", *headers])
    return head + b"\r\n\r\n" + body


def chunked(*pieces, end=b"\r\n"):
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in pieces) + b"0\r\n" + end


def talk(portal, *said):
    """Return all bytes until the portal closes the connection; fails if the portal never does."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as line:
        for one in said:
            line.sendall(one)
        return everything(line)


def everything(line):
    heard = b""
    while piece := line.recv(1 << 16):
        heard += piece
    return heard


def statuses(heard):
    return [int(part[:3]) for part in heard.split(b"HTTP/1.1 ")[1:]]


def paths(portal):
    return [one.path for one in portal.requests_seen]


CHUNKED = b"Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    "request_",
    [
        post(b"Content-Length: %d" % len(SMUGGLED), body=SMUGGLED),
        post(CHUNKED, body=chunked(SMUGGLED)),
        post(CHUNKED, body=chunked(b"a", SMUGGLED, end=b"X: y\r\nZ: " + b"z" * 99 + b"\r\n\r\n")),
        post(b"transfer-encoding: CHUNKED", body=b"001;a=b\r\nx\r\n0;c\r\n\r\n"),
        post(b"Content-Length: 0"),
        post(),
        b"GET /d/none HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    ],
)
def test_what_is_left_of_a_body_is_never_a_request(portal, request_):
    heard = talk(portal, request_ + VERSION + LAST)

    assert statuses(heard)[1:] == [200, 200]
    assert "/smuggled" not in paths(portal)
    assert portal.connections_seen == 1
    assert heard.count(b"Connection: close") == 1


@pytest.mark.parametrize(
    "request_",
    [
        post(b"Content-Length: 5", CHUNKED, body=chunked(b"x")),
        post(b"Content-Length: 5", b"Content-Length: 3", body=b"abc"),
        post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"),
        post(b"Content-Length: +3", body=b"abc"),
        post(b"Content-Length: -3", body=b"abc"),
        post(b"Content-Length: 0x3", body=b"abc"),
        post(b"Content-Length: 3, 3", body=b"abc"),
        post(b"Content-Length:", body=b"abc"),
        post("Content-Length: ³".encode("latin-1"), body=b"abc"),
        post(b"Content-Length : 3", body=b"abc"),
        post(b"no header", b"Content-Length: 3", body=b"abc"),
        post(b"X: a", b" Content-Length: 3", body=b"abc"),
        post(b"Transfer-Encoding: gzip, chunked", body=chunked(b"x")),
        post(CHUNKED, CHUNKED, body=chunked(b"x")),
        post(b"Transfer-Encoding: xchunked", body=chunked(b"x")),
        post(CHUNKED, body=chunked(b"x")).replace(b"HTTP/1.1", b"HTTP/1.0"),
        b"GET /api/version.json HTTP/1.x\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_ends_the_connection(
    portal, request_
):
    assert b" 400 " in talk(portal, request_ + SMUGGLED)
    assert paths(portal) == []


@pytest.mark.parametrize(
    "body",
    [b"-1\r\n", b"+1\r\nx\r\n", b"0x1\r\nx\r\n", b"1_0\r\nx\r\n", b"1\r\nxy\r\n", b"1\nx\n0\n\n",
     b"\r\n", b"1\r\nx\r\n0\r\n" + b"X: y\r\n" * 101, b"1;" + b"x" * 5000 + b"\r\n"],
)  # fmt: skip
def test_broken_chunks_end_the_connection(portal, body):
    talk(portal, post(CHUNKED, b"Content-Type: application/json", body=body) + SMUGGLED)

    assert "/smuggled" not in paths(portal)


@pytest.mark.parametrize("path", [b"/resource/none-none", b"/api/version.json"])
def test_a_reply_to_head_has_no_body_not_even_one_of_a_fault(portal, path):
    portal.inject("status", status=503, path="/resource/*")
    heard = talk(portal, b"HEAD " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" + LAST)

    assert len(statuses(heard)) == 2
    assert heard.split(b"\r\n\r\n")[1].startswith(b"HTTP/1.1 200")


def test_older_clients_get_replies_without_chunks_that_end_with_the_connection(portal):
    request_ = b"GET /resource/tree-6h3n.csv HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    heard = talk(portal, request_ + SMUGGLED)

    assert statuses(heard) == [200]
    assert b"chunked" not in heard
    assert heard.count(b"\n") > 200
    assert b"Connection: close" in heard


def test_a_client_that_waits_for_word_is_told_to_go_on_only_when_its_body_is_wanted(
    client, permits, portal
):
    account = portal.account("publisher")
    token = requests.auth._basic_auth_str(account.key_id, account.key_secret).encode()
    rows = b'[{"no": "B"}]'
    told = (b"Expect: 100-continue", b"Content-Type: application/json",
            b"Content-Length: %d" % len(rows))  # fmt: skip
    path = b"/resource/" + permits.encode()
    with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as line:
        line.sendall(post(*told, b"Authorization: " + token, path=path))
        assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(rows + LAST)
        assert statuses(everything(line)) == [200, 200]
    refused = talk(portal, post(*told, b"Authorization: Basic bm86bm8=", path=path))

    assert client.rows(permits, select="no") == [{"no": "A"}, {"no": "B"}]
    assert statuses(refused)[0] in (401, 403)
    assert b"Connection: close" in refused


FAULTS = [
    ("drop_before_body", {}, True), ("drop_in_body", {"bytes": 2}, True),
    ("drop_after_body", {}, True), ("drop_after_work", {}, True),
    ("drop_in_reply", {"bytes": 3}, True), ("status", {"status": 429}, False),
    ("status", {"status": 413, "limit": 1}, False), ("empty_reply", {}, False),
    ("data_saved", {}, False), ("slow", {"seconds": 0.05}, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "ends"), FAULTS)
def test_a_connection_outlives_exactly_the_faults_that_leave_it_whole(
    portal, client, plain, kind, options, ends
):
    portal.forget_requests()
    portal.inject(kind, method="POST", **options)
    try:
        client.upsert(plain, [{"word": "w"}])
    except requests.RequestException:
        assert ends
    assert client.rows(plain, select="count(*)")
    assert portal.connections_seen == (2 if ends else 1)


def test_an_idle_connection_is_closed_and_none_is_kept_where_that_is_wanted(portal):
    portal.settings.keep_alive = 0.2
    with socket.create_connection(("127.0.0.1", portal.port), timeout=50) as line:
        line.sendall(VERSION)
        begun = time.monotonic()
        assert b"Connection: close" not in everything(line)
        assert 0.15 < time.monotonic() - begun < 40
    portal.settings.keep_alive = 0.0

    assert b"Connection: close" in talk(portal, VERSION + VERSION)
    assert portal.connections_seen == 2


def test_requests_in_parallel_have_connections_of_their_own(portal):
    with requests.Session() as session, ThreadPoolExecutor(8) as pool:
        ask = lambda _: session.get(f"{portal.url}/api/version.json", timeout=10).status_code  # noqa: E731
        found = list(pool.map(ask, range(80)))

    assert found == [200] * 80
    assert portal.connections_seen <= 8


def threads():
    return {one for one in threading.enumerate() if one.is_alive()}


@pytest.mark.parametrize("tls", [False, True])
def test_stopping_ends_idle_hanging_and_silent_connections_at_once(tls, monkeypatch):
    monkeypatch.setattr(threaded_server, "_PATIENCE", 200.0)
    before = threads()
    with PracticePortal(tls=tls) as portal:
        portal.inject("slow", path="/resource/*", seconds=300)
        context = ssl.create_default_context(cafile=portal.ca) if tls else None
        lines = [socket.create_connection(("127.0.0.1", portal.port), timeout=10) for _ in range(4)]
        silent, lines = lines[0], lines[1:]
        if context is not None:
            lines = [context.wrap_socket(one, server_hostname="127.0.0.1") for one in lines]
        idle, hanging, sending = lines
        idle.sendall(VERSION)
        idle.recv(1000)
        hanging.sendall(b"GET /resource/tree-6h3n HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sending.sendall(post(b"Content-Length: 9", b"Content-Type: application/json", body=b"["))
        until(lambda: len(portal.requests_seen), lambda seen: seen == 3)
        begun = time.monotonic()
        portal.stop()

    # Neither the patience with a request nor its 300 seconds; threads end a moment later.
    assert time.monotonic() - begun < 60
    until(lambda: threads() - before, lambda left: not left)
    for one in (silent, *lines):
        one.close()


def test_a_handshake_that_never_comes_holds_nobody_up():
    with PracticePortal(tls=True) as portal:
        with (
            socket.create_connection(("127.0.0.1", portal.port)) as silent,
            requests.Session() as s,
        ):
            s.verify, s.trust_env = str(portal.ca), False
            assert [s.get(f"{portal.url}/api/version.json", timeout=5).ok for _ in range(3)]
            silent.sendall(VERSION)
        assert portal.connections_seen == 1
