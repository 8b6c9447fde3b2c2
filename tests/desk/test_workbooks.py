"""Open workbooks in the desk, with a live Calc: the ribbon's buttons without the ribbon."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sodasheet.desk.open_workbooks.list_open_workbooks import BUTTONS, open_workbooks
from sodasheet.excel.ribbon import BUTTONS as RIBBON

from ..calc.conftest import Steward, calc  # noqa: F401 - a fixture
from .bench import HERE, Bench, wait_for

SITE = HERE.parent / "calc" / "site"
LISTER = "sodasheet.excel.worker.list_workbooks"
COLUMNS = {"id": "text", "name": "text", "amount": "number"}
ROWS = [["Id", "Name", "Amount"], ["'a", "Ann", 1], ["'b", "Bob", 2]]

#: Buttons that have separate pages in the desk: Sign in, This computer, History, the guide.
PAGES = {"sign_in", "sign_out", "check_computer", "open_log", "help"}


@pytest.fixture
def steward(
    calc: Any,  # noqa: F811
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A user with an open workbook, and windows in Chromium."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SITE), str(HERE)]))
    bench.sign_in()
    steward = Steward(calc, bench.portal, tmp_path, bench.home)
    steward.dialogs.no_windows = None
    yield steward
    for book in list(calc.books):
        book.close()


def heading(window: Page, text: str | re.Pattern[str]) -> None:
    expect(window.get_by_role("heading", level=1)).to_have_text(text)


def press(window: Page, button: str, *, more: bool = False) -> None:
    """Press a button of the workbook's only mapping sheet."""
    window.goto(re.sub(r"(https?://[^/]*).*", r"\1/workbooks", window.url))
    if more:
        window.get_by_text("More").first.click()
    window.get_by_role("button", name=f"{button} for Fees", exact=True).click()


def choose(window: Page, address: str) -> None:
    heading(window, "Choose a dataset")
    window.get_by_label("Name, or the dataset’s web address").fill(address)
    expect(window.get_by_role("heading", level=2)).to_have_text("Fees")
    window.get_by_role("button", name="Choose dataset").click()


def test_every_button_of_the_ribbon_is_at_the_desk() -> None:
    assert set(RIBBON) == BUTTONS | PAGES


def test_a_workbook_goes_the_whole_way_without_a_macro(steward: Steward, bench: Bench) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS)
    window = bench.open("/")

    expect(window.get_by_role("heading", name="Open in Excel")).to_be_visible()
    window.get_by_role("link", name=f"Continue with {steward.book.name}").click()
    window.get_by_label("Sheet to push").select_option("Data")
    window.get_by_role("button", name="Choose a dataset").click()
    choose(window, address)
    heading(window, "You can close this window")
    assert steward.mapping()["Amount"]["Dataset column"] == "Amount · amount"

    press(window, "Check data")
    expect(window.get_by_text("All 2 rows of Data")).to_be_visible()
    window.get_by_role("button", name="Close").click()
    heading(window, "Open workbooks")
    press(window, "Preview changes")
    heading(window, "You can close this window")
    assert steward.book.sheets.active.name == "Preview Fees"
    press(window, "Push")
    heading(window, "Add 2 rows to Fees?")
    window.get_by_role("button", name="Push 2 rows").click()
    heading(window, "Fees is up to date")
    assert steward.rows(address, order="id")[1] == {"id": "b", "name": "Bob", "amount": "2"}
    wait_for(lambda: steward.results().get("Outcome") == "Done")
    press(window, "Undo last push")
    heading(window, "Undo this push to Fees?")
    window.get_by_role("textbox").fill("Fees")
    window.get_by_role("button", name="Undo push").click()
    heading(window, "The push to Fees was undone")
    assert steward.rows(address) == []


def test_the_ribbon_leads_through_windows_of_the_desk(steward: Steward, bench: Bench) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS)

    steward.press("choose_dataset")
    window = bench.next_window(small=True)
    choose(window, address)
    heading(window, "You can close this window")
    steward.press("push")
    window = bench.next_window(small=True)
    heading(window, "Add 2 rows to Fees?")
    window.keyboard.press("Enter")
    heading(window, "Fees is up to date")
    steward.wait()

    assert steward.results()["Outcome"] == "Done"
    assert len(steward.rows(address)) == 2
    path = Path(steward.book.fullname)
    steward.book.save()
    steward.book.close()
    window = bench.open("/file", path=str(path))
    heading(window, "Which job?")
    window.get_by_role("button", name="Open Map Fees").click()
    heading(window, "Map columns to Fees")
    window.get_by_role("button", name="Check data").click()
    heading(window, "All 2 rows can be sent")


def test_questions_of_a_button_are_asked_on_its_page(steward: Steward, bench: Bench) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS)
    steward.dialogs.no_windows = None
    window = bench.open("/workbooks")
    window.get_by_role("button", name="Choose a dataset").click()
    choose(window, address)
    heading(window, "You can close this window")
    other = steward.book.sheets.add("Other")
    other.range("A1").value = ROWS

    press(window, "Choose source", more=True)
    expect(window.get_by_role("textbox", name="Answer")).to_have_value("Sheet: Data")
    window.get_by_role("textbox", name="Answer").fill("Nowhere")
    window.get_by_role("button", name="Save answer").click()
    expect(window.get_by_text("Nowhere").first).to_be_visible()
    window.get_by_role("button", name="Close").click()
    heading(window, "Open workbooks")


def test_a_workbook_that_was_closed_meanwhile_is_said(steward: Steward, bench: Bench) -> None:
    steward.workbook(ROWS)
    window = bench.open("/workbooks")
    button = window.get_by_role("button", name="Choose a dataset")
    expect(button).to_be_visible()
    name = steward.book.name
    steward.book.close()

    button.click()

    heading(window, "That didn’t work")
    expect(window.get_by_role("alert")).to_contain_text(f"{name} is no longer open.")
    window.get_by_role("link", name="Open workbooks").click()
    expect(window.get_by_role("heading", level=2)).to_have_text("No workbook is open")


def test_text_of_a_workbook_never_becomes_markup(steward: Steward, bench: Bench) -> None:
    evil = "<b>&\"'x"
    steward.workbook(ROWS, sheet=evil)

    (book,) = open_workbooks(LISTER)
    window = bench.open("/workbooks")

    assert [sheet.name for sheet in book.data] == [evil]
    expect(window.get_by_label("Sheet to push")).to_have_text(evil)
    assert window.locator("main b").count() == 0
