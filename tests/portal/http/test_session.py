"""Requests, retries, and the messages shown on failure."""

from __future__ import annotations

import base64
import ctypes
import datetime
import gzip
import logging
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sodasheet import __version__
from sodasheet.errors import (
    Cancelled,
    PortalError,
    SignInError,
    SodaSheetError,
    UnknownOutcome,
    UsageProblem,
)
from sodasheet.model.credentials import Credentials
from sodasheet.portal.http.request import Write
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession

PATH = "/resource/abcd-1234.json"
WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
ROWS = b'[{"id":"1"}]'


def push(session: PortalSession, body: Any = ROWS, method: str = "POST") -> Any:
    return session.write(Write(method, PATH, body))


# Sent requests


def test_every_request_says_who_is_asking_and_for_what(portal: Any, session: PortalSession) -> None:
    portal.answer([])

    session.get_json(PATH, {"$where": "name = 'Ölaf & Co'"})

    headers = portal.last.headers
    assert headers["User-Agent"] == f"SodaSheet/{__version__}"
    assert headers["Accept"] == "application/json"
    assert headers["X-App-Token"] == "apptoken-5c2e-secret"
    assert portal.last.path == f"{PATH}?$where=name%20%3D%20'%C3%96laf%20%26%20Co'"


def test_a_secret_beyond_ascii_travels_as_utf_8(portal: Any, open_session: Any) -> None:
    portal.answer([])

    open_session(portal.url, Credentials("schlüssel", "geheim€")).get_json(PATH)

    sent = portal.last.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "schlüssel:geheim€"


def test_nobody_signed_in_sends_no_key_not_even_from_netrc(
    portal: Any, open_session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login steward password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    portal.answer([])

    open_session(portal.url, None).get_json(PATH)

    assert portal.last.headers["Authorization"] is None
    assert portal.last.headers["X-App-Token"] is None


@pytest.mark.parametrize(
    ("credentials", "sentence"),
    [
        (Credentials("", "hunter2"), "The key id is empty"),
        (Credentials("a:b", "hunter2"), "contains a colon"),
        (Credentials("id", "hunter2\n"), "invisible character"),
        (Credentials("id", "hunter2", "hunter2\r\nX: y"), "The app token"),
        (Credentials("id", "hunter2", "hünter2"), "The app token"),
    ],
)
def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it(
    credentials: Credentials, sentence: str
) -> None:
    with pytest.raises(UsageProblem, match=sentence) as caught:
        PortalSession("https://data.ct.gov", credentials)

    assert "hunter2" not in str(caught.value)
    assert "hünter2" not in str(caught.value)


def test_plain_http_off_loopback_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageProblem, match=r"would send your key and your rows unprotected"):
        PortalSession("http://data.ct.gov")


def test_connections_are_used_again_and_everything_is_counted(
    portal: Any, session: PortalSession
) -> None:
    portal.answer([])

    for _ in range(5):
        session.get_json(PATH)
    before = session.traffic
    push(session, b"[" + b" " * 300_000 + b"]")

    assert portal.connections == 1
    assert (before.requests, before.retries) == (5, 0)
    heads = sum(asked.size for asked in portal.asked[:5])
    assert heads <= before.bytes_sent <= heads + 5 * 100
    assert 300_000 < session.traffic.bytes_sent - before.bytes_sent < 301_000


def test_cookies_are_not_kept(portal: Any, session: PortalSession) -> None:
    portal.answer([], Set_Cookie="session=1; Path=/")

    session.get_json(PATH)
    session.get_json(PATH)

    assert portal.last.headers["Cookie"] is None


def test_the_session_shows_no_secret(session: PortalSession, secrets: tuple[str, ...]) -> None:
    assert not any(secret in repr(session) for secret in secrets)


# Repeated queries


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_question_is_asked_again_when_the_portal_stumbles(
    portal: Any, session: PortalSession, status: int
) -> None:
    portal.answer("<title>busy</title>", status).answer([1])

    assert session.get_json(PATH) == [1]
    assert session.traffic.retries == 1


@pytest.mark.parametrize("fault", ["reset", "close", "cut"])
def test_a_question_is_asked_again_when_the_connection_breaks(
    portal: Any, session: PortalSession, fault: str
) -> None:
    portal.answer([0], fault=fault).answer([1])

    assert session.get_json(PATH) == [1]


def test_a_question_is_asked_again_when_the_answer_does_not_come(
    portal: Any, hasty: PortalSession
) -> None:
    portal.answer([0]).slow(5).answer([1])

    assert hasty.get_json(PATH) == [1]


def test_after_five_repetitions_the_portal_has_the_last_word(
    portal: Any, session: PortalSession
) -> None:
    portal.answer("<html><title>Bad Gateway</title></html>", 502)

    with pytest.raises(
        PortalError, match=r"127\.0\.0\.1's gateway got no response from the portal's server"
    ):
        session.get_json(PATH)

    assert len(portal.asked) == 6


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 414])
def test_a_clear_no_is_never_asked_twice(portal: Any, session: PortalSession, status: int) -> None:
    portal.answer({"message": "no"}, status, Retry_After="0")

    with pytest.raises(PortalError):
        session.get_json(PATH)

    assert len(portal.asked) == 1


def test_a_wait_is_as_long_as_the_portal_says_but_not_longer_than_we_like(
    portal: Any, open_session: Any
) -> None:
    session = open_session(portal.url, patience=Patience(pause=0, longest_pause=1))
    portal.answer("", 429, Retry_After="3600").answer([1])

    began = time.monotonic()
    session.get_json(PATH)

    assert 1 <= time.monotonic() - began < 60


def test_a_retry_after_that_means_nothing_is_no_error(portal: Any, session: PortalSession) -> None:
    portal.answer("", 503, Retry_After="soon").answer([1])

    assert session.get_json(PATH) == [1]


def test_a_wait_ends_when_the_user_wants_to_stop(portal: Any, open_session: Any) -> None:
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()
    session = open_session(portal.url, patience=Patience(), stop=stopped.is_set)
    portal.answer("", 503, Retry_After="60")

    began = time.monotonic()
    with pytest.raises(Cancelled, match=r"You stopped it while it was waiting"):
        session.get_json(PATH)

    assert time.monotonic() - began < 40


# Writes


def test_a_write_whose_host_refuses_the_connection_is_tried_again_and_then_told(
    open_session: Any,
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        session = open_session(f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(PortalError, match=r"127\.0\.0\.1 was found but refused the connection"):
            push(session)

    assert session.traffic.retries == 2


@pytest.mark.parametrize("status", [409, 429, 503])
def test_a_write_that_was_turned_away_is_sent_again(
    portal: Any, session: PortalSession, status: int
) -> None:
    refusal = {"error": True, "code": "busy", "message": "Later"}
    portal.answer(refusal, status).answer({"Rows Created": 1})

    push(session)

    assert [asked.body for asked in portal.asked] == [ROWS, ROWS]


def test_a_write_that_cannot_be_sent_again_is_not(portal: Any, session: PortalSession) -> None:
    portal.answer({"error": True, "message": "Later"}, 503).answer({"Rows Created": 1})

    with pytest.raises(PortalError, match=r"is temporarily unavailable \(503\)") as caught:
        push(session, iter([ROWS]), "PUT")

    assert not isinstance(caught.value, UnknownOutcome)
    assert len(portal.asked) == 1


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("reset", "The connection to 127.0.0.1 was lost."),
        ("close", "The connection to 127.0.0.1 was lost."),
        ("cut", "The connection to 127.0.0.1 was lost."),
        ("slow", "127.0.0.1 took longer to answer than SodaSheet waits."),
    ],
)
def test_a_write_whose_answer_is_lost_has_an_unknown_outcome_and_is_not_repeated(
    portal: Any, session: PortalSession, hasty: PortalSession, fault: str, how: str
) -> None:
    portal.answer({"Rows Created": 1}, fault=fault).slow(5 if fault == "slow" else 0)

    with pytest.raises(UnknownOutcome) as caught:
        push(hasty if fault == "slow" else session)

    assert caught.value.what == (
        "The rows were sent to 127.0.0.1, but its reply was lost, so they may or may not be in"
        f" the dataset. {how}"
    )
    assert "before you push them again" in caught.value.remedy
    assert len(portal.asked) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520])
def test_a_write_that_the_portal_breaks_down_over_has_an_unknown_outcome(
    portal: Any, session: PortalSession, status: int
) -> None:
    portal.answer("<title>Oops</title>", status)

    with pytest.raises(UnknownOutcome) as caught:
        push(session)

    assert caught.value.status == status
    assert len(portal.asked) == 1


def test_a_fault_in_the_rows_is_told_even_when_the_gateway_dresses_it_as_its_own(
    portal: Any, session: PortalSession
) -> None:
    portal.answer({"error": True, "message": "Illegal field name sent: switch_comm"}, 502)

    with pytest.raises(PortalError, match=r'has no column "switch_comm"') as caught:
        push(session)

    assert not isinstance(caught.value, UnknownOutcome)


def test_a_400_that_says_the_data_was_saved_is_a_success(
    portal: Any, session: PortalSession
) -> None:
    portal.answer({"message": "Row data was saved. Metadata was not."}, 400)

    answer = push(session)

    assert answer.saved


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_rows_are_never_sent_on_to_another_place(
    portal: Any, other_portal: Any, session: PortalSession, status: int
) -> None:
    other_portal.answer({"Rows Created": 1})
    portal.answer("", status, Location=other_portal.url + PATH)

    with pytest.raises(PortalError, match=r"rows are never sent to another address"):
        push(session)

    assert other_portal.asked == []


def test_a_streamed_body_arrives_whole_and_in_small_pieces(
    portal: Any, session: PortalSession
) -> None:
    portal.answer({"Rows Created": 1})
    rows = [b"[" + b"1," * 100_000, b"", b"2]"]

    session.write(Write("PUT", PATH, rows))
    session.write(Write("PUT", PATH, iter(rows), length=200_003))

    assert [asked.body for asked in portal.asked] == [b"".join(rows)] * 2
    assert portal.asked[0].headers["Transfer-Encoding"] == "chunked"
    assert portal.asked[1].headers["Content-Length"] == "200003"


def broken_rows(error: Exception) -> Iterator[bytes]:
    yield b"[" + b" " * 70_000
    raise error


@pytest.mark.parametrize("error", [Cancelled("Stopped.", ""), OSError("disk"), ValueError("x")])
@pytest.mark.parametrize("length", [None, 200_000])
def test_a_source_that_fails_halfway_breaks_the_request_off_and_its_error_comes_out(
    portal: Any, session: PortalSession, error: Exception, length: int | None
) -> None:
    portal.answer({"Rows Created": 1})

    with pytest.raises(type(error)) as caught:
        session.write(Write("PUT", PATH, broken_rows(error), length=length))

    assert caught.value is error
    assert all(len(asked.body) < 200_000 for asked in portal.asked)


@pytest.mark.parametrize(("pieces", "length"), [([], None), ([b""], None), ([b"[]"], 9)])
def test_a_body_that_is_empty_or_short_is_never_completed(
    portal: Any, session: PortalSession, pieces: list[bytes], length: int | None
) -> None:
    portal.answer({"Rows Created": 1})

    with pytest.raises(PortalError, match=r"ended before they were complete"):
        session.write(Write("PUT", PATH, iter(pieces), length=length))


def test_an_early_refusal_of_a_big_body_is_read(portal: Any, session: PortalSession) -> None:
    portal.answer({"code": "req.body.too-large", "data": {"limit": 1000}}, 413, fault="early")

    with pytest.raises(PortalError, match=r"\(at most 1000 bytes\)|was lost"):
        push(session, b"[" + b" " * 2_000_000 + b"]")


# Other origins


# Idempotent writes, and writes without a body


def harmless(session: PortalSession, body: bytes | None = ROWS, method: str = "POST") -> Any:
    return session.write(Write(method, PATH, body, harmless=True))


def test_a_harmless_write_is_repeated_until_it_is_answered(
    portal: Any, session: PortalSession
) -> None:
    portal.answer(fault="reset").answer(fault="cut").answer("", 502).answer("", 408)
    portal.answer("", 409).answer({"done": True}, 201)

    assert harmless(session).status == 201

    assert [asked.body for asked in portal.asked] == [ROWS] * 6
    assert session.traffic.retries == 5


def test_a_harmless_write_is_not_waited_for_as_long_as_rows_are(
    portal: Any, open_session: Any
) -> None:
    patience = Patience(connect=1, read=0.2, write=30, pause=0)
    portal.answer({}).slow(10)
    portal.answer({"done": True})
    begun = time.monotonic()

    assert harmless(open_session(portal.url, patience=patience)).status == 200

    assert time.monotonic() - begun < 5


def test_a_big_harmless_write_is_given_the_time_that_rows_are(
    portal: Any, open_session: Any
) -> None:
    patience = Patience(connect=1, read=0.1, write=30, pause=0)
    portal.answer({}).slow(0.5)

    assert harmless(open_session(portal.url, patience=patience), bytes(100_000)).status == 200

    assert len(portal.asked) == 1


@pytest.mark.parametrize(("status", "fault"), [(502, ""), (200, "reset"), (200, "cut")])
def test_a_harmless_write_that_never_succeeds_leaves_no_question_open(
    portal: Any, session: PortalSession, status: int, fault: str
) -> None:
    portal.answer("", status, fault=fault)

    with pytest.raises(PortalError) as caught:
        harmless(session)

    assert not isinstance(caught.value, UnknownOutcome)
    assert len(portal.asked) == 6


def test_a_clear_no_to_a_harmless_write_is_the_last_word(
    portal: Any, session: PortalSession
) -> None:
    portal.answer({"message": "No."}, 400)

    with pytest.raises(PortalError, match="No"):
        harmless(session)
    assert len(portal.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_without_a_body_says_so(portal: Any, session: PortalSession, method: str) -> None:
    portal.answer("", fault="reset").answer({})

    harmless(session, None, method)

    assert portal.last.headers["Content-Length"] == "0"
    assert portal.last.headers["Transfer-Encoding"] is None
    assert [asked.body for asked in portal.asked] == [b"", b""]


def test_a_write_without_a_body_whose_answer_is_lost_may_have_been_done(
    portal: Any, session: PortalSession
) -> None:
    portal.answer("", fault="reset")

    with pytest.raises(UnknownOutcome):
        push(session, None, "DELETE")
    assert len(portal.asked) == 1


def test_threads_share_a_session_and_every_request_is_counted(
    portal: Any, session: PortalSession
) -> None:
    portal.answer({})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: harmless(session), range(200)))

    sizes = {len(asked.body) for asked in portal.asked}
    assert [answer.status for answer in answers] == [200] * 200
    assert (session.traffic.requests, len(portal.asked), sizes) == (200, 200, {len(ROWS)})
    assert portal.connections <= 8
    assert session.traffic.bytes_sent % 200 == 0


def test_the_key_does_not_follow_a_redirect_to_another_port(
    portal: Any, other_portal: Any, session: PortalSession
) -> None:
    other_portal.answer([1])
    portal.answer("", 302, Location=other_portal.url + "/moved")

    assert session.get_json(PATH) == [1]
    assert other_portal.last.headers["Authorization"] is None
    assert other_portal.last.headers["X-App-Token"] is None


def test_the_key_does_not_come_back_after_a_detour(
    portal: Any, other_portal: Any, session: PortalSession
) -> None:
    portal.answer("", 302, Location=other_portal.url + "/moved").answer([1])
    other_portal.answer("", 302, Location=portal.url + PATH)

    session.get_json(PATH)

    assert portal.last.headers["Authorization"] is None


def test_the_key_follows_a_redirect_at_home(portal: Any, session: PortalSession) -> None:
    portal.answer("", 301, Location="/resource/wxyz-9876.json").answer([1])

    session.get_json(PATH)

    assert portal.last.path == "/resource/wxyz-9876.json"
    assert portal.last.headers["Authorization"].startswith("Basic ")


def test_a_redirect_in_circles_ends_in_a_sentence(portal: Any, session: PortalSession) -> None:
    portal.answer("", 302, Location=PATH)

    with pytest.raises(PortalError, match=r"in a loop"):
        session.get_json(PATH)


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("http://data.example.gov/d", "redirects the request to an unprotected address"),
        ("HTTP://data.example.gov/d", "redirects the request to an unprotected address"),
        ("file:///etc/passwd", "something that isn't a web address"),
        ("https://", "something that isn't a web address"),
    ],
)
def test_a_redirect_to_an_unsafe_place_is_not_followed(
    portal: Any, session: PortalSession, location: str, sentence: str
) -> None:
    portal.answer("", 302, Location=location)

    with pytest.raises(PortalError, match=sentence):
        session.get_json(PATH)


def test_a_question_is_only_put_to_the_portal_itself(session: PortalSession) -> None:
    with pytest.raises(PortalError, match=r"redirected the request"):
        session.get("https://data.example.gov/steal")


# TLS and proxies


def test_a_portal_over_tls_is_reached_through_the_system_proxy(
    safe_portal: Any, open_session: Any
) -> None:
    server = safe_portal("data.example.gov").answer([1])

    assert open_session("https://data.example.gov").get_json(PATH) == [1]
    assert server.last.headers["Host"] == "data.example.gov"


def test_the_key_does_not_follow_a_redirect_to_another_host(
    safe_portal: Any, open_session: Any
) -> None:
    server = safe_portal("data.example.gov", "evil.example.org")
    server.answer("", 302, Location="https://evil.example.org/x").answer([1])

    open_session("https://data.example.gov").get_json(PATH)

    assert server.asked[0].headers["Authorization"].startswith("Basic ")
    assert server.last.headers["Host"] == "evil.example.org"
    assert server.last.headers["Authorization"] is None
    assert server.last.headers["X-App-Token"] is None


def test_a_safe_portal_is_never_followed_down_to_plain_http(
    safe_portal: Any, open_session: Any, portal: Any
) -> None:
    portal.answer([1])
    safe_portal("data.example.gov").answer("", 302, Location=portal.url + PATH)

    with pytest.raises(PortalError, match=r"unprotected address"):
        open_session("https://data.example.gov").get_json(PATH)

    assert portal.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_authority_of_ones_own_can_be_named(
    safe_portal: Any,
    open_session: Any,
    authority: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
) -> None:
    safe_portal("127.0.0.1", trusted=False, proxied=False).answer([1])
    server = safe_portal("127.0.0.1", trusted=False, proxied=False).answer([1])
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))

    assert open_session(server.url).get_json(PATH) == [1]


def test_a_bundle_that_cannot_be_read_is_named(
    open_session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))

    with pytest.raises(UsageProblem, match=r'REQUESTS_CA_BUNDLE names ".*missing\.pem"'):
        open_session("https://localhost:1").get_json(PATH)


@pytest.mark.skipif(WINE, reason="Wine trusts a chain whose root is absent; Windows does not")
def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(
    safe_portal: Any, open_session: Any
) -> None:
    server = safe_portal("data.example.gov", trusted=False).answer([1])
    session = open_session("https://data.example.gov")

    for ask in (lambda: session.get_json(PATH), lambda: push(session)):
        with pytest.raises(PortalError) as caught:
            ask()
        assert caught.value.what == (
            "This computer does not trust the certificate of data.example.gov, so nothing was sent."
        )
        assert "IT department" in caught.value.remedy
        assert not isinstance(caught.value, UnknownOutcome)

    assert server.asked == []
    assert session.traffic.retries == 0


def test_an_expired_certificate_is_told_as_such(safe_portal: Any, open_session: Any) -> None:
    long_ago = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    safe_portal("data.example.gov", not_after=long_ago, not_before=long_ago)

    with pytest.raises(PortalError, match=r"certificate of data\.example\.gov has expired"):
        open_session("https://data.example.gov").get_json(PATH)


def test_a_certificate_from_the_future_points_to_the_clock(
    safe_portal: Any, open_session: Any
) -> None:
    later = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
    safe_portal("data.example.gov", not_after=later, not_before=later)

    with pytest.raises(PortalError, match=r"not valid yet: the clock of this computer"):
        open_session("https://data.example.gov").get_json(PATH)


def test_a_certificate_for_another_host_is_told_as_such(
    safe_portal: Any, open_session: Any
) -> None:
    safe_portal("login.guest-network.example")

    with pytest.raises(PortalError, match=r"has a certificate for another host"):
        open_session("https://data.example.gov").get_json(PATH)


def test_a_host_that_does_not_speak_tls_is_told_as_such(portal: Any, open_session: Any) -> None:
    with pytest.raises(PortalError, match=r"does not use HTTPS"):
        open_session(portal.url.replace("http:", "https:")).get_json(PATH)


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        ("407 Proxy Authentication Required", "proxy requires a sign-in"),
        ("403 Forbidden", "does not let the connection to data.example.gov through"),
    ],
)
def test_a_proxy_that_refuses_is_told_without_its_password(
    refusing_proxy: Any, open_session: Any, secrets: Any, refusal: str, sentence: str
) -> None:
    refusing_proxy(refusal)

    with pytest.raises(PortalError, match=sentence) as caught:
        push(open_session("https://data.example.gov"))

    assert not isinstance(caught.value, UnknownOutcome)
    assert not any(secret in everything(caught.value) for secret in secrets)


def test_a_portal_on_this_computer_is_reached_past_the_proxy(
    portal: Any, session: PortalSession, refusing_proxy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = refusing_proxy("403 Forbidden")
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    portal.answer("", 302, Location=PATH).answer([1]).answer([1])

    assert session.get_json(PATH) == [1]
    push(session)
    assert proxy.asked == []


def test_a_host_that_does_not_exist_is_told_as_such(open_session: Any) -> None:
    with pytest.raises(PortalError, match=r"There is no host called no-such\.invalid"):
        push(open_session("https://no-such.invalid"))


# Secrets


#: How programs escape a string in JSON and in HTML.
SPELLED: dict[bytes, Callable[[str], str]] = {
    b"{echo}": str,
    b"{escaped}": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    b"{slashed}": lambda text: text.replace("/", "\\/"),
    b"{entities}": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
}

FAILING: dict[str, Callable[[Any], Any]] = {
    "refused key": lambda portal: portal.answer({"code": "authentication_required"}, 401),
    "no right": lambda portal: portal.answer({"message": "no"}, 403),
    "echoed headers": lambda portal: portal.answer("<p>{echo}</p>", 400),
    "echoed in json": lambda portal: portal.answer('{"message": "{echo}"}', 500),
    "echoed in escapes": lambda portal: portal.answer('{"message": "{escaped}"}', 400),
    "echoed with slashes": lambda portal: portal.answer('{"message": "{slashed}"}', 400),
    "echoed in entities": lambda portal: portal.answer("<title>{entities}</title>", 403),
    "not json": lambda portal: portal.answer("<title>{echo}</title>", 200),
    "reset": lambda portal: portal.answer([], fault="reset"),
    "cut": lambda portal: portal.answer([], fault="cut"),
    "slow": lambda portal: portal.answer([]).slow(5),
    "redirect": lambda portal: portal.answer("", 302, Location="http://x.example.gov/"),
    "circles": lambda portal: portal.answer("", 302, Location=PATH),
}


def test_no_success_brings_a_secret_along(portal: Any, session: Any, secrets: Any) -> None:
    said = {"id": "cdqe-xcn5", "displayName": f"Ana {' '.join(secrets)}"}
    portal.answer(said).answer([{"name": secrets[0]}])

    told = session.get_json("/api/users/current.json")
    (row,) = session.rows(session.get("/resource/abcd-1234.json"))

    assert not any(secret in repr(told) for secret in secrets)
    assert told["displayName"].startswith("Ana ***")
    assert row == {"name": secrets[0]}, "a row is data, whatever is in it"


@pytest.mark.parametrize("failing", FAILING)
@pytest.mark.parametrize("write", [False, True])
def test_no_failure_shows_a_secret(
    portal: Any,
    session: PortalSession,
    hasty: PortalSession,
    secrets: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
    failing: str,
    write: bool,
) -> None:
    session = hasty if failing == "slow" else session
    caplog.set_level(logging.DEBUG)
    FAILING[failing](portal)
    for reply in portal.script:
        for mark, spell in SPELLED.items():
            reply.body = reply.body.replace(mark, spell(" ".join(secrets)).encode())

    try:
        push(session) if write else session.get_json(PATH)
    except SodaSheetError as error:
        told = everything(error)
        assert not any(secret in told + caplog.text for secret in secrets)
    else:
        assert (write, failing) == (True, "not json")


def everything(error: BaseException) -> str:
    """All that a log could say about an error: its chain, the words and the traceback."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))


def test_a_refused_key_is_tried_once_only(portal: Any, session: PortalSession) -> None:
    portal.answer({"code": "authentication_required", "error": True, "message": "No."}, 401)

    with pytest.raises(SignInError, match=r"does not accept your key"):
        push(session)

    assert len(portal.asked) == 1


def test_a_reply_of_too_many_values_is_refused_before_they_are_in_memory(
    portal: Any, session: PortalSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.portal.http.reply.MOST_VALUES", 1000)
    portal.answer([{}] * 1000).answer([{}] * 1002)

    assert session.get_json(PATH) == [{}] * 1000
    with pytest.raises(PortalError):
        session.get_json(PATH)


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_that_would_fill_the_memory_is_broken_off(
    portal: Any, session: PortalSession, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr("sodasheet.portal.http.session.LARGEST", 1_000_000)
    bomb = b"[" + b" " * 3_000_000 + b"]"
    headers = {"Content_Encoding": "gzip"} if packed else {}
    portal.answer(gzip.compress(bomb) if packed else bomb, **headers)

    with pytest.raises(PortalError, match="was too long, so SodaSheet stopped") as read:
        session.get_json("/x")
    # The outcome for the rows is unknown, as after a lost reply.
    with pytest.raises(UnknownOutcome, match="was too long, so SodaSheet stopped"):
        session.write(Write("POST", "/x", b"[{}]"))

    assert read.value.reason == "too-long"
    assert len(portal.asked) == 2
