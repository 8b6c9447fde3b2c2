"""`sodasheet describe` against a practice portal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from socrata_practice import PracticePortal, read_fault
from sodasheet.describe.description import Description
from sodasheet.describe.description_file import written

from .conftest import PERMITS, Terminal


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


def view(terminal: Terminal) -> dict[str, object]:
    account = terminal.portal.account("publisher")
    address = f"{terminal.portal.url}/api/views/{PERMITS}.json"
    answer = requests.get(address, auth=(account.key_id, account.key_secret), timeout=30)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


def wanted(folder: Path, *rows: list[str]) -> Path:
    path = folder / "wanted.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_description_is_previewed_pushed_and_undone(terminal: Terminal) -> None:
    before = view(terminal)
    path = wanted(
        terminal.folder,
        ["Description", "Every permit, as it was issued."],
        ["Tags", "permits, buildings"],
        ["Row label", "permit"],
        ["Common Core / Frequency", "weekly"],
        [],
        ["Field name", "Description", "Display name"],
        ["permit_no", "Number of the permit — unique", ""],
        ["opened", "", "Opened on"],
    )

    shown = terminal("describe", terminal.permits, "--from", path, "--preview", "--json")
    unchanged = view(terminal)
    asked = terminal("describe", terminal.permits, "--from", path)
    done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json", "--note", "n")
    after = view(terminal)
    again = terminal("describe", terminal.permits, "--from", path, "--yes")
    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")
    restored = view(terminal)

    assert shown.code == 0, shown.err
    assert len(shown.json["changes"]) == 6
    assert shown.json["checked_by_portal"] is True
    assert unchanged["viewLastModified"] == before["viewLastModified"]
    assert (asked.code, "No terminal to confirm on" in asked.err) == (130, True)
    assert (done.code, done.json["outcome"], done.json["note"]) == (0, "done", "n")
    assert after["tags"] == ["permits", "buildings"]
    assert after["metadata"]["rowLabel"] == "permit"  # type: ignore[index]
    assert after["metadata"]["custom_fields"]["Common Core"] == {"Frequency": "weekly"}  # type: ignore[index]
    columns = {one["fieldName"]: one for one in after["columns"]}  # type: ignore[attr-defined]
    assert columns["permit_no"]["description"] == "Number of the permit — unique"
    assert columns["opened"]["name"] == "Opened on"
    assert after["rowsUpdatedAt"] == before["rowsUpdatedAt"]
    assert "already matches: nothing was sent" in again.out
    assert undone.code == 0, undone.err
    assert restored.get("description", "") == before.get("description", "")
    names = {one["fieldName"]: one["name"] for one in restored["columns"]}  # type: ignore[attr-defined]
    assert names["opened"] != "Opened on"


def test_an_undo_does_not_go_over_what_others_changed(terminal: Terminal) -> None:
    path = wanted(terminal.folder, ["Category", "Housing"])
    done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")
    other = wanted(terminal.folder, ["Category", "Business"])
    terminal("describe", terminal.permits, "--from", other, "--yes")

    refused = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")
    forced = terminal(
        "describe", terminal.permits, "--undo", done.json["run"], "--yes", "--overwrite-conflicts"
    )

    assert refused.code == 4
    assert "Category was changed by others since run" in refused.err
    assert forced.code == 0, forced.err


def test_columns_are_as_before_if_the_portal_refuses_one(terminal: Terminal) -> None:
    path = wanted(
        terminal.folder,
        ["Attribution", "The city"],
        ["Field name", "Description"],
        ["permit_type", "first"],
        ["inspected", "second"],
    )
    columns = {one["fieldName"]: one["id"] for one in view(terminal)["columns"]}  # type: ignore[attr-defined]
    refused = f"status status=400 method=PUT path=*/columns/{columns['inspected']}*"
    terminal.portal.inject_fault(read_fault(refused))
    try:
        said = terminal("describe", terminal.permits, "--from", path, "--yes")
    finally:
        terminal.portal.clear_faults()

    after = view(terminal)
    described = {one["fieldName"]: one.get("description") for one in after["columns"]}  # type: ignore[attr-defined]
    assert said.code == 1
    assert not described["permit_type"]
    assert after.get("attribution") != "The city"


def test_it_is_exported_for_people_and_harvesters(terminal: Terminal) -> None:
    said = terminal(
        "describe", terminal.permits, "-o", "d.xlsx", "--dictionary", "columns.csv",
        "--dcat", "record.json",
    )  # fmt: skip

    assert said.code == 0, said.err
    pushed = terminal("describe", terminal.permits, "--from", "d.xlsx", "--yes")
    assert "nothing was sent" in pushed.out
    rows = list(csv.reader((terminal.folder / "columns.csv").open(encoding="utf-8-sig")))
    assert rows[1][:3] == ["Permit Number", "permit_no", "text"]
    record = json.loads((terminal.folder / "record.json").read_text("utf-8"))
    assert record["title"] == "Building Permits"
    assert record["identifier"] == [terminal.permits]


def test_a_dictionary_of_another_kind_is_refused(terminal: Terminal) -> None:
    said = terminal("describe", terminal.permits, "--dictionary", "columns.pdf")

    assert said.code == 2
    assert 'A data dictionary cannot be written as ".pdf".' in said.err
    assert not (terminal.folder / "columns.pdf").exists()


def test_who_may_only_read_is_told_before_anything_is_sent(terminal: Terminal) -> None:
    terminal.sign_in("viewer")
    path = wanted(terminal.folder, ["Category", "Mine"])

    said = terminal("describe", terminal.permits, "--from", path, "--yes")

    assert said.code == 4
    assert 'it lacks the right "update_view"' in said.err


def test_a_file_that_is_no_description_is_named(terminal: Terminal) -> None:
    (terminal.folder / "x.txt").write_bytes(written(Description(), ".csv"))

    said = terminal("describe", terminal.permits, "--from", "x.txt", "--yes")

    assert said.code == 1
    assert "x.txt is not a workbook" in said.err


SMJ = {
    "fileVersionUID": 1,
    "title": "Permits of the city",
    "description": "",
    "keywords": ["permits", " buildings "],
    "license_type_id": "PUBLIC_DOMAIN",
    "contact_info": "data@example.gov",
    "jobFilename": "",
}


def test_a_metadata_job_of_datasync_is_pushed_and_undone(terminal: Terminal) -> None:
    before, dataset = view(terminal), terminal.permits.rpartition("/")[2]
    path = terminal.folder / "permits.smj"
    path.write_text(json.dumps(SMJ | {"datasetID": dataset}), encoding="utf-8")

    done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")
    after = view(terminal)
    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")
    restored = view(terminal)

    assert done.code == 0, done.err
    assert (after["name"], after["tags"]) == ("Permits of the city", ["permits", "buildings"])
    assert after["licenseId"] == "PUBLIC_DOMAIN"
    assert after["privateMetadata"] == {"contactEmail": "data@example.gov"}
    assert after.get("description") == before.get("description")  # a blank is not an erasure
    assert undone.code == 0, undone.err
    assert restored["name"] == before["name"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"datasetID": "nope-0000"}, "describes the dataset nope-0000"),
        ({"datasetID": "x"}, "is not a dataset id"),
        ({"keywords": [1]}, "keywords is not a list of text values"),
        ({"title": 5}, "title is not text"),
    ],
)
def test_a_metadata_job_that_cannot_be_pushed_is_named(
    terminal: Terminal, changed: dict[str, object], said: str
) -> None:
    path = terminal.folder / "wrong.smj"
    dataset = terminal.permits.rpartition("/")[2]
    path.write_text(json.dumps(SMJ | {"datasetID": dataset} | changed), encoding="utf-8")
    found = terminal("describe", terminal.permits, "--from", path)
    assert found.code == 2
    assert "wrong.smj" in found.err
    assert said in found.err


@pytest.mark.parametrize(
    ("kind", "id_"),
    [({"label": "CC", "value": "CC_30_BY"}, "CC_30_BY"), ("cc_30_by_aus", "CC_30_BY_AUS")],
)
def test_every_version_of_a_license_is_read(tmp_path: Path, kind: object, id_: str) -> None:
    from sodasheet.jobs.datasync.metadata_job import read_metadata_job

    path = tmp_path / "old.smj"
    body = {"datasetID": "abcd-1234", "title": "T", "licenseType": kind}
    path.write_text(json.dumps(body), encoding="utf-8")
    assert read_metadata_job(path).fields == {"title": "T", "license": id_}


def test_order_identifier_format_and_visibility_are_pushed_and_undone(terminal: Terminal) -> None:
    before = {one["fieldName"]: one for one in view(terminal)["columns"]}  # type: ignore[attr-defined]
    path = wanted(
        terminal.folder,
        ["Field name", "Position", "Format", "Hidden", "Width"],
        ["inspected", "1", "align=right", "Yes", "90"],
    )

    done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")
    after = view(terminal)["columns"]
    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")
    restored = {one["fieldName"]: one for one in view(terminal)["columns"]}  # type: ignore[attr-defined]

    assert done.code == 0, done.err
    assert done.json["outcome"] == "done"
    first = after[0]  # type: ignore[index]
    assert (first["fieldName"], first["format"]) == ("inspected", {"align": "right"})
    assert (first["flags"], first["width"]) == (["hidden"], 90)
    assert undone.code == 0, undone.err
    assert list(restored) == list(before)
    assert "hidden" not in restored["inspected"].get("flags", [])


def test_a_width_that_was_set_stays_and_its_undo_says_so(terminal: Terminal) -> None:
    path = wanted(
        terminal.folder,
        ["Row label", "permit"],
        [],
        ["Field name", "Width", "Description"],
        ["opened", "77", "The day"],
    )
    done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")

    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")
    again = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")

    assert undone.code == 0, undone.err
    assert 'The width of "opened" stays 77: a width cannot be removed.' in undone.out
    assert "done: Described" in undone.out
    assert "already matches: nothing was sent" in again.out


def test_a_row_identifier_that_does_not_identify_is_refused(terminal: Terminal) -> None:
    path = wanted(terminal.folder, ["Field name", "Row identifier"], ["permit_type", "Yes"])

    said = terminal("describe", terminal.permits, "--from", path, "--yes")

    assert said.code == 4
    assert '"permit_type" cannot be the row identifier: there are' in said.out + said.err


def test_the_row_identifier_is_moved_and_moved_back(terminal: Terminal) -> None:
    gone = wanted(terminal.folder, ["Field name", "Row identifier"], ["permit_no", "No"])
    before = view(terminal)["rowIdentifierColumnId"]

    done = terminal("describe", terminal.permits, "--from", gone, "--yes", "--json")
    without = view(terminal).get("rowIdentifierColumnId")
    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")

    assert done.code == 0, done.err
    assert without is None
    assert undone.code == 0, undone.err
    assert view(terminal)["rowIdentifierColumnId"] == before


def test_a_data_dictionary_is_attached_replaced_and_taken_away(terminal: Terminal) -> None:
    def files() -> list[dict[str, str]]:
        return view(terminal)["metadata"].get("attachments", [])  # type: ignore[attr-defined, no-any-return]

    shown = terminal("describe", terminal.permits, "--attach-dictionary", "csv", "--preview")
    unchanged = files()
    done = terminal("describe", terminal.permits, "--attach-dictionary", "csv", "--yes", "--json")
    (there,) = files()
    account = terminal.portal.account("publisher")
    address = f"{terminal.portal.url}/api/views/{PERMITS}/files/{there['assetId']}"
    text = requests.get(address, auth=(account.key_id, account.key_secret), timeout=30).text
    path = wanted(terminal.folder, ["Category", "Kept"])
    terminal("describe", terminal.permits, "--from", path, "--yes")
    kept = files()
    undone = terminal("describe", terminal.permits, "--undo", done.json["run"], "--yes")

    assert "Attached file data-dictionary.csv" in shown.out
    assert unchanged == []
    assert done.code == 0, done.err
    assert there["filename"] == "data-dictionary.csv"
    assert "Permit Number,permit_no,text" in text
    assert kept == [there], "a later change of the description keeps the file"
    assert undone.code == 0, undone.err
    assert files() == []


def test_one_frequency_fills_every_group_and_what_waits_is_said(terminal: Terminal) -> None:
    path = wanted(
        terminal.folder,
        ["Update frequency", "Daily"],
        [],
        ["Frequency", "Custom field", "Value on the portal"],
        ["Daily", "Common Core / Frequency", "Every day"],
    )
    terminal.portal.settings.approval_datasets = [PERMITS]
    try:
        shown = terminal("describe", terminal.permits, "--from", path, "--preview", "--json")
        done = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")
    finally:
        terminal.portal.settings.approval_datasets = []

    reasons = [one["reason"] for one in shown.json["findings"]]
    assert "approval-needed" in reasons
    assert {(one["owner"], one["new"]) for one in shown.json["changes"]} == {
        ("Common Core", "Every day"), ("Catalog", "R/P1D"),
    }  # fmt: skip
    assert (done.code, done.json["outcome"]) == (0, "waiting")


def test_what_the_portal_objects_to_stops_the_push(terminal: Terminal) -> None:
    path = wanted(terminal.folder, ["Catalog / Accrual periodicity", "sometimes"])

    said = terminal("describe", terminal.permits, "--from", path, "--yes", "--json")

    assert said.code == 4
    assert said.json["findings"][0]["reason"] == "custom-not-offered"


@pytest.mark.parametrize(
    ("fault", "code", "outcome"),
    [
        ("drop_after_work method=PUT path=*/apply count=1", 0, "done"),
        ("status status=500 method=PUT path=*/apply count=1", 5, "unknown"),
    ],
)
def test_a_lost_answer_is_looked_up(
    terminal: Terminal, fault: str, code: int, outcome: str
) -> None:
    path = wanted(terminal.folder, ["Category", f"Lost {code}"])
    terminal.portal.inject_fault(read_fault(fault))
    try:
        said = terminal("describe", terminal.permits, "--from", path, "--yes")
    finally:
        terminal.portal.clear_faults()
    runs = terminal("describe", terminal.permits, "--json").json["runs"]

    assert said.code == code, said.err
    assert runs[0]["outcome"] == outcome
    assert "rows" not in said.err
