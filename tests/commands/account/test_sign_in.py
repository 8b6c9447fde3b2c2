"""Signing in, listing and signing out as entered by a user, with the messages on failure."""

from __future__ import annotations

import io
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from socrata_practice import PracticePortal
from sodasheet.system.pasteable_command_line import command_line

from ..conftest import Said, Terminal

STORES = Path(__file__).parents[2] / "credentials"
SECRET = "swordfish-77aa-secret"


@pytest.fixture
def desk(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose user has not signed in yet, with an empty and secure credential store."""
    monkeypatch.syspath_prepend(str(STORES))
    import odd_stores

    odd_stores.Memory.kept.clear()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "odd_stores.Memory")
    for name in ("SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET", "SODASHEET_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return terminal


@pytest.fixture
def sign_in(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Sign in with a secret on standard input; no message contains the secret."""

    def piped(host: str, key_id: str, secret: str | bytes, *options: str) -> Said:
        given = secret if isinstance(secret, bytes) else secret.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        said = desk("sign-in", host, "--key-id", key_id, "--stdin", *options)
        assert (given.strip() or b"?").decode(errors="replace") not in said.out + said.err
        return said

    return piped


def kept() -> dict[tuple[str, str], str]:
    import odd_stores

    found: dict[tuple[str, str], str] = odd_stores.Memory.kept
    return found


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("publisher", "(role publisher). You may change every dataset there."),
        ("editor", "(role editor). You may change your own datasets there, and those shared"),
        ("viewer", "(role viewer). You may change only datasets there that are shared with you."),
        ("sso", "(role publisher). You may change every dataset there."),
    ],
)
def test_signing_in_says_who_you_are_what_you_may_do_and_where_the_secret_is(
    desk: Terminal, sign_in: Callable[..., Said], role: str, may: str
) -> None:
    account, host = desk.portal.account(role), desk.portal.url.removeprefix("http://")

    # Any address of the portal works, and the line break is not part of the secret.
    said = sign_in(desk.permits, account.key_id, account.key_secret + "\r\n")

    assert said.code == 0, said.err
    assert said.out.startswith(f"You are signed in to {host} as Practice ")
    assert may in said.out
    assert said.out.endswith(
        "The secret is in this computer's credential store (odd stores Memory).\n"
    )
    assert kept() == {(f"sodasheet:{host}", account.key_id): account.key_secret}


def test_whoever_has_signed_in_can_push(desk: Terminal, sign_in: Callable[..., Said]) -> None:
    account = desk.portal.account("publisher")
    sign_in(desk.portal.url, account.key_id, account.key_secret)
    desk.sample("permits-new.csv")
    desk("map", "permits-new.csv", desk.permits, "--confirm", "-o", "job.json")

    said = desk("push", "job.json", "--yes", "--json")

    assert said.code == 0, said.out + said.err
    assert said.json["user"] == "Practice Publisher"
    assert said.json["credentials"] == "odd stores Memory"


def test_the_report_names_credentials_from_the_environment(desk: Terminal) -> None:
    desk.sign_in()
    desk.sample("permits-new.csv")
    desk("map", "permits-new.csv", desk.permits, "--confirm", "-o", "job.json")

    said = desk("push", "job.json", "--yes", "--json")

    assert said.json["credentials"] == "the environment"


def test_without_an_account_one_may_read_but_a_push_says_how_to_sign_in(desk: Terminal) -> None:
    host = desk.portal.url.removeprefix("http://")
    desk.sample("permits-new.csv")
    mapped = desk("map", "permits-new.csv", desk.permits, "-o", "job.json")

    said = desk("push", "job.json", "--yes")

    assert mapped.code == 0, mapped.err
    assert said.code == 1
    assert said.err == (
        f"sodasheet: You are not signed in to {host}.\n"
        "Sign in to push.\n"
        f"Sign in: {command_line(['sign-in', host])}\n"
    )


def test_signing_in_while_the_environment_holds_a_key_says_that_it_comes_first(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    account = desk.portal.account("editor")
    desk.sign_in()

    said = sign_in(desk.portal.url, account.key_id, account.key_secret)

    assert said.code == 0
    assert said.err == (
        "Note: SODASHEET_KEY_ID is set, and the key in the environment is used before this one.\n"
    )


def test_an_answer_in_json_holds_everything_but_the_secret(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    account, host = desk.portal.account("viewer"), desk.portal.url.removeprefix("http://")

    said = sign_in(desk.portal.url, account.key_id, account.key_secret, "--json")

    assert said.json == {
        "kind": "portal",
        "host": host,
        "key_id": account.key_id,
        "store": "odd stores Memory",
        "checked": True,
        "user": "Practice Viewer",
        "role": "viewer",
        "rights": ["view_domain"],
    }
    assert desk("accounts", "--json").json == {
        "accounts": [
            {
                "kind": "portal",
                "host": host,
                "key_id": account.key_id,
                "store": "odd stores Memory",
                "default": True,
            }
        ],
        "environment": None,
        "store": {
            "name": "odd stores Memory",
            "chosen_by": "PYTHON_KEYRING_BACKEND",
            "problem": None,
        },
    }
    assert desk("sign-out", host, "--json").json == {
        "kind": "portal",
        "host": host,
        "signed_out": [account.key_id],
        "in_use": None,
    }


def test_a_user_name_and_password_work(desk: Terminal, sign_in: Callable[..., Said]) -> None:
    account = desk.portal.account("editor")

    said = sign_in(desk.portal.url, account.email, account.password)

    assert said.code == 0, said.err
    assert "as Practice Editor (role editor)" in said.out


def test_a_password_of_an_account_with_single_sign_on_is_refused_with_the_way_out(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    account = desk.portal.account("sso")

    said = sign_in(desk.portal.url, account.email, account.password)

    assert said.code == 1
    assert said.err == (
        "sodasheet: 127.0.0.1 does not accept this user name and password.\n"
        "Accounts with single sign-on or a second factor can only use an API key, which you make"
        f" at {desk.portal.url}/profile/edit/developer_settings; the password was tried only"
        " once.\n"
    )
    assert kept() == {}


def test_a_key_that_the_portal_does_not_accept_is_not_kept(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    said = sign_in(desk.portal.url, desk.portal.account("editor").key_id, SECRET)

    assert said.code == 1
    assert said.err.startswith("sodasheet: 127.0.0.1 does not accept your key.\nCheck key id and")
    assert kept() == {}
    assert "Nobody is signed in. To sign in: sodasheet sign-in HOST" in desk("accounts").out


def test_an_empty_secret_is_refused_before_the_portal_is_asked(
    sign_in: Callable[..., Said],
) -> None:
    said = sign_in("nowhere.invalid", "some-key", "")

    assert said.code == 2
    assert said.err.startswith("sodasheet: The secret is empty")


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_has_expired_or_was_taken_back_is_refused_in_either_way(
    sign_in: Callable[..., Said], website: Any, status: int
) -> None:
    """Portals use both status codes for this (portal-api.md A.3)."""
    body = b'{"code":"authentication_required","error":true,"message":"Invalid credentials"}'
    website.answer = (status, "application/json", body)

    said = sign_in(website.url, "key-1", SECRET)

    assert said.code == 1
    assert said.err.startswith(
        "sodasheet: 127.0.0.1 does not accept your key.\nCheck key id and secret, or make a new"
    )
    assert kept() == {}


def test_a_key_that_is_taken_back_later_is_named_when_it_is_used(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    account = desk.portal.account("editor")
    sign_in(desk.portal.url, account.key_id, account.key_secret)
    desk.sample("permits-new.csv")
    desk("map", "permits-new.csv", desk.permits, "--confirm", "-o", "job.json")
    desk.portal.inject("withdraw", account="editor", role="revoked")

    said = desk("push", "job.json", "--yes")
    desk.portal.clear_faults()

    assert said.code == 1
    assert "127.0.0.1 does not accept your key." in said.out + said.err


@pytest.mark.parametrize(
    ("kind", "host", "told"),
    [
        ("mail", "smtp.example.gov:587", "for the mail server smtp.example.gov:587 was saved"),
        ("proxy", "http://Proxy.example.gov:8080/", "for the proxy proxy.example.gov:8080 was"),
    ],
)
def test_passwords_of_mail_server_and_proxy_are_kept_listed_and_dropped(
    desk: Terminal, sign_in: Callable[..., Said], kind: str, host: str, told: str
) -> None:
    place = host.removeprefix("http://").rstrip("/").lower()

    said = sign_in(host, "me", " päss word \n", "--for", kind)

    assert said.code == 0, said.err
    assert f"The password of me {told}" in said.out
    assert ("HTTPS_PROXY" in said.err) == (kind == "proxy")
    assert kept() == {(f"sodasheet:{kind}:{place}", "me"): " päss word "}
    (account,) = desk("accounts", "--json").json["accounts"]
    assert (account["kind"], account["host"], account["key_id"]) == (kind, place, "me")
    assert desk("accounts", "--use", host, "me", "--for", kind).code == 0
    gone = desk("sign-out", host, "--for", kind, "--user", "me", "--json").json
    assert gone == {"kind": kind, "host": place, "signed_out": ["me"], "in_use": None}
    assert kept() == {}


def test_a_proxy_that_no_setting_names_is_said(
    sign_in: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.gov:8080")

    other = sign_in("other.example.gov", "me", SECRET, "--for", "proxy")
    same = sign_in("proxy.example.gov", "me", SECRET, "--for", "proxy")

    assert "the system's proxy settings (HTTPS_PROXY) do not name other.example.gov" in other.err
    assert same.err == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--for", "mail", "--stdin"], "--stdin needs --user.\nAdd --user ID to the command."),
        (["--for", "mail"], "there is no terminal.\nPipe it in with --stdin and --user."),
        (["--for", "proxy", "--user", "a:b", "--stdin"], "The user name contains a colon, which"),
        (["--for", "fax"], "'fax' is not one of"),
    ],
)
def test_a_password_that_cannot_be_kept_is_told(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SECRET.encode())))

    said = desk("sign-in", "smtp.example.gov", *arguments)

    assert said.code == 2
    assert told in said.err
    assert kept() == {}


@pytest.mark.parametrize("host", ["me:word@smtp.example.gov", "a host", "", "smtp.example.gov/x"])
def test_what_is_no_host_is_refused_without_repeating_it(
    sign_in: Callable[..., Said], host: str
) -> None:
    said = sign_in(host, "me", SECRET, "--for", "mail")

    assert said.code == 2
    assert said.err.startswith("sodasheet: A secret can only be saved for a host name.\n")
    assert kept() == {}


def test_a_key_may_be_kept_without_trying_it(desk: Terminal, sign_in: Callable[..., Said]) -> None:
    said = sign_in("data.example.gov", "key-1", SECRET, "--no-check")

    assert said.code == 0
    assert said.out.startswith(
        "The key key-1 for data.example.gov was saved without testing it. The secret is in"
    )
    assert kept() == {("sodasheet:data.example.gov", "key-1"): SECRET}


@pytest.mark.parametrize(
    ("host", "code", "told"),
    [
        (
            "http://data.example.gov",
            2,
            "http://data.example.gov would send your key and your rows unprotected.\nUse https://",
        ),
        (
            "https://me:pw@data.example.gov",
            2,
            "The address contains a user name or password, which",
        ),
        ("not a portal", 2, '"not a portal" does not name a portal.\n'),
        ("", 2, "No dataset address was specified.\n"),
        ("nowhere.invalid", 1, "There is no host called nowhere.invalid, or this computer cannot"),
    ],
)
def test_a_host_that_cannot_be_signed_in_to_is_told(
    sign_in: Callable[..., Said], host: str, code: int, told: str
) -> None:
    said = sign_in(host, "key-1", SECRET)

    assert said.code == code
    assert said.err.startswith(f"sodasheet: {told}")
    assert kept() == {}


@pytest.mark.not_on_windows("a network namespace")
def test_a_computer_without_a_network_is_told(desk: Terminal) -> None:
    alone = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("This system allows no network namespace.")

    done = subprocess.run(
        [*alone, sys.executable, "-m", "sodasheet", "sign-in", "data.example.gov", "--key-id", "me",
         "--stdin"],
        input=SECRET, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(STORES)},
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == (
        "sodasheet: There is no host called data.example.gov, or this computer cannot look it up.\n"
        "Check the spelling of the portal's address. Check the network connection (and the VPN, if"
        " you need one), then try again.\n"
    )


def test_a_host_where_nothing_listens_is_told(sign_in: Callable[..., Said]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = sign_in(f"http://127.0.0.1:{taken.getsockname()[1]}", "key-1", SECRET)

    assert said.code == 1
    assert said.err.startswith("sodasheet: 127.0.0.1 was found but refused the connection.\nCheck")


@pytest.mark.parametrize(
    ("status", "kind", "body", "told"),
    [
        (200, "text/html", b"<html><title>Welcome</title></html>", "Welcome"),
        (200, "application/json", b"{}", "127.0.0.1 does not say who this key belongs to, so it"),
        (404, "text/html", b"<html><title>Not found</title></html>", "127.0.0.1 does not say who"),
    ],
)
def test_a_host_that_is_no_portal_is_told(
    sign_in: Callable[..., Said], website: Any, status: int, kind: str, body: bytes, told: str
) -> None:
    website.answer = (status, kind, body)

    said = sign_in(website.url, "key-1", SECRET)

    assert said.code == 1
    assert told in said.err
    assert kept() == {}


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        (
            timedelta(days=30),
            "is not valid yet: the clock of this computer seems to be wrong.\nCorrect",
        ),
        (timedelta(days=-30), "has expired, so the connection is not safe.\nCheck the date"),
    ],
)
def test_a_clock_that_is_wrong_is_told(
    sign_in: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    moved: timedelta,
    told: str,
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    middle = datetime.now(UTC) + moved
    day = timedelta(days=1)
    authority.issue_cert(
        "127.0.0.1", not_before=middle - day, not_after=middle + day
    ).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    with PracticePortal(ssl_context=context) as portal:
        said = sign_in(portal.url, "key-1", SECRET)

    assert said.code == 1
    assert said.err.startswith(f"sodasheet: The certificate of 127.0.0.1 {told}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--stdin"], "--stdin needs --key-id.\nAdd --key-id ID to the command."),
        ([], "The secret cannot be entered: there is no terminal.\nPipe it in with --stdin"),
    ],
)
def test_a_secret_that_cannot_be_asked_for_is_wrong_usage(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SECRET.encode())))

    said = desk("sign-in", "data.example.gov", *arguments)

    assert said.code == 2
    assert said.err.startswith(f"sodasheet: {told}")


@pytest.mark.parametrize("given", [b"", b"\n", b"\xff\xfe\x00", b"two\nlines"])
def test_what_is_no_secret_is_refused(sign_in: Callable[..., Said], given: bytes) -> None:
    said = sign_in("data.example.gov", "key-1", given, "--no-check")

    assert said.code == 2
    assert "Copy it from" in said.err or "Pipe in only the secret, in UTF-8." in said.err
    assert kept() == {}


def test_another_account_is_chosen_by_its_key_id(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    for key_id in ("one", "two"):
        sign_in("data.example.gov", key_id, SECRET, "--no-check")

    listed = desk("accounts", "--use", "https://data.example.gov", "one", "--json").json
    assert [one["default"] for one in listed["accounts"]] == [False, True]
    assert [one["key_id"] for one in listed["accounts"]] == ["two", "one"]

    unknown = desk("accounts", "--use", "data.example.gov", "no-such-key")
    assert unknown.code == 2
    assert unknown.err.startswith(
        "sodasheet: There is no account no-such-key for data.example.gov; accounts there: one,"
        " two.\n"
    )


def test_signing_out_of_one_account_names_the_one_in_use_then(
    desk: Terminal, sign_in: Callable[..., Said]
) -> None:
    for key_id in ("one", "two"):
        sign_in("data.example.gov", key_id, SECRET, "--no-check")

    assert desk("sign-out", "data.example.gov", "--key-id", "two").out == (
        "You are signed out of data.example.gov (two). The account in use there is one.\n"
    )
    assert desk("sign-out", "data.example.gov").out == (
        "You are signed out of data.example.gov (one).\n"
    )
    again = desk("sign-out", "data.example.gov")
    assert (again.code, again.out) == (0, "You were not signed in to data.example.gov.\n")
    assert kept() == {}


def test_the_list_names_the_environment_and_a_store_that_cannot_be_used(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sign_in()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    said = desk("accounts")

    key_id = desk.portal.account("publisher").key_id
    assert said.code == 0
    assert f"The key in the environment ({key_id}) takes precedence over these.\n" in said.out
    assert (
        "Credential store: none. PYTHON_KEYRING_BACKEND selects the credential store"
        " keyring.backends.null.Keyring, which does not protect secrets. Remove that setting"
    ) in said.out


class Website:
    """A web server that gives the same reply to every request."""

    def __init__(self) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        site = self
        self.answer = (200, "text/plain", b"")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = site.answer
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def website() -> Iterator[Website]:
    import threading

    site = Website()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join(10)


WEBHOOK = "https://hooks.slack.com/services/T0/B0/swordfish-77aa"


def test_the_address_of_a_webhook_is_the_secret(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WEBHOOK.encode() + b"\n")))

    said = desk("sign-in", "hooks.slack.com", "--for", "webhook", "--stdin")
    listed = desk("accounts")

    assert said.code == 0, said.err
    assert "The webhook on hooks.slack.com was saved" in said.out
    assert WEBHOOK in kept().values()
    assert "swordfish" not in said.out + said.err + listed.out + listed.err
    assert "hooks.slack.com" in listed.out


@pytest.mark.parametrize("address", [WEBHOOK.replace("https", "http"), "https://example.org/x"])
def test_an_address_that_is_not_a_webhook_of_the_host_is_not_kept(
    sign_in: Callable[..., Said], address: str
) -> None:
    said = sign_in("hooks.slack.com", "team", address, "--for", "webhook")

    assert said.code == 2
    assert "not an https address on hooks.slack.com" in said.err
    assert kept() == {}
