"""Accessibility of every page in every state: what axe finds, by light and by dark."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .bench import Bench
from .tour import walk

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


def test_axe_finds_nothing_on_any_page_in_any_state(bench: Bench, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}

    def visit(name: str, window: Page) -> None:
        for scheme in ("light", "dark"):
            window.emulate_media(color_scheme=scheme)
            if wrong := found_by_axe(window):
                found[f"{name} {scheme}"] = wrong
        window.emulate_media(color_scheme="light")
        shots = os.environ.get("SODASHEET_TEST_SHOTS")
        if shots:
            window.screenshot(path=f"{shots}/{name}.png", full_page=True)

    walk(bench, tmp_path, visit)

    assert found == {}
