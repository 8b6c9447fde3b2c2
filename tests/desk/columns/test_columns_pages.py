"""The *Columns* pages in a real browser: add, rename, change types, preview, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, expect

from ..accessibility import require_accessible
from ..bench import PERMITS, Bench
from ..pictures import Pictures


def call(bench: Bench, method: str, path: str, **options: Any) -> Any:
    account = bench.portal.account("owner")
    key = (account.key_id, account.key_secret)
    reply = requests.request(method, bench.portal.url + path, auth=key, timeout=30, **options)
    assert reply.ok, reply.text
    return reply.json() if reply.content else None


def dataset(bench: Bench) -> str:
    """A small dataset whose numbers and dates are stored as text, one of them invalid."""
    kinds = {"id": "text", "fee": "text", "opened": "text"}
    columns = [
        {"name": name.title(), "fieldName": name, "dataTypeName": kind}
        for name, kind in kinds.items()
    ]
    body = {"name": "Market Fees", "columns": columns, "metadata": {"rowIdentifier": "id"}}
    made = call(bench, "POST", "/api/views.json", json=body)["id"]
    call(bench, "POST", f"/api/views/{made}/publication.json")
    rows = [
        {"id": "S-1", "fee": "12.50", "opened": "1/2/2024"},
        {"id": "S-2", "fee": "n/a", "opened": "12/31/2023"},
    ]
    call(bench, "POST", f"/resource/{made}.json", json=rows)
    return str(made)


def types(bench: Bench, made: str) -> dict[str, str]:
    view = call(bench, "GET", f"/api/views/{made}.json")
    return {one["fieldName"]: one["dataTypeName"] for one in view["columns"]}


def rows(bench: Bench, made: str) -> Any:
    return call(bench, "GET", f"/resource/{made}.json", params={"$order": "id"})


def form(bench: Bench, made: str, **query: str) -> Page:
    window = bench.open(f"/columns/{made}", portal=bench.portal.url, **query)
    heading = window.get_by_role("heading", level=1)
    expect(heading).to_have_text("Columns of Market Fees")
    return window


def preview(window: Page) -> None:
    window.get_by_role("button", name="Preview changes").click()


def test_columns_that_a_file_has_are_added_and_a_field_renamed_and_undone(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    made = dataset(bench)
    path = tmp_path / "fees.csv"
    path.write_text("Id,Fee,Opened,Stall No,Note\nS-1,1,1/2/2024,7,x\nS-2,2,,8,y\n", "utf-8")
    pictures = Pictures(bench, tmp_path)
    window = form(bench, made)
    window.get_by_label("File with columns that the dataset lacks").fill(str(path))
    window.get_by_role("button", name="Find missing columns").click()

    assert window.get_by_label("Field name of Stall No").input_value() == "stall_no"
    assert window.get_by_label("Type of Stall No").input_value() == "number"
    window.get_by_label("Add Note").uncheck()
    window.get_by_label("Field name of Fee").fill("fee_paid")
    window.get_by_label("Name of new column 3", exact=True).fill("Ward")
    pictures.take("columns", "light", window)
    require_accessible(window)
    preview(window)

    expect(window.get_by_role("main")).to_contain_text("Rename the field fee to fee_paid")
    expect(window.get_by_role("main")).to_contain_text("Add Stall No as stall_no, number")
    expect(window.get_by_role("main")).to_contain_text("Add Ward as ward, text")
    expect(window.get_by_role("main")).to_contain_text("saved mappings that use fee stop working")
    require_accessible(window)
    assert types(bench, made) == {"id": "text", "fee": "text", "opened": "text"}
    window.get_by_role("button", name="Back to the form").click()
    expect(window.get_by_label("Field name of Fee")).to_have_value("fee_paid")
    expect(window.get_by_label("Add Note")).not_to_be_checked()
    preview(window)
    window.get_by_role("button", name="Change columns").click()

    expect(window.get_by_role("status")).to_contain_text("Changed Market Fees")
    after = {"id": "text", "fee_paid": "text", "opened": "text"}
    assert types(bench, made) == after | {"stall_no": "number", "ward": "text"}
    call(bench, "POST", f"/resource/{made}.json", json=[{"id": "S-1", "ward": "North"}])
    window.get_by_role("button", name="Undo change").click()
    expect(window.get_by_role("alert")).to_contain_text("1 value of ward would be deleted")
    require_accessible(window)
    window.get_by_role("button", name="Undo and delete the values").click()
    expect(window.get_by_role("status")).to_contain_text("Undone")
    assert types(bench, made) == {"id": "text", "fee": "text", "opened": "text"}
    assert pictures.out_of_date == []


def test_a_type_is_changed_after_its_values_were_counted_and_undone(
    bench: Bench, tmp_path: Path
) -> None:
    bench.sign_in()
    made = dataset(bench)
    before = rows(bench, made)
    pictures = Pictures(bench, tmp_path)
    window = form(bench, made)
    window.get_by_label("Type of Fee").select_option("number")
    window.get_by_label("Type of Opened").select_option("calendar_date")
    preview(window)

    main = window.get_by_role("main")
    expect(main).to_contain_text("Change the type of fee from text to number")
    expect(main).to_contain_text("opened is read as M/D/YYYY.")
    expect(main).to_contain_text("1 value of fee doesn\u2019t convert")
    expect(main).to_contain_text('S-2: "n/a"')
    pictures.take("columns-preview", "light", window)
    require_accessible(window)
    window.get_by_role("button", name="Change columns").click()
    expect(main).to_contain_text("1 value of fee doesn\u2019t convert")
    assert rows(bench, made) == before
    window.get_by_label("Let these values become empty").check()
    window.get_by_role("button", name="Change columns").click()

    expect(window.get_by_role("status")).to_contain_text("Changed Market Fees")
    assert types(bench, made) == {"id": "text", "fee": "number", "opened": "calendar_date"}
    assert rows(bench, made) == [
        {"id": "S-1", "fee": "12.50", "opened": "2024-01-02T00:00:00.000"},
        {"id": "S-2", "opened": "2023-12-31T00:00:00.000"},
    ]
    window.get_by_role("button", name="Undo change").click()
    expect(window.get_by_role("main")).to_contain_text("All rows are rewritten")
    window.get_by_role("button", name="Undo it").click()
    expect(window.get_by_role("status")).to_contain_text("Undone")
    assert rows(bench, made) == before
    assert pictures.out_of_date == []


def test_what_cannot_be_is_said_and_what_was_typed_stays(bench: Bench) -> None:
    bench.sign_in()
    made = dataset(bench)
    window = form(bench, made, file="/nowhere/at all.csv")
    expect(window.get_by_role("status")).to_contain_text("at all.csv")
    preview(window)
    expect(window.get_by_role("alert")).to_contain_text("Nothing was changed on this page")
    window.get_by_label("Field name of Fee").fill("<b>Fee</b>")
    preview(window)
    expect(window.get_by_role("alert")).to_contain_text("cannot be a field name")
    expect(window.get_by_label("Field name of Fee")).to_have_value("<b>Fee</b>")
    window.get_by_label("Field name of Fee").fill("fee")
    window.get_by_label("Type of Fee").select_option("number")
    window.get_by_label("Name of new column 1", exact=True).fill("Ward")
    preview(window)
    expect(window.get_by_role("alert")).to_contain_text("Change data types separately")
    require_accessible(window)


def test_only_portals_of_this_computer_are_asked(bench: Bench) -> None:
    bench.sign_in()
    window = bench.open(f"/columns/{PERMITS}", portal="https://other.example.gov")
    expect(window.get_by_role("heading", level=1)).to_have_text("There\u2019s no such page")
    window.goto(f"{bench.state['address']}/columns")
    require_accessible(window)
    window.get_by_label("Web address of the dataset").fill("https://other.example.gov/d/abcd-1234")
    window.get_by_role("button", name="Show columns").click()
    expect(window.get_by_role("alert")).to_contain_text("not signed in to other.example.gov")
    window.get_by_label("Web address of the dataset").fill(f"{bench.portal.url}/d/{PERMITS}")
    window.get_by_role("button", name="Show columns").click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("Building Permits")
    require_accessible(window)
