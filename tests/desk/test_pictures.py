"""The pictures of the terminal tutorial show the program's current output."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser
from rich.console import Console
from rich.text import Text

from socrata_practice import PracticePortal

from ..commands.conftest import PERMITS, Terminal, terminal  # noqa: F401 - a fixture
from ..pictures import COMMITTED, difference, keep

_PAGE = "<style>body{{margin:0}}img{{display:block;width:{width}px}}</style><img src='{source}'>"


def drawn(command: str, output: str) -> str:
    """Return a terminal window with a command and its output as SVG."""
    console = Console(record=True, width=120, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {command}", "bold green"))
    console.print(Text(output.rstrip()), soft_wrap=True)
    return console.export_svg(title="sodasheet")


@pytest.mark.slow
def test_the_findings_of_a_check(chromium: Browser, terminal: Terminal) -> None:  # noqa: F811
    terminal.sample("permits.xlsx")
    made = terminal(
        *("map", "permits.xlsx", terminal.permits, "--method", "upsert", "-o", "permits.json")
    )
    assert made.code == 0, made.err
    said = terminal("check", "permits.json")
    # As if the program is on the PATH.
    svg = drawn("sodasheet check permits.json", re.sub(r"\S+/sodasheet ", "sodasheet ", said.out))
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    shown = {"width": 1240, "height": int(1240 * height / width)}
    window = chromium.new_page(viewport=shown)  # type: ignore[arg-type]
    window.set_content(_PAGE.format(width=1240, source=source))
    window.wait_for_function("document.images[0].complete")
    window.screenshot(path=terminal.folder / "check.png")
    window.close()

    assert "Row 83" in said.out
    assert keep(terminal.folder / "check.png", "check.png") == ""


@pytest.mark.slow
def test_a_dataset_of_the_practice_portal(chromium: Browser, tmp_path: Path) -> None:
    with PracticePortal() as portal:
        window = chromium.new_page(viewport={"width": 1225, "height": 700})
        window.goto(f"{portal.url}/d/{PERMITS}")
        window.screenshot(path=tmp_path / "dataset.png")
        window.close()

    assert keep(tmp_path / "dataset.png", "dataset.png") == ""


def test_other_words_are_a_difference_and_other_rendering_is_none(tmp_path: Path) -> None:
    old, shifted, other = COMMITTED / "check.png", tmp_path / "shifted.png", tmp_path / "other.png"
    with Image.open(old) as picture:
        plain = picture.convert("RGB")
    moved = Image.new("RGB", plain.size, plain.getpixel((40, 200)))  # type: ignore[arg-type]
    moved.paste(plain, (1, 0))
    moved.save(shifted)
    ImageDraw.Draw(plain).rectangle((100, 300, 900, 420), fill="white")
    plain.save(other)

    assert difference(old, old) == ""
    assert difference(old, shifted) == ""
    assert "looks different" in difference(old, other)
