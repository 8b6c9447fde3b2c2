"""The window Sign in, worked with keys against a practice portal."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from socrata_practice import PracticePortal

from .conftest import Bench
from .screen import Window


def fill(window: Window, portal: str, key_id: str, secret: str) -> None:
    """Type into the three fields, moving on with Tab."""
    for text in (portal, key_id):
        window.type(text)
        window.press("Tab")
    window.type(secret)
    typed = (portal, key_id, secret)
    window.wait(
        lambda seen: tuple(field["text"] for field in seen["fields"]) == typed, "all is typed"
    )


def test_a_key_is_tried_and_kept_without_touching_the_mouse(bench: Bench) -> None:
    account, portal = bench.portal.account("publisher"), bench.portal.url
    window = bench.open("sign_in", portal="")
    fill(window, portal, account.key_id, account.key_secret)

    window.press("alt+t")
    told = window.wait_for("The portal knows you as Practice Publisher (role publisher).")
    assert "You may change every dataset there." in told
    assert "The secret will be kept in Test Store" in told
    assert f"{portal}/profile/edit/developer_settings" in told

    window.press("Return")
    kept = window.end()
    host = portal.removeprefix("http://")
    assert kept == {
        "host": host, "key_id": account.key_id, "store": "Test Store", "kind": "portal",
        "default": True,
    }  # fmt: skip
    store = json.loads((bench.home / "store.json").read_text())
    assert store == {f"sodasheet:{host} {account.key_id}": account.key_secret}
    files = [file for file in bench.home.rglob("*") if file.is_file()]
    holding = [file.name for file in files if account.key_secret in file.read_text()]
    assert holding == ["store.json"], "the secret is in the store and nowhere else"


def test_escape_keeps_nothing(bench: Bench) -> None:
    window = bench.open("sign_in", portal=bench.portal.url)

    window.press("Escape")

    assert window.end() is None
    assert not (bench.home / "store.json").exists()


def test_the_secret_is_masked_until_show_is_pressed(bench: Bench) -> None:
    window = bench.open("sign_in", portal="")
    assert [field["show"] for field in window.seen()["fields"]] == ["", "", "\u2022"]

    window.press("alt+w")
    window.wait(lambda seen: seen["fields"][2]["show"] == "", "the secret is shown")

    window.press("alt+w")
    window.wait(lambda seen: seen["fields"][2]["show"] == "\u2022", "the secret is masked again")


def test_tab_goes_through_everything_and_letters_lead_to_their_fields(bench: Bench) -> None:
    window = bench.open("sign_in", portal=bench.portal.url)
    window.focus("field !entry2")
    page = f"{bench.portal.url}/profile/edit/developer_settings"
    for place in ("field !entry", "Show", page, "Test", "Save", "Cancel"):
        window.press("Tab")
        window.focus(place)

    window.press("alt+k")
    window.focus("field !entry2")
    window.press("alt+p")
    window.wait(lambda seen: seen["focus"].startswith("field"), "the portal's field")


def test_the_link_opens_the_page_for_keys(bench: Bench) -> None:
    window = bench.open("sign_in", portal=bench.portal.url)
    window.press("Tab", "Tab", "Tab")
    window.focus(f"{bench.portal.url}/profile/edit/developer_settings")

    window.press("Return")

    opened = bench.home / "opened"
    window.wait(lambda _: opened.exists() and opened.read_text(), "the browser is asked")
    assert opened.read_text() == f"{bench.portal.url}/profile/edit/developer_settings\n"


def test_a_key_that_may_only_read_takes_a_second_press(bench: Bench) -> None:
    account = bench.portal.account("viewer")
    window = bench.open("sign_in", portal="")
    fill(window, bench.portal.url, account.key_id, account.key_secret)

    window.press("Return")
    told = window.wait_for("Everything else you may only read")
    assert "(role viewer)" in told
    assert not (bench.home / "store.json").exists()

    window.enabled("Save")
    window.press("Return")
    assert window.end()["key_id"] == account.key_id


def test_what_was_said_of_a_key_goes_when_the_key_is_changed(bench: Bench) -> None:
    account = bench.portal.account("publisher")
    window = bench.open("sign_in", portal="")
    fill(window, bench.portal.url, account.key_id, account.key_secret)
    window.press("alt+t")
    window.wait_for("The portal knows you")

    window.type("x")
    window.wait(lambda seen: "knows you" not in "".join(seen["texts"]), "it is gone")
    window.press("Return")
    assert "does not accept your key" in window.wait_for("does not accept")


@pytest.fixture
def web_site() -> Iterator[str]:
    """A web server that is no portal."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html><body><h1>Welcome</h1></body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def mistimed(request: pytest.FixtureRequest) -> Iterator[PracticePortal]:
    """A portal whose certificate is good for a week that begins so many days from now."""
    begins = datetime.now(UTC) + timedelta(days=request.param)
    ends = begins + timedelta(days=7)
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("127.0.0.1", not_before=begins, not_after=ends)
    certificate.configure_cert(context)
    with PracticePortal(ssl_context=context) as portal:
        authority.cert_pem.write_to_path(str(portal_ca(portal)))
        yield portal


def portal_ca(portal: PracticePortal) -> Path:
    """Where the authority's certificate is put, so that only the clock is wrong."""
    assert portal._temporary is not None
    return portal._temporary / "ca.pem"


def refused(bench: Bench, portal: str, key: tuple[str, str], words: str, **settings: str) -> str:
    """Press Save on something that cannot be right; the window stays and says why."""
    window = bench.open("sign_in", portal="", environment=settings)
    fill(window, portal, *key)
    window.press("Return")
    told = window.wait_for(words)
    window.enabled("Save")
    assert not (bench.home / "store.json").exists()
    assert "Traceback" not in told
    return told


@pytest.mark.parametrize(
    ("portal", "key", "words"),
    [
        ("", ("id", "secret"), "No portal is named. Type its address"),
        ("data.example.gov", ("", "secret"), "The key id is missing."),
        ("data.example.gov", ("id", ""), "The secret is missing."),
        ("http://data.example.gov", ("id", "secret"), "would send your key and your rows unprot"),
        ("https://me:pw@data.example.gov", ("id", "secret"), "holds a user name or password"),
        ("no-such-host.invalid", ("id", "secret"), "There is no host called no-such-host.invalid"),
        ("http://127.0.0.1:9", ("id", "secret"), "is there but refuses the connection"),
    ],
)
def test_what_cannot_be_right_is_said_in_the_window(
    bench: Bench, portal: str, key: tuple[str, str], words: str
) -> None:
    assert words in refused(bench, portal, key, words)


def test_a_wrong_key_is_refused_with_the_page_to_make_another(bench: Bench) -> None:
    told = refused(bench, bench.portal.url, ("revoked-key", "old-secret-1"), "does not accept")

    assert "127.0.0.1 does not accept your key. Check key id and secret, or make a new" in told
    assert "old-secret-1" not in told


def test_a_password_of_somebody_with_single_sign_on_is_explained(bench: Bench) -> None:
    account = bench.portal.account("sso")

    told = refused(bench, bench.portal.url, (account.email, account.password), "does not accept")

    assert "Accounts with single sign-on or a second factor can only use an API key" in told
    assert "This looks like a user name." in told


def test_a_host_that_is_no_portal_is_named(bench: Bench, web_site: str) -> None:
    refused(bench, web_site, ("id", "secret"), "or 127.0.0.1 is no portal")


@pytest.mark.parametrize(
    ("mistimed", "words"),
    [
        (1, "the clock of this computer seems to be wrong. Set the date and time"),
        (-30, "has expired, so the connection is not safe. Check the date of this computer"),
    ],
    indirect=["mistimed"],
)
def test_a_wrong_clock_is_named_as_such(bench: Bench, mistimed: PracticePortal, words: str) -> None:
    told = refused(
        bench, mistimed.url, ("id", "secret"), "certificate",
        REQUESTS_CA_BUNDLE=str(portal_ca(mistimed)),
    )  # fmt: skip

    assert words in told


def test_a_store_that_keeps_nothing_is_said_before_anything_is_typed(bench: Bench) -> None:
    window = bench.open(
        "sign_in", portal="",
        environment={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )  # fmt: skip

    assert "does not protect secrets" in window.wait_for("chooses the credential store")
