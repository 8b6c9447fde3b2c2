"""Pictures of the desk for the documentation, without the paths and ports of this machine."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from .bench import Bench

#: Puts other words in place of some, wherever they are on a page, and remembers what was there.
_REPLACE = """(pairs) => {
  const other = (text) => pairs.reduce((now, [old, words]) => now.replaceAll(old, words), text);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  window.before = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    window.before.push([node, "data", node.data]);
  for (const field of document.querySelectorAll("input:not([type=password])"))
    window.before.push([field, "value", field.value]);
  for (const [place, name, text] of window.before)
    if (other(text) !== text) place[name] = other(text);
}"""

_RESTORE = """() => {
  for (const [place, name, text] of window.before) if (place[name] !== text) place[name] = text;
}"""


#: One picture of every page, and of the states that a page is about.
SHOWN = frozenset({
    "home-first", "home", "history", "run", "schedule-edit", "settings", "this-computer",
    "sign-in", "sign-in-refused", "choose", "file", "map", "check", "preview", "confirm",
    "confirm-replace", "progress", "summary-done", "summary-left-out", "summary-unknown",
    "undo", "undo-conflicts",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pictures:
    """Takes pictures into a folder; `pairs` are words of this machine and what stands for them."""

    folder: Path
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def wanted(cls, bench: Bench, documents: Path) -> Pictures | None:
        """The pictures that SODASHEET_PICTURES asks for; None if not set."""
        named = os.environ.get("SODASHEET_PICTURES")
        if not named:
            return None
        folder = Path(named) / "desk"
        folder.mkdir(parents=True, exist_ok=True)
        host = bench.portal.url.partition("//")[2]
        pairs = (
            (bench.portal.url, "https://data.example.gov"),
            (host, "data.example.gov"),
            (host.partition(":")[0], "data.example.gov"),
            (str(bench.home), "/home/steward/.local/share/SodaSheet"),
            (str(documents), "/home/steward/Documents"),
            (str(documents.parent), "/home/steward"),
            (sys.executable, "/usr/bin/python3"),
            ("Test Store", "GNOME Keyring"),
            (platform.platform(), "Debian GNU/Linux 12"),
        )
        return cls(folder, pairs)

    def take(self, name: str, scheme: str, window: Page) -> None:
        """Take a picture of what the window shows, in few colors, if the state is one of them."""
        if name not in SHOWN:
            return
        window.evaluate(_REPLACE, [list(pair) for pair in self.pairs])
        path = self.folder / f"{name}-{scheme}.png"
        window.screenshot(path=path)
        window.evaluate(_RESTORE)
        if program := shutil.which("convert"):
            subprocess.run([program, path, "-strip", "-colors", "64", path], check=True)
