"""A secret is only in the store and in memory: never printed, written to a file or passed on.

A recognizable secret is planted in the environment or in a real keyring. Then every command runs,
and everything that can go wrong goes wrong; and every byte printed, every file written (also those
that were removed again) and every argument of a child is searched for it.
"""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from socrata_practice import PracticePortal, new_accounts
from sodasheet.commands.terminal.command_line import COMMANDS
from sodasheet.credentials.account_list import Account
from sodasheet.credentials.redaction import redact, register_secret
from sodasheet.credentials.store import Store
from sodasheet.model.credentials import Credentials
from sodasheet.portal.http.connection import SignIn
from sodasheet.portal.http.request import Write
from sodasheet.portal.http.session import PortalSession

from .conftest import Desktop

WATCHED = Path(__file__).with_name("watched.py")
KEY_ID = "planted-key-id"
#: With signs that JSON, HTML and web addresses write differently.
SECRET = 'sword"fish/7+ä<&>\\end'
PERMITS = "prmt-7x2d"


def forms(secret: str = SECRET) -> dict[str, bytes]:
    """The forms in which the secret could be written."""
    pair = base64.b64encode(f"{KEY_ID}:{secret}".encode()).decode()
    mail = base64.b64encode(f"\0{KEY_ID}\0{secret}".encode()).decode()
    written = {
        "plain": secret,
        "a header": pair,
        "a mail server's sign-in": mail,
        "a header in an address": quote(pair, safe=""),
        "base64": base64.b64encode(secret.encode()).decode(),
        "JSON": json.dumps(secret)[1:-1],
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "an address": quote(secret, safe=""),
        "HTML": html.escape(secret),
        "a repr": repr(secret)[1:-1],
    }
    return {name: text.encode() for name, text in written.items()}


def places(folder: Path, *printed: str) -> list[str]:
    """List the places of the secret, in any of its forms."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path}: {name}" for name, form in forms().items() if form in content]
    for text in printed:
        found += [f"{text}: {name}" for name, form in forms().items() if form in text.encode()]
    return found


@pytest.fixture(scope="module")
def portal() -> Iterator[PracticePortal]:
    """A portal where the planted key belongs to a publisher."""
    accounts = [
        replace(one, key_id=KEY_ID, key_secret=SECRET) if one.role == "publisher" else one
        for one in new_accounts()
    ]
    with PracticePortal(accounts=accounts) as portal:
        yield portal


@pytest.fixture(scope="module")
def stranger() -> Iterator[PracticePortal]:
    """A portal that does not know the planted key."""
    with PracticePortal() as portal:
        yield portal


class Echo(BaseHTTPRequestHandler):
    """Refuses every request and echoes its content, in the format that its path specifies."""

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "none")
        pair = base64.b64decode(given.partition(" ")[2]).decode()
        said = f"header {given}, which is {pair}, that is {pair.partition(':')[2]}"
        if self.server.in_html:  # type: ignore[attr-defined]
            self._reply("text/html", f"<title>{html.escape(said)}</title>")
        else:
            self._reply("application/json", json.dumps({"error": True, "message": said}))

    def _reply(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(400)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(params=[False, True], ids=["JSON", "HTML"])
def echo(request: pytest.FixtureRequest) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.in_html = request.param  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


class MailEcho(StreamRequestHandler):
    """A mail server that accepts every message, and quotes passwords unless `trusting`."""

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            words = line.decode().strip()
            verb = words.partition(" ")[0].upper()
            if verb == "AUTH" and not self.server.trusting:  # type: ignore[attr-defined]
                self._say(f"535 {words} holds {base64.b64decode(words.split()[-1])!a}")
            elif verb == "DATA":
                self._say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                self._say("250 taken")
            else:
                self._say(
                    {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 in"}.get(verb, "250 ok")
                )

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail(request: pytest.FixtureRequest) -> Iterator[ThreadingTCPServer]:
    with ThreadingTCPServer(("127.0.0.1", 0), MailEcho) as server:
        server.daemon_threads = True
        server.trusting = request.param  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


class Searched:
    """Runs commands with a separate home folder and then searches every file there."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.work, self.temporary = folder / "work", folder / "tmp"
        for path in (self.work, self.temporary):
            path.mkdir()
        with resources.as_file(resources.files("sodasheet.templates")) as samples:
            for name in ("permits-new.csv", "permits.xlsx"):
                (self.work / name).write_bytes((samples / name).read_bytes())
        self.environment = environment | {"TMPDIR": str(self.temporary), "PYTHONUTF8": "1"}

    def run(self, *lines: Any, **program: Any) -> str:
        """Run the command lines and return all output, which must not contain a secret."""
        told = [line if isinstance(line, dict) else {"arguments": line.split()} for line in lines]
        done = subprocess.run(
            [sys.executable, str(WATCHED), str(self.folder / "record")],
            input=json.dumps(program | {"lines": told}),
            env=self.environment, cwd=self.work, capture_output=True, encoding="utf-8", timeout=280,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert places(self.folder, done.stdout, done.stderr) == []
        return done.stdout + done.stderr

    def codes(self, printed: str) -> list[int]:
        """The exit code of every command."""
        lines = [line for line in printed.splitlines() if line.startswith("== ")]
        return [int(line.split()[1]) for line in lines]


@pytest.fixture
def headless(tmp_path: Path) -> Searched:
    """The secret is in the environment, and there is no store."""
    folder = tmp_path / "home"
    folder.mkdir()
    environment = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "SODASHEET_HOME": str(folder / "sodasheet"),
        "SODASHEET_KEY_ID": KEY_ID,
        "SODASHEET_KEY_SECRET": SECRET,
    }
    return Searched(folder, environment)


@pytest.fixture
def at_a_desk(desktop: Desktop) -> Searched:
    """The secret is in a real keyring, after a sign-in."""
    desktop.start()
    return Searched(desktop.home, desktop.environment)


def whole_way(portal: PracticePortal) -> list[str]:
    """Every command that ends without input, some also as called by a program."""
    dataset = f"{portal.url}/d/{PERMITS}"
    return [
        "demo",
        f"datasets {portal.url} permits",
        f"map permits-new.csv {dataset} --confirm -o job.json",
        f"map permits.xlsx {dataset} --json",
        "check job.json --findings findings.csv",
        "check job.json --json",
        "preview job.json --csv changes.csv",
        "preview job.json --json",
        "push job.json --yes --json --skip-guard unlike-dataset",
        "run job.json",
        "run job.json --json",
        "push job.json --yes --method delete",
        "undo --preview --json",
        "undo --yes",
        "schedule --list --json",
        "history",
        "history --json",
        "history --freshness",
        "freshness --json",
        f"quality {dataset} -o quality.xlsx --json",
        f"template {dataset} -o template.xlsx",
        f"describe {dataset} -o description.xlsx --json",
        f"columns {dataset} --add Ward=text --preview --json",
        f"create permits-new.csv --portal {portal.url} --preview --json",
        f"backup {dataset} -o saved --json",
        "copy --help",
        f"drafts {dataset} --json",
        f"doctor {portal.url} --json",
        "erase --help",
        "desk --help",
        "settings --keep-days 30 --json",
        "accounts",
        "accounts --json",
        "job import job.json -o jobs.xlsx",
        "job validate jobs.xlsx --online",
        "addin --help",
        "datasync --version",
    ]


def signing_in(portal: PracticePortal, *options: str) -> dict[str, Any]:
    arguments = ["sign-in", portal.url, "--key-id", KEY_ID, "--stdin", *options]
    return {"arguments": arguments, "stdin": SECRET + "\n"}


def test_every_command_is_tried_here(portal: PracticePortal) -> None:
    tried = {line.split()[0] for line in whole_way(portal)} | {"sign-in", "sign-out", "practice"}

    assert tried == set(COMMANDS), "a new command must be tried for leaking, too: whole_way()"


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for name, form in forms().items():
        (tmp_path / name).write_bytes(b"before " + form + b" after")

    found = places(tmp_path, f"a {SECRET}")

    assert {f"{tmp_path / name}: {name}" for name in forms()} <= set(found)
    assert f"a {SECRET}: plain" in found


def test_with_the_secret_in_the_environment_no_command_shows_it(
    headless: Searched, portal: PracticePortal
) -> None:
    printed = headless.run(*whole_way(portal))

    assert headless.codes(printed) == [0] * len(whole_way(portal))
    assert '"credentials": "the environment"' in printed
    assert (headless.folder / "record").read_bytes().count(b"removed ") > 5


def test_with_the_secret_in_the_keyring_no_command_shows_it(
    at_a_desk: Searched, portal: PracticePortal
) -> None:
    printed = at_a_desk.run(
        signing_in(portal),
        *whole_way(portal),
        signing_in(portal, "--json"),
        f"sign-out {portal.url}",
        debug=True,
    )

    # The other test of this file has pushed the same rows: a check asks about that, and a push
    # goes on because every way skips that guard.
    signed_in, *codes, again, signed_out = at_a_desk.codes(printed)
    assert (signed_in, again, signed_out) == (0, 0, 0)
    failing = [way for way, code in zip(whole_way(portal), codes, strict=True) if code]
    assert [way for way in failing if not way.startswith(("check ", "preview "))] == []
    assert '"credentials": "Secret Service"' in printed
    assert "DEBUG" in printed


def test_passwords_of_mail_server_and_proxy_are_shown_no_more_than_keys(
    at_a_desk: Searched, portal: PracticePortal
) -> None:
    lines: list[Any] = [
        {
            "arguments": ["sign-in", "proxy.invalid:8080", "--for", kind, "--user", KEY_ID, *more],
            "stdin": SECRET,
        }
        for kind, more in [("mail", ["--stdin"]), ("proxy", ["--stdin", "--json"]), ("mail", [])]
    ]
    at_a_desk.environment["HTTPS_PROXY"] = "http://proxy.invalid:8080"

    printed = at_a_desk.run(
        *lines,
        "accounts --json",
        "datasets https://data.example.gov permits",
        "sign-out proxy.invalid:8080 --for proxy",
        debug=True,
    )

    assert at_a_desk.codes(printed) == [0, 0, 2, 0, 1, 0]
    assert "The proxy of your network does not let the connection" in printed


def test_what_datasync_masked_goes_into_the_keyring_and_nowhere_else(
    at_a_desk: Searched, portal: PracticePortal
) -> None:
    (at_a_desk.work / "prefs.xml").write_text(masked_preferences(portal.url), encoding="utf-8")

    printed = at_a_desk.run(
        "datasync -t LoadPreferences -c prefs.xml",
        f"datasets {portal.url} permits",
        "accounts --json",
        debug=True,
    )

    assert at_a_desk.codes(printed) == [0] * 3
    assert f"The password of {KEY_ID} is in this computer's store of secrets." in printed
    assert '"store": "Secret Service"' in printed


def masked_preferences(portal: str) -> str:
    """A login in DataSync's form: the password as AES, with the key beside the cipher text."""
    key, vector = os.urandom(16), os.urandom(16)
    padder = PKCS7(128).padder()
    text = padder.update(SECRET.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    marked = bytes.fromhex("130f03120114010f020615130a") + vector
    masked = base64.urlsafe_b64encode(marked + encryptor.update(text) + encryptor.finalize())
    stored = {
        "domain": portal,
        "username": KEY_ID,
        "password": masked.decode().rstrip("="),
        "junk": base64.b64encode(key).decode(),
    }
    entries = "".join(f'<entry key="{name}" value="{value}"/>' for name, value in stored.items())
    return f"<map>{entries}</map>"


def test_the_practice_portal_does_not_show_the_users_secret(headless: Searched) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sodasheet", "practice", "--json"],
        env=headless.environment, cwd=headless.work, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    process.terminate()
    process.wait(60)

    assert "accounts" in json.loads(line)
    assert places(headless.folder, line, process.stdout.read()) == []


def failing(portal: str) -> list[str]:
    """Every command that queries a portal; the last two have a job."""
    dataset = f"{portal}/d/{PERMITS}"
    return [
        f"datasets {portal} permits",
        f"map permits-new.csv {dataset} -o other.json",
        f"map permits-new.csv {dataset} --json",
        "check job.json --json",
        "push job.json --yes",
        "push job.json --yes --json --skip-guard unlike-dataset",
    ]


def job_for(searched: Searched, portal: str) -> None:
    """A job for a portal that may not exist."""
    job = {
        "sodasheet": 1,
        "portal": portal,
        "dataset": PERMITS,
        "method": "append",
        "source": {"kind": "file", "path": "permits-new.csv"},
        "columns": [{"source": "Permit No", "field": "permit_no", "match": "confirmed"}],
    }
    (searched.work / "job.json").write_text(json.dumps(job))


def test_a_key_that_is_refused_is_not_shown(headless: Searched, stranger: PracticePortal) -> None:
    job_for(headless, stranger.url)

    printed = headless.run(signing_in(stranger), *failing(stranger.url), debug=True)

    assert headless.codes(printed)[0] == 1
    assert "does not accept your key" in printed


def test_a_portal_that_is_not_there_is_not_told_about(headless: Searched) -> None:
    job_for(headless, "http://127.0.0.1:9")

    printed = headless.run("push job.json --yes --json", debug=True)

    assert headless.codes(printed) == [1]
    assert "refused the connection" in printed


def test_what_a_portal_echoes_is_not_repeated(headless: Searched, echo: str) -> None:
    job_for(headless, echo)
    line = {
        "arguments": ["sign-in", echo, "--key-id", KEY_ID, "--stdin"],
        "stdin": SECRET,
    }

    printed = headless.run(line, *failing(echo), debug=True)

    assert set(headless.codes(printed)) == {1}
    assert "header Basic ***" in printed


def test_an_error_nobody_foresaw_is_cleared_of_it(headless: Searched) -> None:
    job_for(headless, "http://127.0.0.1:9")

    printed = headless.run(*failing("http://127.0.0.1:9"), fault=True, debug=True)

    assert "Unexpected error in SodaSheet." in printed
    trace = (headless.folder / "sodasheet" / "last-error.txt").read_text(encoding="utf-8")
    assert "RuntimeError: cannot send" in trace
    assert "'Authorization': 'Basic ***'" in trace


@pytest.mark.parametrize(
    ("mail", "kept"), [(False, "the keyring"), (True, "the environment")], indirect=["mail"]
)
def test_the_password_of_the_mail_server_is_nowhere(
    headless: Searched,
    request: pytest.FixtureRequest,
    mail: ThreadingTCPServer,
    kept: str,
) -> None:
    place = f"127.0.0.1:{mail.server_address[1]}"
    people = f"--mail-user {KEY_ID} --mail-from ann@example.org --mail-to bob@example.org"
    sign_in = ["sign-in", place, "--for", "mail", "--user", KEY_ID]
    searched, lines = headless, list[Any]()
    if kept == "the keyring":
        searched = request.getfixturevalue("at_a_desk")
        lines = [{"arguments": [*sign_in, "--stdin"], "stdin": f"{SECRET}\n"}]
    else:
        headless.environment["SODASHEET_MAIL_PASSWORD"] = SECRET

    printed = searched.run(
        *lines,
        f"settings --mail-server {place} --mail-security none {people}",
        "settings --test-mail ann@example.org",
        "settings --json",
        "accounts --json",
        "run nowhere.json --json",
        debug=True,
    )

    trusting = mail.trusting  # type: ignore[attr-defined]
    assert searched.codes(printed) == [0] * len(lines) + [0, 0 if trusting else 1, 0, 0, 2]
    assert ("accepted the email for ann@example.org" in printed) is trusting
    # Once for the test, and in JSON and in a line for the job that could not be read.
    assert printed.count("does not accept the password") == (0 if trusting else 3)


@pytest.mark.parametrize(
    "shown",
    [
        Credentials(KEY_ID, SECRET, SECRET),
        SignIn("https://data.example.gov", Credentials(KEY_ID, SECRET, "token")),
        PortalSession("https://data.example.gov", Credentials(KEY_ID, SECRET, "token")),
        Write("POST", "/", SECRET.encode()),
        Account("data.example.gov", KEY_ID, "Secret Service"),
        Store(object()),  # type: ignore[arg-type]
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_repr_holds_a_secret(shown: object, tmp_path: Path) -> None:
    assert type(shown).__name__ in repr(shown)
    assert places(tmp_path, repr(shown), str(shown), f"{[shown]!r}") == []


def test_a_secret_that_was_in_hand_is_blotted_in_every_form() -> None:
    register_secret(Credentials(KEY_ID, SECRET))

    for name, form in forms().items():
        assert form.decode() not in redact(f"before {form.decode()} after"), name


def test_a_very_short_secret_does_not_blot_harmless_words() -> None:
    register_secret(Credentials("id", "e"))

    assert redact("here") == "here"
