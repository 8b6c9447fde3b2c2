"""The Chromium window with a page of the desk, on a separate screen."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
import time
from importlib.resources import files

import pytest

from sodasheet.desk.server import browser_window

_ICON = files("sodasheet.desk").joinpath("static/icon.svg").read_bytes()
_PAGE = b'<title>Desk of a test</title><link rel="icon" href="/static/icon.svg">'
_BLUE = (0x0A, 0x58, 0xAD)  # the stroke of icon.svg


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        icon = self.path.endswith(".svg")
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml" if icon else "text/html")
        self.end_headers()
        self.wfile.write(_ICON if icon else _PAGE)

    def log_message(self, *_):
        """Log nothing."""


@pytest.fixture
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def screen(tmp_path, monkeypatch):
    """An X server, the end of which ends the browser."""
    for program in ("Xvfb", "xdotool", "xprop", "chromium"):
        if not shutil.which(program):
            assert not os.environ.get("CI"), f"{program} is not installed, which CI must have"
            pytest.skip(f"{program} is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    monkeypatch.setenv("DISPLAY", f":{os.read(read, 9).decode().strip()}")
    # Chromium needs this as root; without a separate profile it would reuse an open window.
    flags = f"--no-sandbox --disable-gpu --no-first-run '--user-data-dir={tmp_path / 'profile'}'"
    program = tmp_path / "programs" / "chromium"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{shutil.which("chromium")}" {flags} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(browser_window, "_LINUX", ("chromium",))
    monkeypatch.delenv(browser_window.VARIABLE, raising=False)
    yield
    server.terminate()
    server.wait()
    os.close(read)
    os.close(write)


def _said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _icon():
    """Return the pixels of the icon of the window as (alpha, red, green, blue); [] if not there."""
    for window in _said("xdotool", "search", "--onlyvisible", "--name", "Desk of a test").split():
        said = _said("xprop", "-id", window, "-notype", "32c", "_NET_WM_ICON")
        _, equals, numbers = said.partition(" = ")
        if equals:
            width, height, *pixels = map(int, numbers.split(","))
            return [tuple(pixel.to_bytes(4, "big")) for pixel in pixels[: width * height]]
    return []


@pytest.mark.slow
@pytest.mark.flaky(reruns=1)
def test_the_window_has_the_icon_of_the_desk_and_not_that_of_the_browser(screen, address, tmp_path):
    start = tmp_path / "start.html"
    start.write_text(f'<meta http-equiv="refresh" content="0; url={address}">')

    browser_window.open_window(start, small=True)

    until = time.monotonic() + 90
    while not (strokes := _strokes(_icon())):
        assert time.monotonic() < until, "the window never had the icon"
        time.sleep(0.1)
    assert strokes > 10


def _strokes(pixels):
    """Return the number of pixels in the color of the icon's lines; None if others are as dark."""
    opaque = [color for alpha, *color in pixels if alpha > 200]
    ours = [c for c in opaque if all(abs(a - b) < 24 for a, b in zip(c, _BLUE, strict=True))]
    return len(ours) if len(ours) == len(opaque) else None


def test_every_page_of_the_desk_names_the_icon():
    frame = files("sodasheet.desk").joinpath("templates/frame.html").read_text("utf-8")

    assert """<link rel="icon" href="{{ url_for('static', filename='icon.svg') }}">""" in frame
