"""Pictures of the desk for the documentation, without the paths and ports of this machine."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from playwright.sync_api import Page

from ..pictures import keep
from .bench import Bench

#: Replaces some words anywhere on a page, and keeps the original text.
_REPLACE = """(pairs) => {
  const other = (text) => pairs.reduce((now, [old, words]) => now.replaceAll(old, words), text);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  window.before = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    window.before.push([node, "data", node.data]);
  for (const field of document.querySelectorAll("input:not([type=password])"))
    window.before.push([field, "value", field.value]);
  // Times and durations of this run would set the widths of columns, and the pictures would differ.
  const usual = (text) => text.replace(/\\b\\d{1,2}:\\d\\d(:\\d\\d)? [AP]M\\b/g, "8:15 AM");
  const took = /^(less than a second|1 second|\\d+ seconds)$/;
  for (const [place, name, text] of window.before) {
    const cell = place.parentElement?.closest("td") && took.test(text.trim());
    const now = cell ? "3 seconds" : usual(other(text));
    if (now !== text) place[name] = now;
  }
}"""

_RESTORE = """() => {
  for (const [place, name, text] of window.before) if (place[name] !== text) place[name] = text;
}"""


#: One picture of every page and of its main states.
SHOWN = frozenset({
    "home-first", "home", "history", "run", "schedule-edit", "settings", "this-computer",
    "sign-in", "sign-in-refused", "choose", "new-dataset", "file", "map", "map-settings", "check",
    "preview",
    "confirm", "confirm-replace", "progress", "summary-done", "summary-left-out", "summary-unknown",
    "undo", "undo-conflicts", "describe", "describe-preview", "columns", "columns-preview",
    "map-addresses",
})  # fmt: skip


class Pictures:
    """Takes pictures; `pairs` are words of this machine and their replacements in a picture."""

    def __init__(self, bench: Bench, documents: Path) -> None:
        self._folder = documents
        self.out_of_date: list[str] = []
        host = bench.portal.url.partition("//")[2]
        self._pairs = (
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

    def take(self, name: str, scheme: str, window: Page) -> None:
        """Take a picture if the docs show this state, and store or compare the picture."""
        if name not in SHOWN:
            return
        window.evaluate(_REPLACE, [list(pair) for pair in self._pairs])
        path = self._folder / "picture.png"
        window.screenshot(path=path)
        window.evaluate(_RESTORE)
        if different := keep(path, f"desk/{name}-{scheme}.png"):
            self.out_of_date.append(different)
