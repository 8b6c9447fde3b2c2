"""The check for a newer version: off at first, quiet, once a day, without downloads."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sodasheet import __version__
from sodasheet.commands.terminal.command_line import run
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.portal.http.newest_release import NewestRelease, checked_address, newest_release
from sodasheet.settings import Settings, read_settings, write_settings
from sodasheet.update_check import Updates, check_for_updates, known_updates

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Office:
    """A server of an office that answers with `body`, and keeps the requests."""

    def __init__(self) -> None:
        self.status, self.body = 200, b'{"version": "99.1", "page": "https://example.gov/new"}'
        self.headers: list[tuple[str, dict[str, str]]] = []
        self.encoding, self.missing = "identity", 0
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                office.headers.append((self.path, dict(self.headers)))
                self.send_response(office.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Encoding", office.encoding)
                self.send_header("Content-Length", str(len(office.body) + office.missing))
                self.end_headers()
                self.wfile.write(office.body)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/sodasheet.json"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    made = Office()
    yield made
    made.close()


def test_nothing_is_asked_unless_an_address_is_set(office):
    assert check_for_updates(NOON) == Updates()
    assert office.headers == []


def test_a_newer_version_is_found_once_a_day_and_nothing_is_fetched(office, capsys):
    write_settings(Settings(updates=office.address))
    expected = Updates(
        office.address, "2026-05-04T12:00:00+00:00", "", "99.1", "https://example.gov/new"
    )

    assert check_for_updates(NOON) == expected
    assert check_for_updates(NOON + timedelta(hours=23)) == expected
    assert known_updates() == expected
    assert [path for path, _ in office.headers] == ["/sodasheet.json"]
    sent = {name.casefold() for name in office.headers[0][1]}
    assert not sent & {"authorization", "cookie", "x-app-token"}

    assert check_for_updates(NOON + timedelta(hours=25)).asked.startswith("2026-05-05")
    assert len(office.headers) == 2
    assert run(["--version"]) == 0
    said = capsys.readouterr()
    assert said.out == f"sodasheet, version {__version__}\n"
    assert said.err == "Version 99.1 is available. See https://example.gov/new\n"


@pytest.mark.parametrize("version", [__version__, "0.0.1", "0"])
def test_this_version_or_an_older_one_is_nothing_new(office, version):
    office.body = json.dumps({"version": version}).encode()
    write_settings(Settings(updates=office.address))

    assert check_for_updates(NOON) == Updates(office.address, "2026-05-04T12:00:00+00:00")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (500, b"", "status 500"),
        (302, b"", "status 302"),
        (200, b"<html>", "does not name a version"),
        (200, b"[]", "does not name a version"),
        (200, b"null", "does not name a version"),
        (200, b'{"version": "1.0 <script>"}', "does not name a version"),
        (200, b'{"version": "1' + b"0" * 20_000 + b'"}', "does not name a version"),
        (200, b"[" * 15_000, "does not name a version"),
    ],
)
def test_a_bad_answer_is_noted_and_not_asked_for_again(office, status, body, told):
    office.status, office.body = status, body
    write_settings(Settings(updates=office.address))
    found = check_for_updates(NOON)

    assert told in found.problem
    assert found.version == ""
    assert check_for_updates(NOON + timedelta(hours=1)) == found
    assert len(office.headers) == 1


def test_a_server_that_is_not_there_is_noted(office):
    write_settings(Settings(updates=office.address))
    office.close()

    assert "Could not ask 127.0.0.1" in check_for_updates(NOON).problem


def test_another_address_forgets_what_the_old_one_said(office):
    write_settings(Settings(updates=office.address))
    check_for_updates(NOON)
    other = office.address.replace("sodasheet", "other")
    write_settings(Settings(updates=other))

    assert known_updates() == Updates(other)


def test_a_damaged_record_is_none(office, tmp_path):
    write_settings(Settings(updates=office.address))
    for text in ("", "[]", "{", '{"address": 1}', '{"asked": "x"}'):
        (tmp_path / "home" / "updates.json").write_text(text, "utf-8")
        assert known_updates() == Updates(office.address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sodasheet.json",
        "http://intranet.example.gov/a.json",
        "ftp://example.gov/a",
        "https://user:secret@example.gov/a",
        "https://example.gov/a b",
        "https://[::1",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_an_address_must_be_https(address):
    with pytest.raises(UsageProblem) as raised:
        checked_address(address)

    assert "secret" not in str(raised.value)


def test_a_page_that_is_not_https_is_left_out(office):
    office.body = b'{"version": "99", "page": "javascript:alert(1)"}'

    assert newest_release(office.address) == NewestRelease("99")


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ("0.1.1", "0.1.0", True),
        ("0.10", "0.9.9", True),
        ("1", "1.0.0", False),
        ("1.0", "1.0.1", False),
        ("2.0", "1.99.99.99", True),
    ],
)
def test_versions_are_compared_as_numbers(one, other, newer):
    assert NewestRelease(one).is_newer_than(other) is newer


def test_the_check_is_switched_on_and_off_in_the_settings(office, capsys):
    assert run(["settings", "--updates", "https://example.gov/s.json"]) == 0
    assert read_settings().updates == "https://example.gov/s.json"
    assert run(["settings", "--keep-days", "30"]) == 0
    assert read_settings().updates == "https://example.gov/s.json"
    assert run(["settings", "--updates", "http://example.gov/s.json"]) == 2
    assert run(["settings", "--no-updates", "--updates", "https://example.gov"]) == 2
    assert run(["settings", "--no-updates"]) == 0
    assert read_settings().updates == ""
    assert "not asked for" in capsys.readouterr().out


def test_a_damaged_setting_switches_the_check_off(office, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.json").write_text('{"updates": {"address": 5}}', "utf-8")

    assert check_for_updates(NOON) == Updates()
    with pytest.raises(SodaSheetError):
        read_settings()


@pytest.mark.parametrize(("encoding", "missing"), [("gzip", 0), ("identity", 9)])
def test_an_answer_that_cannot_be_read_is_said(office, encoding, missing):
    office.encoding, office.missing = encoding, missing

    with pytest.raises(SodaSheetError, match=r"Could not ask 127\.0\.0\.1"):
        newest_release(office.address, 2.0)
