"""The Describe dataset button: read a description, edit its cells, review, send and undo."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.describe.description_changes import ChangedPart, DescriptionChange
from sodasheet.describe.push_record import begin_run
from sodasheet.excel.sheets.description import DescriptionSheet
from sodasheet.model.sheet_labels import (
    COLUMN_FIELD,
    CUSTOM_HEADERS,
    DESCRIPTION_HEADERS,
    NEXT_STEP,
    STATE,
)

from .conftest import Steward

ROWS = [["Id", "Amount", "Note"], ["'a", 1, "x"], ["'b", 2, "y"]]


@pytest.fixture
def described(steward: Steward) -> Steward:
    steward.address = steward.dataset({"id": "text", "amount": "number", "note": "text"}, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", steward.address)
    steward.press("describe_dataset")
    return steward


def sheet_of(steward: Steward) -> DescriptionSheet:
    return DescriptionSheet(steward.sheet("Describe"))


def view(steward: Steward) -> Any:
    return steward.call("GET", f"/api/views/{steward.address[-9:]}.json")


def rows(steward: Steward) -> dict[str, dict[str, str]]:
    """Return the table of columns by field name."""
    return {row[COLUMN_FIELD]: dict(row) for _, row in sheet_of(steward).cells().columns}


def write(steward: Steward, header: str, field: str, value: Any) -> None:
    """Type into the row of a column."""
    sheet = sheet_of(steward)
    number = next(at for at, row in sheet.cells().columns if row[COLUMN_FIELD] == field)
    column = sheet.heads(DESCRIPTION_HEADERS)[header].column
    sheet.sheet.range((number, column)).value = value


def upside_down(steward: Steward) -> None:
    """Sort the table of columns in reverse order, as a user might."""
    sheet = sheet_of(steward)
    numbers = [at for at, _ in sheet.cells().columns]
    at = [spot.column for spot in sheet.heads(DESCRIPTION_HEADERS).values()]
    area = sheet.sheet.range((min(numbers), min(at)), (max(numbers), max(at)))
    area.value = area.options(ndim=2).value[::-1]


def fill(steward: Steward, label: str, value: str) -> None:
    """Enter a value next to a label."""
    sheet = sheet_of(steward)
    spot = sheet.seen.find(label)
    assert spot is not None
    sheet.sheet.range((spot.row, spot.column + 1)).value = value


def test_the_description_is_on_a_sheet_with_every_column_and_custom_field(
    described: Steward,
) -> None:
    sheet = sheet_of(described)
    values = sheet.values()

    assert described.book.sheets.active.name == "Describe Fees"
    assert values["Dataset name"] == "Fees"
    assert values["Described"] == "0 of 3 columns"
    assert values[NEXT_STEP].startswith("Describe 3 columns marked Missing")
    assert list(rows(described)) == ["id", "amount", "note"]
    assert rows(described)["id"]["Row identifier"] == "Yes"
    custom = [row[CUSTOM_HEADERS[0]] for _, row in sheet.cells().custom]
    assert custom == ["Common Core / Publisher", "Common Core / Frequency",
                      "Catalog / Accrual periodicity"]  # fmt: skip


def test_what_is_edited_is_reviewed_sent_and_undone(described: Steward) -> None:
    fill(described, "Dataset description", "All fees, as =SUM(A1)")
    fill(described, "Tags", "fees, money")
    fill(described, "Update frequency", "Daily")
    write(described, "Description", "amount", "In dollars \u2014 net")
    write(described, "Position", "note", 1)
    write(described, "Hidden", "note", "Yes")
    write(described, "Width", "note", 90)

    (checked,) = described.press("check_data")
    unsent = view(described)
    state = rows(described)["note"][STATE]
    described.press("describe_dataset", False)
    still = view(described)
    (told,) = described.press("describe_dataset", True)
    after = view(described)

    assert "Dataset" not in checked
    assert "amount: description: (blank) \u2192 In dollars \u2014 net" in checked
    assert unsent["viewLastModified"] == still["viewLastModified"]
    assert "description" not in still
    assert state == "Changed: position, hidden, width"
    assert told.startswith("Described Fees: ")
    assert after["description"] == "All fees, as =SUM(A1)"
    assert after["tags"] == ["fees", "money"]
    groups = after["metadata"]["custom_fields"]
    assert groups["Catalog"]["Accrual periodicity"] == "R/P1D"
    assert [one["fieldName"] for one in after["columns"]] == ["note", "id", "amount"]
    assert after["columns"][0]["flags"] == ["hidden"]
    assert list(rows(described)) == ["note", "id", "amount"]
    assert sheet_of(described).values()["Last sent"] != "not from here"

    (undone,) = described.press("undo_last_push", True)
    restored = view(described)
    assert undone.startswith("Described Fees: ")
    assert [one["fieldName"] for one in restored["columns"]] == ["id", "amount", "note"]
    assert not restored.get("description")


def test_an_unchanged_sheet_is_read_again_and_blanks_erase_nothing(described: Steward) -> None:
    described.call("PUT", f"/api/views/{described.address[-9:]}.json", json={"category": "Money"})
    told = described.press("describe_dataset")
    fill(described, "Category", "")
    again = described.press("push")

    assert told == again == []
    assert sheet_of(described).values()["Category"] == "Money"
    fill(described, "Category", "(clear)")
    described.press("push", True)
    assert not view(described).get("category")


def test_what_others_changed_meanwhile_is_not_overwritten(described: Steward) -> None:
    path = f"/api/views/{described.address[-9:]}"
    write(described, "Description", "note", "Ours")
    write(described, "Description", "amount", "Ours too")
    number = {one["fieldName"]: one["id"] for one in view(described)["columns"]}["note"]
    described.call("PUT", f"{path}/columns/{number}.json", json={"description": "Theirs"})

    described.press("describe_dataset", True)

    (question,) = described.dialogs.asked
    assert "it was changed on the portal too" in question
    assert "note: description: (blank) \u2192 Ours" in question
    shown = {one["fieldName"]: one.get("description") for one in view(described)["columns"]}
    assert shown == {"id": None, "amount": "Ours too", "note": "Theirs"}
    assert rows(described)["note"]["Description"] == "Ours"
    assert rows(described)["note"][STATE] == "Not sent: changed on the portal too"
    described.press("describe_dataset", True)
    assert "note: description: Theirs \u2192 Ours" in described.dialogs.asked[0]
    assert view(described)["columns"][2]["description"] == "Ours"


@pytest.mark.parametrize(
    ("header", "field", "value", "said"),
    [
        ("Position", "note", "first", 'the position is "first"'),
        ("Column name", "note", "(clear)", "needs a display name"),
        ("Column name", "note", "Amount", 'Two columns would be called "Amount".'),
    ],
)
def test_an_invalid_value_is_reported_and_nothing_is_sent(
    described: Steward, header: str, field: str, value: str, said: str
) -> None:
    before = view(described)["viewLastModified"]
    write(described, header, field, value)

    (told,) = described.press("describe_dataset")

    assert said in told
    assert view(described)["viewLastModified"] == before


def test_another_row_identifier_is_asked_about_and_a_no_sends_nothing(described: Steward) -> None:
    before = view(described)["viewLastModified"]
    write(described, "Row identifier", "note", "Yes")

    described.press("describe_dataset", False)

    assert "row identifier: No \u2192 Yes" in described.dialogs.asked[0]
    assert view(described)["viewLastModified"] == before


def test_a_text_of_the_portal_is_left_alone_whatever_a_cell_makes_of_it(
    described: Steward,
) -> None:
    long = "\U0001f6b2" + "x" * 39_999
    path = f"/api/views/{described.address[-9:]}"
    number = {one["fieldName"]: one["id"] for one in view(described)["columns"]}["note"]
    described.call("PUT", f"{path}.json", json={"description": long, "attribution": "a\r\nb \n"})
    described.call("PUT", f"{path}/columns/{number}.json", json={"description": "\r\none\rtwo "})
    described.press("describe_dataset")

    assert described.press("describe_dataset") == []
    assert described.press("check_data") == ["Nothing was edited on this sheet."]
    fill(described, "Tags", "one")
    described.press("describe_dataset", True)
    assert (view(described)["description"], view(described)["tags"]) == (long, ["one"])
    fill(described, "Dataset description", "short")
    (told,) = described.press("describe_dataset")
    assert "Dataset description: the text on the portal has 40,000 characters" in told
    assert view(described)["description"] == long


def test_a_data_dictionary_is_attached_from_the_sheet_and_taken_away(described: Steward) -> None:
    write(described, "Description", "amount", "'=1+1 dollars")
    fill(described, "Data dictionary", "As PDF")
    (wrong,) = described.press("describe_dataset")
    fill(described, "Data dictionary", "attach as CSV")
    (checked,) = described.press("check_data")
    described.press("push", True)
    (there,) = view(described)["metadata"]["attachments"]
    path = f"/api/views/{described.address[-9:]}/files/{there['assetId']}"
    text = described.reply("GET", path).text
    cleared = sheet_of(described).values()["Data dictionary"]
    described.press("undo_last_push", True)

    assert 'Data dictionary is "As PDF".' in wrong
    assert "Attached as a file: data-dictionary.csv" in checked
    assert "Amount,amount,number,'=1+1 dollars," in text
    assert cleared == ""
    assert view(described)["metadata"]["attachments"] == []


def test_an_undo_of_an_undo_says_so_and_what_never_landed_is_passed_over(
    described: Steward,
) -> None:
    where = sheet_of(described).target
    fill(described, "Tags", "one")
    described.press("push", True)
    lost = DescriptionChange(ChangedPart.FIELD, "category", "", "Never")
    begin_run(where.portal, where.dataset, "Fees", [lost], "")

    described.press("undo_last_push", True)
    first = described.dialogs.asked[0]
    described.press("undo_last_push", True)

    assert first.startswith("Undo the last push of this description?\n\nTags: one")
    assert described.dialogs.asked[0].startswith(
        "Undo the last push of this description, which undid an earlier push?\n\nTags:"
    )
    assert view(described)["tags"] == ["one"]


def test_the_sheet_may_be_sorted_moved_and_damaged(described: Steward) -> None:
    sheet = described.sheet("Describe")
    sheet.range("3:3").insert("down")
    write(described, "Description", "note", "Kept")
    described.press("describe_dataset", True)
    assert view(described)["columns"][2]["description"] == "Kept"

    write(described, "Description", "amount", "Sorted")
    upside_down(described)
    assert list(rows(described)) == ["note", "amount", "id"]
    described.press("describe_dataset", True)
    assert {one["fieldName"]: one.get("description") for one in view(described)["columns"]} == {
        "id": None, "amount": "Sorted", "note": "Kept"}  # fmt: skip

    write(described, "Description", "id", "New")
    sheet_of(described).sheet.range((1, 14)).value = "{"
    (told,) = described.press("describe_dataset")
    assert told.startswith("The values read from the portal are no longer stored")


def test_many_columns_and_odd_texts_are_written_and_read_back(steward: Steward) -> None:
    odd = {f"c{at}": "text" for at in range(60)}
    steward.address = steward.dataset(odd, name="=Wide [2024]/\u00dcbersicht")
    steward.workbook([["C0"], ["x"]])
    steward.press("choose_dataset", steward.address)
    steward.press("describe_dataset")

    assert len(rows(steward)) == 60
    assert sheet_of(steward).values()["Dataset name"] == "=Wide [2024]/\u00dcbersicht"
    assert steward.press("describe_dataset") == []
    assert list(rows(steward)) == list(odd)
