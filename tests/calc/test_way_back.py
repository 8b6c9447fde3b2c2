"""Preview changes and Undo last push, pressed in Calc."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sodasheet.commands.terminal.command_line import run

from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number"}
HEADERS = ["Id", "Name", "Amount"]
HELD = [
    {"id": "a", "name": "Ann", "amount": "1"},
    {"id": "b", "name": "=1+1", "amount": "2"},
    {"id": "z", "name": "gone", "amount": "9"},
]
ROWS = [["'a", "Ann", 1], ["'b", "'=2+2", 2.5], ["'c", "Cid", 3]]


@pytest.fixture
def address(steward: Steward) -> str:
    """A dataset with rows, and a saved workbook that would replace them."""
    address = steward.dataset(COLUMNS, "id")
    steward.call("POST", f"/resource/{address[-9:]}.json", json=HELD)
    steward.workbook([HEADERS, *ROWS], "fees.xlsx")
    steward.press("choose_dataset", address)
    steward.beside("Method").value = "replace"
    return address


def previewed(steward: Steward) -> tuple[dict[str, Any], list[list[Any]]]:
    """The labels with their values, and the table."""
    cells = steward.sheet("Preview").used_range.options(ndim=2).value
    head = next(at for at, row in enumerate(cells) if row[:2] == ["Change", "Row"])
    from sodasheet.excel.sheets.preview import PreviewSheet

    values = PreviewSheet(steward.sheet("Preview")).values()
    return values, [row[:8] for row in cells[head + 1 :] if row[0]]


def text(steward: Steward) -> str:
    return " ".join(
        str(cell)
        for row in steward.sheet("Result").used_range.options(ndim=2).value
        for cell in row
        if cell
    )


def by_command(steward: Steward, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the output of `sodasheet preview --json` for the saved workbook."""
    steward.book.save()
    capsys.readouterr()
    assert run(["preview", steward.book.fullname, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_sheet_shows_what_the_command_line_says(
    steward: Steward, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    steward.press("preview_changes")
    steward.wait()

    values, lines = previewed(steward)
    said = by_command(steward, capsys)
    counts = [values[name] for name in ("New rows", "Changed rows", "Deleted rows", "Unchanged")]
    assert counts == [str(one) for one in said["preview"].values()] == ["1"] * 4
    assert (values["Rows now"], values["Rows after"]) == ("3", "3")
    assert said["before"] == said["after"] == 3
    assert [(line[0].lower(), line[1], line[2]) for line in lines] == [
        (change["kind"], change["row"], change["identifier"]) for change in said["changes"]
    ]
    changed = next(line for line in lines if line[3] == "Name")
    assert changed == ["Changed", 3, "b", "Name", "=1+1", "=2+2", None, "Row 3"]
    assert [line[7] for line in lines if line[1]] == [
        f"Row {line[1]:.0f}" for line in lines if line[1]
    ]
    assert values["Changes listed"] == f"All {len(lines)} changes."
    assert values["In short"].startswith("A replace would add 1 row to Fees, change 1 and delete 1")
    assert steward.book.sheets.active.name == "Preview Fees"
    assert list(steward.home.glob("tasks/*")) == []
    assert steward.rows(address, order="id") == HELD, "nothing was sent"


def test_a_push_goes_by_the_preview_and_stops_where_somebody_else_was_faster(
    steward: Steward, address: str
) -> None:
    steward.beside("Method").value = "Upsert: update or add"
    steward.press("preview_changes")
    steward.wait()
    steward.press("push", False)
    (asked,) = steward.dialogs.asked
    steward.call("POST", f"/resource/{address[-9:]}.json", json=[{"id": "new", "name": "x"}])
    steward.press("push", True)
    steward.wait()

    assert "According to the preview: 1 new, 1 changed, 0 deleted, 1 unchanged." in asked
    assert steward.results()["Outcome"] == "Stopped, nothing sent"
    assert "Fees had 3 rows when the preview was made and has 4 now" in text(steward)
    assert len(steward.rows(address)) == 4

    steward.press("preview_changes")
    steward.wait()
    assert previewed(steward)[0]["Rows now"] == "4"
    steward.press("push", True)
    steward.wait()
    assert steward.results()["Outcome"] == "Done", text(steward)


def test_undo_gives_back_every_cell(steward: Steward, address: str) -> None:
    steward.press("preview_changes")
    steward.wait()
    steward.press("push", True)
    steward.wait()
    pushed = steward.rows(address, order="id")
    assert steward.results()["Outcome"] == "Done", text(steward)
    number = steward.results()["Run"]

    steward.press("undo_last_push", False)
    assert steward.rows(address, order="id") == pushed
    assert steward.app.status_bar is False
    steward.press("undo_last_push", True)
    (asked,) = steward.dialogs.asked
    steward.wait()

    assert f"Undo the last push to Fees (run {number})?" in asked
    assert "2 rows will be restored, and the 1 row it added will be deleted." in asked
    assert steward.rows(address, order="id") == HELD
    results = steward.results()
    assert (results["Outcome"], results["Method"]) == ("Done", f"Undo of {number}")


def test_what_cannot_be_undone_is_said(steward: Steward, address: str) -> None:
    assert steward.press("undo_last_push") == [
        "No push from this computer has landed yet. There is nothing to undo."
    ]
    steward.press("push", True)
    steward.wait()
    steward.call(
        "POST", f"/resource/{address[-9:]}.json", json=[{"id": "b", "name": "by someone else"}]
    )

    assert steward.press("undo_last_push", False) == []
    (asked,) = steward.dialogs.asked

    assert "1 row was changed by someone else since run" in asked
    assert 'b: Name "by someone else" would be "=1+1", Amount' in asked
    assert asked.endswith("Undo it anyway?")
    assert list(steward.home.glob("tasks/*")) == []

    steward.press("undo_last_push", True, True)
    assert "Others have changed 1 of them since." in steward.dialogs.asked[1]
    steward.wait()
    assert steward.rows(address, order="id") == HELD
    assert "in 1 row" in text(steward)


def test_a_preview_that_comes_to_nothing_is_said_by_the_program(
    steward: Steward, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = steward.folder / "talk.json"
    talk.write_text(json.dumps({"answers": [], "told": []}))
    monkeypatch.setenv("SODASHEET_CALC_TALK", str(talk))
    steward.book.sheets["Data"].range("A2:C4").value = None

    steward.press("preview_changes")
    steward.wait()

    (told,) = json.loads(talk.read_text())["told"]
    assert "has no rows" in told
    assert list(steward.home.glob("tasks/*")) == []
    assert [sheet.name for sheet in steward.book.sheets] == ["Data", "Map Fees"]
