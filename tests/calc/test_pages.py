"""Buttons that open a page of the desk, from the click to the results in a live Calc.

The test answers instead of the page, through the same files; the pages are tests/desk's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodasheet.desk.tasks.ask_user import answer_question
from sodasheet.desk.tasks.question import UserAnswer
from sodasheet.desk.tasks.task import Task, all_tasks
from sodasheet.excel.tasks import launched_tasks
from sodasheet.excel.tasks.launched_tasks import SHOWN
from sodasheet.excel.tasks.task_workbook import read_order
from sodasheet.excel.worker.check_and_offer_fixes import check

from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number"}
ROWS = [["Id", "Name", "Amount"], ["'a", "Ann", 1], ["'b", "Bob", 2]]


class Page:
    """A user at the page of a task."""

    def __init__(self, task: Task) -> None:
        self.task = task

    @property
    def end(self) -> tuple[Any, ...]:
        """Return all progress messages of the task."""
        return tuple(map(self.task.read, ("status.json", "report.json", SHOWN, "failure.json")))

    def question(self, seconds: float = 90) -> dict[str, Any]:
        """Wait for the next question."""
        until = time.monotonic() + seconds
        while (asked := self.task.read("question.json")) is None:
            assert not self.task.ended, self.end
            assert time.monotonic() < until, self.end
            time.sleep(0.05)
        return asked

    def answer(self, yes: bool, choice: dict[str, Any] | None = None) -> dict[str, Any]:
        asked = self.question()
        answer_question(self.task, UserAnswer(asked["number"], yes=yes, choice=choice))
        until = time.monotonic() + 30
        while self.task.read("question.json") == asked:
            assert time.monotonic() < until, "nobody took the answer"
            time.sleep(0.05)
        return asked


@pytest.fixture
def desk(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> Steward:
    """A user whose windows can open."""
    monkeypatch.setenv("SODASHEET_CALC_PAGES", str(steward.folder / "pages.txt"))
    steward.dialogs.no_windows = None
    return steward


def pages(steward: Steward) -> list[str]:
    return (steward.folder / "pages.txt").read_text().splitlines()


def page(steward: Steward, button: str) -> Page:
    steward.press(button)
    return Page(next(all_tasks()))


def mapped(desk: Steward) -> str:
    address = desk.dataset(COLUMNS, "id")
    desk.workbook(ROWS)
    page(desk, "choose_dataset").answer(True, {"portal": desk.portal.url, "dataset": address[-9:]})
    gone(desk)
    return address


def gone(desk: Steward) -> None:
    """Wait until no task is left."""
    until = time.monotonic() + 60
    while list((desk.home / "tasks").glob("*/order.json")):
        assert time.monotonic() < until, "the task did not end"
        time.sleep(0.05)


def shown(task: Task) -> None:
    until = time.monotonic() + 90
    while not (task.folder / SHOWN).exists():
        assert time.monotonic() < until, (task.read("status.json"), task.failure)
        time.sleep(0.05)


def test_a_dataset_is_chosen_on_its_page_and_the_mapping_sheet_appears(desk: Steward) -> None:
    mapped(desk)

    assert [sheet.name for sheet in desk.book.sheets] == ["Data", "Map Fees"]
    assert desk.mapping()["Amount"]["Dataset column"] == "Amount · amount"
    assert pages(desk)[0].startswith("/task/")


def test_the_columns_of_the_dataset_open_with_the_sheet_as_it_is_saved(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mapped(desk)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "sodasheet.desk.open_desk_at_page.open_columns", lambda *given: asked.append(given)
    )
    path = desk.folder / "fees.xlsx"
    desk.book.save(str(path))
    desk.press("dataset_columns")
    path.unlink()
    desk.press("dataset_columns")

    where = (desk.portal.url, address[-9:])
    assert asked == [(*where, str(path), "sheet:Data"), (*where, "", "")]


def test_a_push_asks_on_its_page_and_its_results_come_into_the_workbook(desk: Steward) -> None:
    address = mapped(desk)
    pushing = page(desk, "push")

    asked = pushing.answer(True)
    shown(pushing.task)

    assert "Fees" in json.dumps(asked)
    assert desk.rows(address, order="id")[1] == {"id": "b", "name": "Bob", "amount": "2"}
    assert desk.results()["Outcome"] == "Done"
    assert desk.beside("Next step").value.startswith("Pushed on ")
    assert not list(pushing.task.folder.glob("spool.csv")), "the rows have landed"


def test_no_on_the_page_sends_nothing_and_the_next_press_works(desk: Steward) -> None:
    address = mapped(desk)
    first = page(desk, "push")
    first.answer(False)
    until = time.monotonic() + 60
    while not first.task.ended:
        assert time.monotonic() < until
        time.sleep(0.05)

    second = page(desk, "push")
    second.answer(True)
    shown(second.task)

    assert second.task.id != first.task.id
    assert len(desk.rows(address)) == 2


def test_results_find_a_workbook_that_was_saved_under_another_name(desk: Steward) -> None:
    """Excel knows the book by another path by then; the mark in its mapping sheet is the same."""
    address = mapped(desk)
    pushing = page(desk, "push")
    pushing.question()
    desk.book.save(str(desk.folder / "renamed.xlsx"))

    pushing.answer(True)
    shown(pushing.task)

    assert desk.book.name == "renamed.xlsx"
    assert desk.results()["Outcome"] == "Done"
    assert len(desk.rows(address)) == 2


def test_a_preview_shows_its_progress_and_ends_on_its_sheet(desk: Steward) -> None:
    mapped(desk)

    page(desk, "preview_changes")
    gone(desk)

    assert desk.book.sheets.active.name == "Preview Fees"
    assert len(pages(desk)) == 2


def talk(desk: Steward, monkeypatch: pytest.MonkeyPatch, *answers: str) -> Callable[[], Any]:
    """Answer the questions of other processes in the program; return the messages shown there."""
    path = desk.folder / "talk.json"
    path.write_text(json.dumps({"told": [], "answers": answers}))
    monkeypatch.setenv("SODASHEET_CALC_TALK", str(path))
    return lambda: json.loads(path.read_text())


def test_a_check_goes_on_beside_the_workbook_and_shows_what_it_found(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel waits only while its cells are read."""
    mapped(desk)
    desk.book.sheets["Data"].range("C3").value = "two"
    said = talk(desk, monkeypatch, "no", "yes")
    monkeypatch.setattr("sodasheet.push.load_and_check.prepared", None)

    desk.press("check_data")

    assert desk.dialogs.told == desk.dialogs.asked == [], "its own process says and asks everything"
    assert str(desk.app.status_bar).startswith("SodaSheet: checking the rows for Fees")
    gone(desk)
    assert said() == {"told": [], "answers": []}
    row = desk.mapping()["Amount"]
    assert (row["Check"], row["Findings"]) == ("Ask", 'Row 3: "two" is not a number.')
    assert desk.results()["Outcome"] == "Checked, 1 row needs an answer"
    assert desk.beside("Last checked").value
    marks = desk.book.sheets["Data"].api.ConditionalFormats.getConditionalFormats()
    assert len(marks) == 1
    assert desk.book.sheets.active.name == "Map Fees", "as at the press"
    assert len(pages(desk)) == 1, "no window opens for it"


def test_fixes_of_a_check_are_accepted_in_the_program_and_the_rows_checked_again(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    desk.book.sheets["Data"].range("A4:C5").value = [["'c", "Cy", "n/a"], ["Total", None, 3]]
    said = talk(desk, monkeypatch, "yes")

    desk.press("check_data")
    gone(desk)

    assert said()["told"][0].startswith("All 3 rows of Data in book")
    assert said()["answers"] == []
    assert desk.beside("Rows left out").value == "totals"
    assert desk.mapping()["Amount"]["Check"] == "OK"
    assert desk.results()["Outcome"] == "Checked, no findings"


def test_a_check_of_a_mapping_that_has_changed_meanwhile_says_nothing_of_its_rows(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    talk(desk, monkeypatch)
    begun: list[Any] = []
    monkeypatch.setattr(
        "sodasheet.excel.tasks.launched_tasks.start_detached", lambda *given: begun.append(given)
    )
    desk.press("check_data")
    desk.choose("Amount", "Dataset column", "(ignore)")

    (task,) = all_tasks()
    check(task, read_order(task))  # type: ignore[arg-type]

    assert len(begun) == 1
    assert desk.results()["Outcome"] == "Checked, no findings"
    assert desk.mapping()["Id"]["Check"] == ""
    assert not task.folder.exists()


def test_a_check_that_excel_has_no_time_for_shows_at_the_next_press(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    monkeypatch.setattr("sodasheet.excel.tasks.launched_tasks.start_detached", lambda *_: None)
    desk.press("check_data")
    (task,) = all_tasks()
    with pytest.MonkeyPatch.context() as busy:
        busy.setattr(
            "sodasheet.excel.worker.check_and_offer_fixes.deliver_to_program", lambda *_: False
        )
        check(task, read_order(task))  # type: ignore[arg-type]
    assert not (task.folder / "spool.csv").exists()

    desk.press("stop")

    assert desk.results()["Outcome"] == "Checked, no findings"
    assert desk.mapping()["Amount"]["Check"] == "OK"
    assert not task.folder.exists()


def test_a_check_whose_questions_find_excel_busy_ends_with_its_results(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rejected(Exception):
        hresult = -2147418111

    def busy(*_: Any) -> None:
        raise Rejected

    mapped(desk)
    monkeypatch.setattr("sodasheet.excel.tasks.launched_tasks.start_detached", lambda *_: None)
    monkeypatch.setattr("sodasheet.excel.worker.check_and_offer_fixes.renew_marks", busy)
    desk.press("check_data")
    (task,) = all_tasks()

    check(task, read_order(task))  # type: ignore[arg-type]

    assert desk.results()["Outcome"] == "Checked, no findings"
    assert not task.folder.exists()


def test_a_second_task_waits_for_a_check_and_stop_ends_it(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    monkeypatch.setattr("sodasheet.excel.tasks.launched_tasks.start_detached", lambda *_: None)
    desk.press("check_data")

    (told,) = desk.press("push")
    desk.press("stop")
    (task,) = all_tasks()
    check(task, read_order(task))  # type: ignore[arg-type]

    assert told.startswith("A check from this workbook is running")
    assert told.endswith("Wait for its results, or press Stop.")
    assert not task.folder.exists()
    assert [sheet.name for sheet in desk.book.sheets] == ["Data", "Map Fees"]


def test_a_workbook_of_the_same_name_elsewhere_gets_no_results(desk: Steward) -> None:
    address = mapped(desk)
    name = desk.book.name
    pushing = page(desk, "push")
    pushing.question()
    desk.book.save()
    desk.book.close()
    elsewhere = desk.folder / "elsewhere"
    elsewhere.mkdir()
    desk.folder = elsewhere
    desk.workbook([["x"]], name)

    pushing.answer(True)
    until = time.monotonic() + 90
    while pushing.task.errand.report is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(1)

    assert [sheet.name for sheet in desk.book.sheets] == ["Data"]
    assert len(desk.rows(address)) == 2
    assert not (pushing.task.folder / SHOWN).exists(), "the next press in the workbook shows them"


def test_a_new_dataset_is_created_from_the_sheet_and_its_mapping_sheet_pushes_it(
    desk: Steward,
) -> None:
    desk.workbook(ROWS)
    creating = page(desk, "create_dataset")
    asked = creating.question()
    choice = {
        "portal": [desk.portal.url],
        "name": ["New Fees"],
        "identifier": ["0"],
        "field-0": ["fee_id"],
        "type-0": ["text"],
        "type-1": ["text"],
        "type-2": ["number"],
    }

    creating.answer(True, {**choice, "field-0": ["Fee ID"]})
    again = creating.answer(True, choice)
    until = time.monotonic() + 60
    while not creating.task.ended:
        assert time.monotonic() < until, creating.end
        time.sleep(0.05)

    assert [column[:4] for column in asked["columns"]] == [
        ["Id", "a, b", "text", "id"],
        ["Name", "Ann, Bob", "text", "name"],
        ["Amount", "1, 2", "number", "amount"],
    ]
    assert asked["identifier"] == "Id"
    assert "cannot be a field name" in again["problem"]
    made = creating.task.read("report.json") or {}
    assert made["sheet"] is True, made
    assert [sheet.name for sheet in desk.book.sheets] == ["Data", "Map New Fees"]
    assert desk.mapping()["Id"]["Dataset column"] == "Id · fee_id"
    assert desk.mapping()["Id"]["Match"] == "Confirmed"
    pushing = page(desk, "push")
    pushing.answer(True)
    shown(pushing.task)
    link = f"{desk.portal.url}/d/{made['dataset']}"
    assert desk.rows(link, order="fee_id")[0] == {"fee_id": "a", "name": "Ann", "amount": "1"}


def test_a_new_dataset_whose_workbook_was_closed_is_there_and_the_page_says_so(
    desk: Steward,
) -> None:
    desk.workbook(ROWS)
    creating = page(desk, "create_dataset")
    creating.question()
    desk.book.save(str(desk.folder / "fees.xlsx"))
    desk.book.close()

    types = {"type-0": ["text"], "type-1": ["text"], "type-2": ["number"]}
    name = "Fees of a closed workbook"
    creating.answer(True, {"portal": [desk.portal.url], "name": [name], **types})
    until = time.monotonic() + 60
    while not creating.task.ended:
        assert time.monotonic() < until, creating.end
        time.sleep(0.05)

    made = creating.task.read("report.json") or {}
    assert "was closed" in made["problem"]
    assert made["dataset"] in [one.id for one in desk.portal.datasets]


def talk_of(desk: Steward, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of what the program says and is answered in other processes."""
    talk = desk.folder / "talk.json"
    talk.write_text(json.dumps({"answers": [], "told": []}))
    monkeypatch.setenv("SODASHEET_CALC_TALK", str(talk))
    return talk


def test_columns_are_matched_while_excel_is_free(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    talk = talk_of(desk, monkeypatch)
    desk.book.sheets["Data"].range("D1:D3").value = [["Ward"], [1], [2]]

    assert desk.press("match_again") == []
    assert "matching the columns" in str(desk.app.status_bar)
    gone(desk)

    assert desk.mapping()["Ward"]["Dataset column"] == "(ignore)"
    assert [one[:14] for one in json.loads(talk.read_text())["told"]] == ["Matched again."]


def test_a_source_is_chosen_and_its_columns_are_matched_while_excel_is_free(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    talk = talk_of(desk, monkeypatch)
    (desk.folder / "other.csv").write_text("Id,Ward\na,1\n", encoding="utf-8")

    assert desk.press("choose_source", "other.csv") == []
    gone(desk)

    assert desk.beside("Source").value == "File: other.csv"
    assert desk.mapping()["Ward"]["Match"] == "No match"
    assert json.loads(talk.read_text())["told"] == []


def test_a_workbook_is_made_while_excel_is_free(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    talk = talk_of(desk, monkeypatch)

    for button in ("quality", "make_template"):
        assert desk.press(button) == []
        gone(desk)

    names = [book.name for book in desk.app.books]
    assert {"Fees template.xlsx", "Quality of Fees.xlsx"} <= set(names)
    assert json.loads(talk.read_text())["told"] == []


def test_the_next_button_waits_for_an_earlier_one(
    desk: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped(desk)
    monkeypatch.setattr(launched_tasks, "start_detached", lambda *_: 0)

    assert desk.press("map_columns") == []
    for button in ("match_again", "check_data", "push"):
        (told,) = desk.press(button)
        assert told.startswith("An earlier button is still at work"), button

    for task in all_tasks():
        task.remove()
    assert desk.press("map_columns") == []
