"""Accessibility of every page in every state: what axe finds, by light, dark and forced colors.

The same walk takes the pictures of docs/how-to/desk.md and compares them.
"""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from .accessibility import (
    NARROW,
    STATES,
    axe_in_forced_colors,
    found_by_axe,
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
