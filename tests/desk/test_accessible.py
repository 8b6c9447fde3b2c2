"""Accessibility of every page in every state: axe's findings in light, dark and forced colors.

The same walk takes the pictures of docs/how-to/desk.md and compares them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page

import sodasheet.desk

from .accessibility import (
    NARROW,
    STATES,
    axe_in_forced_colors,
    found_by_light_and_dark,
    narrow,
    told_by_color_alone,
)
from .bench import Bench
from .pictures import Pictures
from .tour import walk


def test_every_page_in_every_state_is_accessible_and_fits_320_pixels(
    bench: Bench, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    wide: list[str] = []
    visited: set[str] = set()
    pictures = Pictures(bench, tmp_path)

    def visit(name: str, window: Page) -> None:
        for scheme, wrong in found_by_light_and_dark(window).items():
            if wrong:
                found[f"{name} {scheme}"] = wrong
        for scheme in ("dark", "light"):
            window.emulate_media(color_scheme=scheme)
            pictures.take(name, scheme, window)
        if name in STATES:
            forced = [*axe_in_forced_colors(window), *told_by_color_alone(name, window)]
            if forced:
                found[f"{name} forced"] = forced
            visited.add(name)
        if (room := narrow(window)) > NARROW:
            wide.append(f"{name}: {room}")

    walk(bench, tmp_path, visit)

    assert not found, json.dumps(found, indent=1)
    assert visited == STATES
    assert wide == []
    assert pictures.out_of_date == []


def test_only_colors_differ_in_the_dark() -> None:
    """Ask only the color rules of axe in the dark, because the other rules find the same."""
    desk = Path(sodasheet.desk.__file__).parent
    style = (desk / "static" / "desk.css").read_text("utf-8")
    served = [path for path in desk.rglob("*") if path.suffix in {".css", ".js", ".html"}]

    pairs = re.findall(r"light-dark\((.*?)\)", style)
    schemes = re.findall(r"\[data-theme[^{]*\{[^}]*\}", style)

    assert pairs
    assert all(re.fullmatch("#[0-9a-f]{3,8},#[0-9a-f]{3,8}", pair) for pair in pairs)
    assert schemes == [
        f"[data-theme={scheme}]{{color-scheme:{scheme}}}" for scheme in ("light", "dark")
    ]
    assert not [path for path in served if "prefers-color-scheme" in path.read_text("utf-8")]
