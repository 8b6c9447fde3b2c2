"""Access to the desk is refused to hostile pages, other users, and other host names."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from socrata_practice import PracticePortal
from sodasheet.desk.server.access import HEADERS
from sodasheet.desk.server.one_time_tickets import LIFETIME, issue_ticket, redeem_ticket
from sodasheet.desk.server.page_opening_files import Opening

from .bench import PERMITS, Bench

DESK = Path(__file__).parents[2] / "addin" / "sodasheet" / "desk"

#: Tries all accesses to another page's address, and reports the results.
HOSTILE = """<!doctype html><title>Hostile</title><form id="f" method="post" target="sink"
action="{address}/settings/keep"><input name="days" value="1"><input name="megabytes" value="1">
</form><iframe name="sink"></iframe><iframe id="framed" src="{address}/settings"></iframe>
<script>
const got = [];
async function tried(name, work) {{
  try {{ got.push([name, String(await work())]); }} catch (error) {{ got.push([name, "refused"]); }}
}}
window.attack = async () => {{
  await tried("read", async () => (await fetch("{address}/settings")).text());
  await tried("read with cookies", async () =>
    (await fetch("{address}/settings", {{credentials: "include"}})).text());
  await tried("blind read", async () =>
    (await (await fetch("{address}/", {{mode: "no-cors", credentials: "include"}})).text()));
  await tried("write", async () => (await fetch("{address}/settings/keep", {{method: "POST",
    mode: "no-cors", credentials: "include", body: new URLSearchParams({{days: "1"}})}})).type);
  await tried("stream", () => new Promise((yes, no) => {{
    const stream = new EventSource("{address}/task/20260101-000000-00000000/events",
      {{withCredentials: true}});
    stream.onmessage = yes; stream.onerror = () => no(); }}));
  document.getElementById("f").submit();
  await new Promise((done) => setTimeout(done, 500));
  await tried("frame", () => document.getElementById("framed").contentDocument.body.innerText);
  return got;
}};
</script>"""


@contextmanager
def hostile_site(address: str) -> Iterator[str]:
    """A page on another port of this computer, the closest that a hostile page can be."""
    page = HOSTILE.format(address=address).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def ask(
    bench: Bench, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Send a request without a browser; `headers` may contain what a browser never sends."""
    parts = urlsplit(bench.state["address"])
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    said = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, said)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, dict(answer.getheaders())


def session(bench: Bench) -> str:
    (cookie,) = [one for one in bench.context.cookies() if one["name"] == "desk"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["domain"] == urlsplit(bench.state["address"]).hostname
    return f"desk={cookie['value']}"


def csrf(window: Page) -> str:
    return str(window.evaluate("document.body.dataset.csrf"))


def test_a_hostile_page_in_the_same_browser_gains_nothing(bench: Bench) -> None:
    window = bench.open("/settings")
    with hostile_site(bench.state["address"]) as site:
        other = bench.context.new_page()
        other.goto(site)

        got = dict(other.evaluate("attack()"))

    assert set(got.values()) <= {"refused", "opaque", ""}, got
    assert not (bench.home / "settings.json").exists()
    window.reload()
    expect(window.get_by_label("Days to keep them")).to_have_value("90")


def test_a_link_on_another_site_leads_nowhere(bench: Bench) -> None:
    bench.open("/")
    with hostile_site(bench.state["address"]) as site:
        other = bench.context.new_page()
        other.goto(site)
        other.evaluate(f"location.href = '{bench.state['address']}/settings'")

        expect(other.get_by_role("heading", level=1)).not_to_have_text("Settings")


def test_the_session_alone_changes_nothing_without_token_and_origin(bench: Bench) -> None:
    window = bench.open("/")
    cookie, token = session(bench), csrf(window)
    good = urlencode({"days": "7", "megabytes": "70", "csrf": token})
    address = bench.state["address"]

    def status(body: str, **headers: str) -> int:
        return ask(bench, "POST", "/settings/keep", body, Cookie=cookie, **headers)[0]

    assert status("days=7&megabytes=70", Origin=address) == 403
    assert status(good, Origin="http://evil.example") == 403
    assert status(good, Origin="null") == 403
    assert status(good, Origin=address, Sec_Fetch_Site="cross-site") == 403
    assert status(good, Origin=address, Sec_Fetch_Site="same-site") == 403
    assert not (bench.home / "settings.json").exists()
    assert status(good, Origin=address, Sec_Fetch_Site="same-origin") == 303
    assert json.loads((bench.home / "settings.json").read_text("utf-8"))["keep"]["days"] == 7


def test_a_second_window_leaves_the_forms_of_the_first_working(bench: Bench) -> None:
    first = bench.open("/settings")
    bench.open("/")

    first.get_by_label("Days to keep them").fill("30")
    first.get_by_role("button", name="Save limits").click()

    expect(first.get_by_role("status")).to_have_text("Saved.")


@pytest.mark.parametrize("path", ["/", "/settings", "/history", "/file", "/task/x", "/draft/x/map"])
def test_nothing_is_shown_without_a_session(bench: Bench, path: str) -> None:
    bench.open("/")

    for cookie in ("", "desk=", "desk=made-up"):
        status, text, _ = ask(bench, "GET", path, Cookie=cookie)
        assert status == 403
        assert "isn’t signed in to the desk" in text
        assert str(bench.home) not in text


def test_another_name_for_this_computer_is_refused(bench: Bench) -> None:
    bench.open("/")
    cookie = session(bench)
    port = urlsplit(bench.state["address"]).port

    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"evil.example:{port}"):
        status, text, _ = ask(bench, "GET", "/settings", Cookie=cookie, Host=host)
        assert status == 421
        assert "SMTP" not in text


def test_a_ticket_is_good_once_and_for_two_minutes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.open("/")
    word = issue_ticket(Opening("/settings"))
    body = urlencode({"ticket": word})

    assert ask(bench, "POST", "/enter", body)[0] == 200
    assert ask(bench, "POST", "/enter", body)[0] == 403
    assert ask(bench, "POST", "/enter", "ticket=made-up")[0] == 403
    assert ask(bench, "POST", "/enter", "ticket=../../desk")[0] == 403
    late = issue_ticket(Opening("/"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LIFETIME + 1)
    assert redeem_ticket(late) is None


def test_no_ticket_session_or_secret_is_left_in_files(bench: Bench) -> None:
    bench.sign_in()
    bench.open("/")
    secret = bench.portal.account("publisher").key_secret
    cookie = session(bench).removeprefix("desk=")

    files = [path for path in bench.home.rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in files if path.name != "store.json"}

    assert not list(bench.home.rglob("*.html"))
    assert not list(bench.home.rglob("*.ticket"))
    assert [path for path, text in texts.items() if secret.encode() in text] == []
    assert [path for path, text in texts.items() if cookie.encode() in text] == []


@pytest.mark.skipif(
    sys.platform == "win32", reason="On Windows the rights are those of the folder."
)
def test_other_users_cannot_read_the_way_in(bench: Bench) -> None:
    bench.open("/")
    issue_ticket(Opening("/"))

    for path in [bench.home / "desk", *(bench.home / "desk").rglob("*")]:
        if path.name == "desk.lock":
            continue
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_connections_that_ask_for_nothing_keep_nobody_out(bench: Bench) -> None:
    window = bench.open("/settings")
    port = urlsplit(bench.state["address"]).port

    with ExitStack() as held:
        for _ in range(150):
            held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=30)))
        window.reload()

        expect(window.get_by_role("heading", level=1)).to_have_text("Settings")


def test_every_answer_carries_the_rules(bench: Bench) -> None:
    bench.open("/")

    for path in ("/", "/settings", "/files/desk.css", "/nothing"):
        headers = ask(bench, "GET", path, Cookie=session(bench))[2]
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert headers[name] == value
        assert "Server" not in headers


def test_no_page_has_a_script_or_style_of_its_own_or_anything_from_elsewhere() -> None:
    pages = list((DESK / "templates").rglob("*.html"))

    assert len(pages) > 20
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), page
        assert not re.search(r"<script(?![^>]* src=)", text), page
        assert not re.search(r"(src|href)=\"https?:", text), page
        assert "|safe" not in text.replace("shapes[name]|safe", ""), page
    assert "http" not in (DESK / "static" / "desk.css").read_text("utf-8")


def test_text_of_a_file_never_becomes_markup(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    evil = "<img src=x onerror=document.title='owned'>"
    path = tmp_path / "evil<b>.csv"
    path.write_text(f'Permit No,"{evil}"\n"{evil}",1\n', encoding="utf-8")
    window = bench.open("/file", path=str(path))

    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()

    expect(window.get_by_role("rowheader", name=evil)).to_have_count(2)
    assert window.locator("main img, main b:not(.steps b)").count() == 0
    assert "owned" not in window.title()


def test_text_of_a_portal_never_becomes_markup(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    evil = "<img src=x onerror=document.title='owned'>"
    account = bench.portal.account("publisher")

    def post(path: str, body: dict[str, Any] | None = None) -> Any:
        reply = requests.post(
            bench.portal.url + path,
            json=body,
            auth=(account.key_id, account.key_secret),
            timeout=30,
        )
        assert reply.ok, reply.text
        return reply.json()

    columns = [{"name": evil, "fieldName": "a", "dataTypeName": "text", "description": evil}]
    view = post("/api/views.json", {"name": evil, "description": evil, "columns": columns})
    post(f"/api/views/{view['id']}/publication.json")
    path = tmp_path / "a.csv"
    path.write_text(f"{evil},b\n{evil},1\n", encoding="utf-8")
    window = bench.open("/file", path=str(path))

    window.get_by_label("Name, or the dataset’s web address").fill(view["id"])
    expect(window.get_by_role("heading", level=2)).to_have_text(evil)
    window.get_by_role("button", name="Choose dataset").click()
    expect(window.get_by_role("heading", level=1)).to_have_text(f"Map columns to {evil}")
    assert window.locator("main img").count() == 0
    window.get_by_role("button", name="Check data").click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("1 row")
    window.get_by_role("link", name="Home", exact=True).first.click()

    expect(window.get_by_role("heading", level=1)).to_be_visible()
    assert window.locator("main img").count() == 0
    assert "owned" not in window.title()


def test_two_users_of_one_computer_cannot_reach_each_others_desk(
    bench: Bench,
    chromium: Browser,
    practice: PracticePortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = bench.open("/")
    mine, token = session(bench), csrf(window)
    with monkeypatch.context() as elsewhere:
        other = Bench(chromium, practice, tmp_path / "other")
        for name, value in other.environment.items():
            elsewhere.setenv(name, value)
        other.open("/settings")
        word = issue_ticket(Opening("/settings"))
        theirs = session(other)

        status, text, _ = ask(other, "GET", "/settings", Cookie=mine)
        assert (status, "SMTP" in text) == (403, False)
        body = urlencode({"days": "7", "megabytes": "70", "csrf": token})
        assert ask(other, "POST", "/settings/keep", body, Cookie=mine)[0] == 403
        # A ticket of another desk is invalid here, but still valid where it was issued.
        assert ask(bench, "POST", "/enter", urlencode({"ticket": word}))[0] == 403
        assert ask(bench, "GET", "/settings", Cookie=theirs)[0] == 403
        assert ask(other, "POST", "/enter", urlencode({"ticket": word}))[0] == 200
        assert (
            urlsplit(other.state["address"]).hostname != urlsplit(bench.state["address"]).hostname
        )
        other.close()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("~nobody-by-this-name", "There’s no file or folder"),
        ("a" * 5000, "There’s no file or folder"),
        ("/" + "b" * 300 + ".csv", "There’s no file or folder"),
        ("../../../nowhere", "There’s no file or folder"),
    ],
)
def test_a_path_that_cannot_be_is_a_sentence(bench: Bench, path: str, told: str) -> None:
    bench.open("/")

    status, text, _ = ask(bench, "GET", f"/file?{urlencode({'path': path})}", Cookie=session(bench))

    assert status == 422
    assert told in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names.")
def test_odd_files_break_no_list_and_hang_no_page(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (b"bad\xff.csv", b"bad\xfe", b"new\nline.csv", b"'\"><b>x.csv", b"good.csv"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("a\n1\n")
    os.mkfifo(folder / "pipe.json")
    window = bench.open("/file", path=str(folder))

    main = window.get_by_role("main")
    expect(main.get_by_role("link", name="good.csv")).to_be_visible()
    expect(main.get_by_role("link", name="'\"><b>x.csv")).to_be_visible()
    expect(main).not_to_contain_text("bad")
    assert main.locator("li b, td b, a b").count() == 0
    path = urlencode({"path": str(folder / "pipe.json")})
    status, text, _ = ask(bench, "GET", f"/file?{path}", Cookie=session(bench))
    assert status == 422
    assert "pipe.json is neither a file nor a folder." in text


def test_a_stranger_cannot_fill_the_disk_through_the_desk(bench: Bench) -> None:
    bench.open("/")
    parts = urlsplit(bench.state["address"])
    with socket.create_connection(("127.0.0.1", parts.port), timeout=20) as stranger:
        head = f"POST /enter HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 900000000\r\n\r\n"
        stranger.sendall(head.encode())

        assert b" 413 " in stranger.recv(1000).partition(b"\r\n")[0]
