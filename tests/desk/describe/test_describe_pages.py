"""The *Describe* pages in a real browser: edit, preview, send and undo a description."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests
from playwright.sync_api import Page, expect

from ..accessibility import require_accessible
from ..bench import PERMITS, Bench
from ..pictures import Pictures


def view(bench: Bench) -> Any:
    account = bench.portal.account("publisher")
    address = f"{bench.portal.url}/api/views/{PERMITS}.json"
    return requests.get(address, auth=(account.key_id, account.key_secret), timeout=30).json()


def form(bench: Bench) -> Page:
    """Open the form of the permits by their address."""
    bench.sign_in()
    window = bench.open("/describe")
    window.get_by_label("Web address of the dataset").fill(f"{bench.portal.url}/d/{PERMITS}")
    window.get_by_role("button", name="Describe", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Describe Building Permits")
    return window


def test_a_description_is_edited_previewed_sent_and_undone(bench: Bench, tmp_path: Path) -> None:
    before = view(bench)
    pictures = Pictures(bench, tmp_path)
    window = form(bench)
    require_accessible(window)
    window.get_by_label("Description", exact=True).fill("Every permit \u2014 as issued.\nDaily.")
    window.get_by_label("Update frequency").fill("Daily")
    window.get_by_label("Description of permit_no").fill("The number on the paper")
    window.get_by_label("Position of inspected").fill("1")
    window.get_by_label("inspected is hidden").check()
    window.get_by_label("Attach a data dictionary").select_option("csv")
    pictures.take("describe", "light", window)
    window.get_by_role("button", name="Preview changes").click()

    expect(window.get_by_role("heading", level=1)).to_contain_text(
        "changes to the description of Building Permits"
    )
    pictures.take("describe-preview", "light", window)
    require_accessible(window)
    row = window.get_by_role("row", name="permit_no: description")
    expect(row).to_contain_text("The number on the paper")
    assert view(bench)["viewLastModified"] == before["viewLastModified"]
    window.get_by_role("button", name="Back to the form").click()
    expect(window.get_by_label("Position of inspected")).to_have_value("1")
    expect(window.get_by_label("inspected is hidden")).to_be_checked()
    window.get_by_role("button", name="Preview changes").click()
    window.get_by_role("button", name="Send changes").click()

    expect(window.get_by_role("status")).to_contain_text("Described Building Permits")
    after = view(bench)
    assert after["description"] == "Every permit \u2014 as issued.\nDaily."
    assert after["columns"][0]["fieldName"] == "inspected"
    assert after["metadata"]["attachments"][0]["filename"] == "data-dictionary.csv"
    assert after["metadata"]["custom_fields"]["Catalog"] == {"Accrual periodicity": "R/P1D"}

    window.get_by_role("button", name="Undo push").first.click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("Undo a push")
    require_accessible(window)
    window.get_by_role("button", name="Undo it").click()
    expect(window.get_by_role("status")).to_contain_text("Described Building Permits")
    restored = view(bench)
    assert restored.get("description", "") == before.get("description", "")
    assert [one["fieldName"] for one in restored["columns"]] == [
        one["fieldName"] for one in before["columns"]
    ]
    assert restored["metadata"]["attachments"] == []
    assert pictures.out_of_date == []


def test_an_emptied_field_is_erased_only_if_checked(bench: Bench) -> None:
    window = form(bench)
    window.get_by_label("Category", exact=True).fill("Housing")
    window.get_by_role("button", name="Preview changes").click()
    window.get_by_role("button", name="Send changes").click()
    window.get_by_label("Category", exact=True).fill("")
    window.get_by_role("button", name="Preview changes").click()

    expect(window.get_by_role("heading", level=2)).to_have_text("Nothing would change")
    window.get_by_label("Remove Category").check()
    window.get_by_role("button", name="Preview again").click()
    expect(window.get_by_role("row", name="Category")).to_contain_text("(blank)")
    require_accessible(window)
    window.get_by_role("button", name="Send changes").click()
    expect(window.get_by_role("status")).to_contain_text("1 change")
    assert not view(bench).get("category")


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Source link", "javascript:alert(1)", "is not a web address"),
        ("Position of opened", "first", "opened: the position is \u201cfirst\u201d"),
        ("Title", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_cannot_be_is_said_and_markup_stays_text(
    bench: Bench, label: str, value: str, said: str
) -> None:
    window = form(bench)
    window.get_by_label(label, exact=True).fill(value)
    window.get_by_role("button", name="Preview changes").click()

    expect(window.get_by_role("main")).to_contain_text(said.replace("\u201c", '"').replace(
        "\u201d", '"'))  # fmt: skip
    if "script" not in value:
        require_accessible(window)


def test_only_portals_of_this_computer_are_asked(bench: Bench) -> None:
    bench.sign_in()
    window = bench.open(f"/describe/{PERMITS}", portal="https://other.example.gov")
    expect(window.get_by_role("heading", level=1)).to_have_text("There\u2019s no such page")
    window.goto(f"{bench.state['address']}/describe/x%3Fy?portal={bench.portal.url}")
    expect(window.get_by_role("heading", level=1)).to_have_text("There\u2019s no such page")
    window.goto(f"{bench.state['address']}/describe")
    window.get_by_label("Web address of the dataset").fill("https://other.example.gov/d/abcd-1234")
    window.get_by_role("button", name="Describe", exact=True).click()
    expect(window.get_by_role("alert")).to_contain_text("not signed in to other.example.gov")
    require_accessible(window)


def test_the_record_and_the_dictionary_are_saved(bench: Bench) -> None:
    window = form(bench)

    def saved(link: str) -> Path:
        with window.expect_download() as download:
            window.get_by_role("link", name=link, exact=True).click()
        return Path(download.value.path())

    record = json.loads(saved("Save the DCAT-US 3 record").read_text("utf-8"))
    with saved("Save the data dictionary (CSV)").open(encoding="utf-8-sig", newline="") as file:
        by_csv = list(csv.reader(file))
    book = openpyxl.load_workbook(
        io.BytesIO(saved("Save the data dictionary (Excel)").read_bytes())
    )
    by_excel = [[cell or "" for cell in row] for row in book.worksheets[0].values]

    assert record["title"] == "Building Permits"
    assert by_csv[0] == ["Column", "Field name", "Type", "Description", "Row identifier"]
    (column,) = (one for one in view(bench)["columns"] if one["fieldName"] == "permit_no")
    row = [column["name"], "permit_no", "text", column.get("description", ""), "Yes"]
    assert row in by_csv
    assert by_excel == by_csv
