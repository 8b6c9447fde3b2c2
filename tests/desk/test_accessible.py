"""Accessibility of every page in every state: what axe finds, by light, dark and forced colors.

The same walk takes the pictures of docs/how-to/desk.md and compares them.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .bench import Bench
from .contrast import STATES, told_by_color_alone
from .pictures import Pictures
from .tour import walk

#: Pixels: what a window of 1,280 shows at 400 % zoom.
NARROW = 320

AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"


@cache
def axe() -> str:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed, which CI must have")
        pytest.skip("axe-core is not installed (npm ci in tests/desk)")
    return AXE.read_text("utf-8")


def found_by_axe(window: Page) -> list[str]:
    window.evaluate(axe())
    found: dict[str, Any] = window.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_every_page_in_every_state_is_accessible_and_fits_320_pixels(
    bench: Bench, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    wide: list[str] = []
    visited: set[str] = set()
    pictures = Pictures(bench, tmp_path)

    def visit(name: str, window: Page) -> None:
        for scheme in ("light", "dark"):
            window.emulate_media(color_scheme=scheme)
            if wrong := found_by_axe(window):
                found[f"{name} {scheme}"] = wrong
            pictures.take(name, scheme, window)
        window.emulate_media(color_scheme="light")
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


def axe_in_forced_colors(window: Page) -> list[str]:
    window.emulate_media(forced_colors="active")
    found = found_by_axe(window)
    window.emulate_media(forced_colors="none")
    return found


def narrow(window: Page) -> int:
    """Width of a page with as much room as at 400 % zoom."""
    before = window.viewport_size
    window.set_viewport_size({"width": NARROW, "height": 640})
    room = int(window.evaluate("document.documentElement.scrollWidth"))
    window.set_viewport_size(before or {"width": 1280, "height": 860})
    return room
