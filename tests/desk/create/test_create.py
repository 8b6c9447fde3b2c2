"""New dataset: proposed from a file, created private, filled, then published."""

from __future__ import annotations

from pathlib import Path

import requests
from playwright.sync_api import Page, expect

from ..accessibility import found_by_axe
from ..bench import Bench
from ..test_file import heading

ROWS = """Street trees of the city,,,,
Tree No,Kind,Planted,Height (m),ZIP
T-1,Æsculus,2024-01-02,4.5,06103
T-2,Linden,2024-02-03,,06105
T-3,Linden,2024-02-03,7,06105
"""


def new_dataset(bench: Bench, folder: Path, text: str = ROWS) -> Page:
    """The *New dataset* form for a file."""
    path = folder / "street_trees.csv"
    path.write_text(text, encoding="utf-8")
    window = bench.open("/file", path=str(path))
    heading(window).to_have_text("Choose a dataset")
    window.get_by_role("button", name="New dataset from this file").click()
    return window


def host(bench: Bench) -> str:
    return bench.portal.url.partition("//")[2]


def seen_by_all(link: str) -> bool:
    where, _, dataset = link.partition("/d/")
    return requests.get(f"{where}/api/views/{dataset}.json", timeout=10).ok


def test_a_dataset_is_proposed_changed_created_filled_and_made_public(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    window = new_dataset(bench, tmp_path)

    heading(window).to_have_text("New dataset from street_trees.csv")
    assert window.get_by_label("Name of the dataset").input_value() == "street trees"
    expect(window.get_by_text("The headers seem to be in row 2")).to_be_visible()
    assert window.get_by_label("Field name of Height (m)").input_value() == "height_m"
    assert window.get_by_label("Type of ZIP").input_value() == "text"
    assert window.get_by_label("Type of Planted").input_value() == "calendar_date"
    assert window.get_by_label("Row identifier").input_value() == "0"
    assert found_by_axe(window) == []
    window.get_by_label("Portal").fill(host(bench))
    window.get_by_label("Name of the dataset").fill("Street Trees")
    window.get_by_label("Field name of Height (m)").fill("height")
    window.get_by_label("Leave out ZIP").check()
    window.get_by_role("button", name="Create private dataset").click()
    alert = window.get_by_role("alert")
    expect(alert).to_contain_text('already has a dataset named "Street Trees"')
    expect(alert).to_contain_text("Use another name for this one, or create it anyway.")
    window.get_by_role("button", name="Create private dataset").click()

    heading(window).to_have_text("Street Trees was created")
    link = window.get_by_role("link", name="Open on portal").get_attribute("href")
    assert not seen_by_all(link)
    assert found_by_axe(window) == []
    window.get_by_role("button", name="Check and push the rows").click()
    heading(window).to_contain_text("3 rows")
    window.get_by_role("button", name="Preview changes").click()
    window.get_by_role("button", name="Push 3 rows").click()
    heading(window).to_contain_text("Street Trees?")
    window.get_by_role("button", name="Push 3 rows").click()
    heading(window).to_have_text("Street Trees is up to date")
    assert not seen_by_all(link)

    window.get_by_role("link", name="Make public…").click()
    heading(window).to_have_text("Make Street Trees public?")
    assert found_by_axe(window) == []
    window.get_by_label("Type Street Trees to continue").fill("Street Tree")
    window.keyboard.press("Enter")
    expect(window.get_by_text("The dataset is still private.")).to_be_visible()
    assert not seen_by_all(link)
    window.get_by_label("Type Street Trees to continue").fill("street trees")
    window.get_by_role("button", name="Make public").click()

    heading(window).to_have_text("Street Trees is public")
    assert seen_by_all(link)
    where, _, dataset = link.partition("/d/")
    found = requests.get(f"{where}/resource/{dataset}.json?$order=tree_no", timeout=10).json()
    assert found[0] == {
        "tree_no": "T-1",
        "kind": "Æsculus",
        "planted": "2024-01-02T00:00:00.000",
        "height": "4.5",
    }


def test_what_cannot_be_created_is_asked_again_with_what_was_typed(
    bench: Bench, tmp_path: Path
) -> None:
    window = new_dataset(bench, tmp_path)

    window.get_by_label("Portal").fill(host(bench))
    window.get_by_label("Name of the dataset").fill("Trees")
    window.get_by_label("Field name of Kind").fill("Tree Kind")
    window.get_by_role("button", name="Create private dataset").click()
    expect(window.get_by_role("alert")).to_contain_text('"Tree Kind" cannot be a field name')
    assert window.get_by_label("Name of the dataset").input_value() == "Trees"
    window.get_by_label("Field name of Kind").fill("kind")
    window.get_by_label("Leave out Tree No").check()
    window.get_by_role("button", name="Create private dataset").click()
    expect(window.get_by_role("alert")).to_contain_text('"Tree No" is left out')
    window.get_by_label("Row identifier").select_option("")
    window.get_by_role("button", name="Create private dataset").click()
    expect(window.get_by_role("alert")).to_contain_text("ign in")
    assert window.get_by_label("Leave out Tree No").is_checked()
    assert found_by_axe(window) == []

    bench.sign_in()
    window.get_by_role("button", name="Create private dataset").click()
    heading(window).to_have_text("Trees was created")


def test_a_file_without_rows_and_a_cancel_create_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.sign_in()
    before = len(bench.portal.datasets)
    window = new_dataset(bench, tmp_path, "Tree No,Kind\n")
    heading(window).to_have_text("The dataset wasn’t created")
    expect(window.get_by_role("alert")).to_contain_text("street_trees.csv has no rows")

    window = new_dataset(bench, tmp_path)
    window.get_by_role("button", name="Cancel").click()
    heading(window).to_have_text("Canceled")
    expect(window.get_by_text("Nothing was created.")).to_be_visible()
    assert len(bench.portal.datasets) == before
