"""Addresses for the portal to geocode, selected on the *Map* page and checked."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from ..accessibility import found_by_axe, require_accessible
from ..bench import PERMITS, Bench
from ..pictures import Pictures
from ..test_file import heading

ROWS = """Permit No,Street,City
BP-2024-0001,1 Main Street,Practice City
BP-2024-0002,9999 Main Street,Practice City
"""


def test_addresses_are_looked_up_before_anything_is_sent(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    path = tmp_path / "permits.csv"
    path.write_text(ROWS, encoding="utf-8")
    pictures = Pictures(bench, tmp_path)
    window = bench.open("/file", path=str(path))
    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()
    heading(window).to_have_text("Map columns to Building Permits")
    expect(window.get_by_role("main")).to_contain_text("can be looked up by the portal")
    suggestion = window.get_by_role("listitem").filter(has_text="can be looked up by the portal")
    suggestion.get_by_role("button", name="Use", exact=False).first.click()

    box = window.get_by_label("Let the portal look up")
    expect(box).to_be_checked()
    pictures.take("map-addresses", "light", window)
    require_accessible(window)
    window.get_by_role("button", name="Check data").click()

    expect(window.get_by_role("main")).to_contain_text(
        "9999 Main Street, Practice City (not found)", timeout=60_000
    )
    assert found_by_axe(window) == []
    assert pictures.out_of_date == []
