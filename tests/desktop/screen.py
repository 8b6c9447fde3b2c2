"""A screen of the tests' own, and a window on it that is worked with real keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOOLS = ("Xvfb", "xdotool", "import")
PATIENCE = 20.0

#: What a window says of itself while a test watches it: the texts of all its widgets.
HARNESS = Path(__file__).with_name("harness.py")


def missing() -> list[str]:
    return [name for name in TOOLS if shutil.which(name) is None]


def until(happened: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait for something that is true, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.03)
    return found


class Screen:
    """Xvfb on a free display, with this many dots per inch: 96 is a scaling of 100 %."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.scale = dots / 96
        reading, writing = os.pipe()
        size = f"{round(960 * self.scale)}x{round(640 * self.scale)}x24"
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-dpi", str(dots),
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as told:
            self.display = f":{told.readline().strip()}"
        assert self.display != ":", "Xvfb did not start"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def press(self, *keys: str) -> None:
        self._tool("key", "--clearmodifiers", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        # A letter that the keyboard lacks gets a key for the moment; the window must hear of it.
        self._tool("type", "--delay", "12" if text.isascii() else "150", text)

    def focused(self) -> str:
        """The name of the window that keys go to; without a window manager it may be none."""
        environment = {**os.environ, "DISPLAY": self.display}
        told = subprocess.run(
            ["xdotool", "getwindowfocus", "-f", "getwindowname"],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return told.stdout.strip()

    def _tool(self, *arguments: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=60)

    def picture(self, window: str, path: Path) -> None:
        """Save what one window shows, as few colours as it takes."""
        environment = {**os.environ, "DISPLAY": self.display}
        command = ["import", "-window", window, "-strip", "+dither", "-colors", "48", "-depth", "8",
                   f"png8:{path}"]  # fmt: skip
        subprocess.run(command, env=environment, check=True, timeout=60)


class View:
    """A window; what it shows is read from a file that its process keeps writing."""

    def __init__(self, screen: Screen, state: Path) -> None:
        self.screen = screen
        self._state = state

    def over(self) -> str | None:
        """What the process left behind where it has ended."""
        raise NotImplementedError

    def wait_until_up(self) -> None:
        """Until it is there and gets the keys."""
        self.wait(lambda seen: seen["focus"] and seen["texts"], "the window is up")
        self.wait(lambda _: self.screen.focused() == self.seen()["title"], "keys arrive there")

    def seen(self) -> dict[str, Any]:
        """`texts`, `fields`, `buttons` (text: enabled), `focus` (text), `id`, `answers`."""
        try:
            found: dict[str, Any] = json.loads(self._state.read_text())
        except (OSError, ValueError):
            return {"texts": [], "fields": [], "buttons": {}, "focus": "", "id": ""}
        return found

    @property
    def text(self) -> str:
        return "\n".join(self.seen()["texts"])

    def wait(self, happened: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """Wait until what is seen is so."""

        def looked() -> dict[str, Any] | None:
            left = self.over()
            assert left is None, f"the window is gone before {what}: {left}"
            seen = self.seen()
            return seen if happened(seen) else None

        try:
            found: dict[str, Any] = until(looked, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows: {self.seen()}") from None
        return found

    def wait_for(self, words: str) -> str:
        """Wait until some text has these words; all the texts."""
        seen = self.wait(lambda seen: words in "\n".join(seen["texts"]), f"it says {words!r}")
        return "\n".join(seen["texts"])

    def press(self, *keys: str) -> None:
        self.screen.press(*keys)

    def type(self, text: str) -> None:
        self.screen.type(text)

    def focus(self, text: str) -> None:
        """Wait until the widget with this text has the focus."""
        self.wait(lambda seen: seen["focus"] == text, f"the focus is on {text}")

    def enabled(self, button: str, enabled: bool = True) -> None:
        self.wait(lambda seen: seen["buttons"].get(button) is enabled, f"{button} is {enabled}")

    def picture(self, path: Path) -> Path:
        self.screen.picture(self.seen()["id"], path)
        return path

    def size(self) -> tuple[int, int]:
        width, height = self.seen()["size"]
        return width, height


class Window(View):
    """A window in a process of its own."""

    def __init__(self, screen: Screen, window: str, /, **settings: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="window-")
        super().__init__(screen, Path(self._folder.name) / "state.json")
        environment = {**os.environ, "DISPLAY": screen.display}
        environment.update(settings.pop("environment", {}))
        self._process = subprocess.Popen(
            [sys.executable, str(HARNESS), window, str(self._state)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(settings))
        self._process.stdin.close()
        self.wait_until_up()

    def over(self) -> str | None:
        return None if self._process.poll() is None else str(self.end())

    def end(self) -> Any:
        """Wait for the process to end; what came of it, or what it wrote as an error."""
        out, err = self._process.stdout, self._process.stderr
        assert out is not None
        assert err is not None
        code = self._process.wait(PATIENCE)
        said, wrong = out.read(), err.read()
        return json.loads(said) if code == 0 else f"exit {code}: {said}{wrong}"

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self._folder.cleanup()
