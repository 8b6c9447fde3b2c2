"""The desk on Windows: start, pages, second start, and end."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from sodasheet.desk.server.desk_still_needed import BETWEEN
from sodasheet.desk.server.one_time_tickets import issue_ticket
from sodasheet.desk.server.page_opening_files import Opening


def wait_for(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, f"waited {seconds:.0f} seconds in vain"
        time.sleep(0.1)
    return found


class Window:
    """Plays a browser's window: a ticket, a session, pages."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookie = ""
        status, _, cookie = self.ask("POST", "/enter", ticket=issue_ticket(Opening("/")))
        assert status == 200
        self.cookie = cookie.partition(";")[0]
        home = self.ask("GET", "/")[1]
        self.csrf = home.partition('data-csrf="')[2].partition('"')[0]

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(f"//{self.host}").port)
        head = {"Host": self.host, "Cookie": self.cookie}
        head["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields), head)
        answer = connection.getresponse()
        text, cookie = answer.read().decode(), answer.getheader("Set-Cookie") or ""
        connection.close()
        return answer.status, text, cookie


def expire_tickets(home: Path) -> int:
    """Remove the tickets that wait for a window; return their number."""
    waiting = list((home / "desk" / "tickets").glob("*.ticket"))
    for ticket in waiting:
        ticket.unlink()
    return len(waiting)


def start() -> None:
    done = subprocess.run([sys.executable, "-m", "sodasheet", "desk"], check=False)
    assert done.returncode == 0


def test_the_desk_starts_serves_is_joined_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    monkeypatch.setenv("SODASHEET_BROWSER", "none")
    monkeypatch.delenv("SODASHEET_UNATTENDED", raising=False)
    state = tmp_path / "desk" / "desk.json"
    start()
    wait_for(state.exists)
    told = json.loads(state.read_text("utf-8"))
    window = Window(told["address"])

    pages = ("/", "/history", "/schedule", "/settings", "/computer", "/file", "/workbooks")
    for page in pages:
        status, text, _ = window.ask("GET", page)
        trace = tmp_path / "last-error.txt"
        assert status == 200, (page, trace.read_text("utf-8") if trace.exists() else text)
        assert "</html>" in text, page
    for name in ("desk.css", "desk.js", "enter.js", "icon.svg"):
        assert window.ask("GET", f"/files/{name}")[0] == 200, name
    # No window came for either start: their tickets run out before the desk may end.
    expire_tickets(tmp_path)
    start()
    wait_for(lambda: expire_tickets(tmp_path))
    assert json.loads(state.read_text("utf-8"))["pid"] == told["pid"] != os.getpid()
    assert window.ask("POST", "/alive", csrf=window.csrf, page="a")[0] == 204
    assert window.ask("POST", "/gone", csrf=window.csrf, page="a")[0] == 204
    wait_for(lambda: not state.exists(), BETWEEN + 60)
