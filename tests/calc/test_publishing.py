"""A push from the ribbon does not freeze Excel, can be stopped and retried, and is reported."""

from __future__ import annotations

import json
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import xlwings

from sodasheet.desk.tasks.task import Task, TaskKind
from sodasheet.excel.button_press import Press
from sodasheet.excel.tasks import launched_tasks
from sodasheet.excel.xlwings_access import caller
from sodasheet.system import detached_process

from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number"}
HEADERS = ["Id", "Name", "Amount"]
HOSTILE = ["=1+1", "+A1", "-2+3", "@SUM(A1:A9)", "'=quoted", "=cmd|' /C calc'!A0", "\t=1", "1/2"]


def mapped(steward: Steward, rows: list[list[Any]], **options: Any) -> str:
    address = steward.dataset(options.pop("columns", COLUMNS), options.pop("key", "id"), **options)
    steward.workbook([HEADERS, *rows])
    steward.press("choose_dataset", address)
    return address


def method(steward: Steward, word: str) -> None:
    steward.beside("Method").value = word


def test_rows_with_findings_stay_behind_when_that_was_agreed_to(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1], ["'b", "Bob", "n/a"], ["'c", "Cid", 3]])

    steward.press("push", True)
    steward.wait()
    refused = steward.results()
    steward.press("push", True, True)
    asked = list(steward.dialogs.asked)
    steward.wait()

    assert (refused["Outcome"], refused["Ready"]) == ("Stopped, nothing sent", "2")
    assert asked[0].startswith("The last check or push found 1 row that cannot be sent.")
    assert asked[1].startswith(
        "Update or add 2 rows in Fees (it has 0); 1 row with findings will be skipped."
    )
    assert [row["id"] for row in steward.rows(address)] == ["a", "c"]
    assert steward.results()["Outcome"] == "Done, 1 row skipped"
    (row,) = steward.result_lines()
    assert row[:5] == ["Ask", 3.0, "Amount", "n/a", "Not a number."]
    assert steward.sheet("Result").range("H9").impl.hyperlink == "#'Data'.C3"


def _all(steward: Steward) -> Any:
    return steward.sheet("Result").used_range.options(ndim=2).value


def test_only_the_rows_that_failed_are_sent_once_they_are_mended(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1], ["'b", "Bob", "n/a"], ["'c", "Cid", "?"]])
    method(steward, "replace")
    steward.press("check_data", False, False)
    steward.press("push", True, True)
    steward.wait()
    data = steward.book.sheets["Data"]
    data.range("A2:C3").value = [["'a", "not to be sent", 9], ["'b", "Bob", 2]]

    steward.press("retry_failed_rows", True)
    asked = list(steward.dialogs.asked)
    steward.wait()

    assert asked == ["Update or add 2 rows in Fees (it has 1).\n\nGo ahead?"]
    assert steward.results()["Outcome"] == "Stopped, nothing sent", (
        "the question mark is still there"
    )
    data.range("C4").value = 3
    steward.press("retry_failed_rows")
    assert steward.dialogs.told[0].startswith('The last push ended as "refused"')
    assert steward.rows(address) == [{"id": "a", "name": "Ann", "amount": "1"}]


def test_mended_rows_land_beside_those_that_did_already(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1], ["'b", "Bob", "n/a"]])
    method(steward, "replace")
    steward.press("check_data", False, False)
    steward.press("push", True, True)
    steward.wait()
    steward.book.sheets["Data"].range("C3").value = 2

    steward.press("retry_failed_rows", True)
    steward.wait()

    assert steward.results()["Outcome"] == "Done", steward.result_lines()
    assert [row["amount"] for row in steward.rows(address, order="id")] == ["1", "2"]


def test_there_is_nothing_to_retry_before_a_push(steward: Steward) -> None:
    mapped(steward, [["'a", "Ann", 1]])

    assert steward.press("retry_failed_rows") == [
        "There is no push to Fees whose rows could be retried. Press Push first."
    ]


def test_saying_no_sends_nothing_and_leaves_nothing(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1]])

    steward.press("push", False)

    assert steward.rows(address) == []
    assert list(steward.home.glob("tasks/*")) == []
    assert steward.app.status_bar is False


@pytest.mark.parametrize("word", ["append", "upsert", "replace", "delete"])
def test_every_method_does_what_it_says(steward: Steward, word: str) -> None:
    address = mapped(steward, [["'a", "Ann", 1], ["'b", "Bob", 2]])
    # Two of these few rows are more than a delete may remove without confirmation.
    others = "klmnopqrs" if word == "delete" else ""
    steward.call("POST", f"/resource/{address[-9:]}.json",
                 json=[{"id": one, "name": "old"} for one in f"az{others}"])  # fmt: skip
    if word == "append":
        steward.book.sheets["Data"].range("A2").value = "'c"
    if word == "delete":
        steward.book.sheets["Data"].range("A3").value = "'z"
    method(steward, word)

    steward.press("push", True)
    steward.wait()

    assert steward.results()["Outcome"] == "Done", steward.result_lines()
    expected = {"append": "abcz", "upsert": "abz", "replace": "ab", "delete": others}[word]
    assert "".join(row["id"] for row in steward.rows(address, order="id")) == expected


def test_hostile_text_stays_text_on_every_sheet(steward: Steward) -> None:
    columns = {"id": "text", "name": "text", "amount": "number", "sum": "text"}
    rows = [[f"'{text}", f"'{text}", f"'{text}"] for text in HOSTILE]
    address = steward.dataset(columns, "id", name="=HYPERLINK(1) [x]: '*?")
    sheet = steward.workbook([[*HEADERS, "'=1+1"], *[[*row, "x"] for row in rows]])
    sheet.range("B2").value = "'=2+2"

    steward.press("choose_dataset", address)
    steward.press("check_data", False)
    steward.press("push", True, True)
    steward.wait()

    from xlcalc.soffice import load_uno

    formula = load_uno().Enum("com.sun.star.table.CellContentType", "FORMULA")
    for one in steward.book.sheets:
        used = one.used_range
        kinds = used.api.queryFormulaCells(7).getRangeAddresses()
        assert kinds == (), f"{one.name}: {[used.impl(1, 1).api.getFormula(), formula]}"
    name = next(sheet.name for sheet in steward.book.sheets if sheet.name.startswith("Map"))
    assert name == "Map =HYPERLINK(1) x '"[: len(name)]
    values = [line[3] for line in steward.result_lines() if line[2] == "Amount"]
    assert set(HOSTILE[:3]) <= {str(value) for value in values}


def test_a_second_push_waits_for_the_first_and_stop_ends_it(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mapped(steward, [["'a", "Ann", 1]])
    started: list[str] = []
    begin = launched_tasks.start_detached
    monkeypatch.setattr(launched_tasks, "start_detached", lambda _, folder: started.append(folder))
    steward.press("push", True)

    second = steward.press("push")
    steward.press("stop")
    stopping = Task(Path(started[0])).errand.stopping
    begin(launched_tasks.WORKER, started[0])
    steward.wait()

    assert second == [
        "A push from this workbook is running (Starting). Wait for its results, or press Stop."
    ]
    assert stopping
    assert steward.results()["Outcome"] == "Canceled, nothing sent"
    assert steward.rows(address) == []


def test_results_that_found_no_workbook_are_shown_at_the_next_press(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1]])
    steward.press("push", True)
    task = Task(next(steward.home.glob("tasks/*")))
    task.write("order.json", {**(task.read("order.json") or {}), "pid": -1})
    until = time.monotonic() + 60
    while task.errand.report is None or list(task.folder.glob("spool.csv")):
        assert time.monotonic() < until
        time.sleep(0.1)
    before = [sheet.name for sheet in steward.book.sheets]

    told = steward.press("stop")

    assert before == ["Data", "Map Fees"]
    assert steward.results()["Outcome"] == "Done"
    assert steward.beside("Last pushed").value is not None
    assert told == [f"No push from {steward.book.name} is running."]
    assert list(steward.home.glob("tasks/*")) == []
    assert len(steward.rows(address)) == 1


def test_a_push_that_died_is_said_at_the_next_press(steward: Steward) -> None:
    mapped(steward, [["'a", "Ann", 1]])
    press = Press(steward.app, steward.book, steward.book.sheets[0], steward.dialogs)
    task = launched_tasks.task_of(press, TaskKind.PUSH)
    task.write("order.json", launched_tasks.order_of(press).to_json())
    task.write("status.json", {"time": 0})

    told = steward.press("stop")

    assert told[0].startswith("A push from this workbook ended without a report")
    assert not task.folder.exists()


def _noted(commands: list[list[str]]) -> Any:
    def popen(line: list[str], **options: Any) -> Any:
        commands.append([*line, str(options["cwd"])])
        return type("Process", (), {"pid": 1, "returncode": 0, "wait": lambda *_: 0})()

    return popen


def test_what_is_handed_over_is_private_and_holds_no_secret(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(steward, [["'a", "Ann", 1]])
    commands: list[list[str]] = []
    monkeypatch.setattr(detached_process.subprocess, "Popen", _noted(commands))

    steward.press("push", True)

    (folder,) = steward.home.glob("tasks/*")
    account = steward.portal.account("publisher")
    everything = "".join(path.read_text() for path in folder.iterdir()) + str(commands)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert account.key_secret not in everything
    assert commands[0][-2:] == [str(folder), str(steward.home)], "Windows keeps a working folder"


@pytest.mark.parametrize("button", ["choose_dataset", "push"])
def test_a_window_that_cannot_open_after_all_is_said_by_the_program(
    steward: Steward, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    talk = steward.folder / "talk.json"
    talk.write_text(json.dumps({"answers": [], "told": []}))
    monkeypatch.setenv("SODASHEET_CALC_TALK", str(talk))
    if button == "push":
        mapped(steward, [["'a", "Ann", 1]])
    else:
        steward.workbook([HEADERS])
    steward.dialogs.no_windows = None

    steward.press(button)
    steward.wait()

    told = json.loads(talk.read_text())["told"]
    assert [one[:41] for one in told] == ["There is no screen to open a window on. U"]


def test_without_a_key_nothing_is_read_or_sent(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(steward, [["'a", "Ann", 1]])
    monkeypatch.delenv("SODASHEET_KEY_ID")
    monkeypatch.delenv("SODASHEET_KEY_SECRET")

    told = steward.press("push")

    assert len(told) == 1
    assert "Sign in" in told[0]
    assert list(steward.home.glob("tasks/*")) == []


def test_a_portal_that_is_gone_is_said_in_a_sentence(steward: Steward) -> None:
    mapped(steward, [["'a", "Ann", 1]])
    steward.beside("Portal").value = "http://127.0.0.1:9"

    (told,) = steward.press("check_data")

    assert "127.0.0.1" in told
    assert "Traceback" not in told
    assert steward.app.status_bar is False


def test_percentages_are_sent_as_the_steward_sees_them(steward: Steward) -> None:
    address = steward.dataset(
        {"id": "text", "share": "number", "part": "number"}, "id", share={"percentScale": "100"}
    )
    sheet = steward.workbook([["Id", "Share", "Part"], ["'a", 0.35, 0.35], ["'b", 1, 1]])
    sheet.range("B2:C3").number_format = "0%"

    steward.press("choose_dataset", address)
    declared = steward.mapping()["Share"]["Format or constant"]
    steward.choose("Share", "Format or constant", "")
    steward.press("push", True)
    steward.wait()

    assert declared == "fraction"
    assert steward.results()["Outcome"] == "Done", steward.result_lines()[-1]
    sent = [(row["share"], row["part"]) for row in steward.rows(address, order="id")]
    assert sent == [("35", "0.35"), ("100", "1")]


def test_a_book_with_an_equals_sign_in_its_name_is_found(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    steward.workbook([HEADERS], "a=b=c.xlsx")
    steward.workbook([HEADERS], "other.xlsx")
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=a=b=c.xlsx", "--from_xl=1", "--hwnd=1"])

    app, book = caller()

    assert book is not None
    assert (book.name, app.pid) == ("a=b=c.xlsx", 1)


def test_reports_are_kept_in_the_run_log(steward: Steward) -> None:
    mapped(steward, [["'a", "Ann", 1]])
    steward.press("push", True)
    steward.wait()

    run = steward.results()["Run"]
    report = json.loads((steward.home / "runs" / run / "report.json").read_text())
    assert report["source"]["name"].startswith("Data in book")
    assert Path(xlwings.__file__).exists()


def test_a_replace_is_limited_to_the_part_beside_replace_within(steward: Steward) -> None:
    address = mapped(steward, [["'a", "Ann", 1], ["'b", "Bob", 2], ["'c", "Cid", 3]])
    steward.press("push", True)
    steward.wait()
    steward.book.sheets["Data"].range("A2:C4").value = [["'b", "Bob", 5], *[[None] * 3] * 2]
    method(steward, "replace")
    steward.beside("Maximum shrinkage").value = "'100%"
    steward.beside("Replace within").value = "Name = Bob | Cid"

    steward.press("push", True)
    asked = list(steward.dialogs.asked)
    steward.wait()

    assert "Name = Bob or Cid" in asked[0]
    assert [(row["id"], row["amount"]) for row in steward.rows(address, order="id")] == [
        ("a", "1"),
        ("b", "5"),
    ]
