"""Workbooks whose sheets are hidden, protected or charts, and several programs at once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from xlcalc import engine

from sodasheet.excel import ribbon, sheet_protection

from .conftest import Steward

ROWS = [["Id", "Amount"], ["'a", 1], ["'b", "lots"]]


@pytest.fixture
def mapped(steward: Steward) -> Steward:
    steward.address = steward.dataset({"id": "text", "amount": "number"}, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", steward.address)
    return steward


def test_a_hidden_mapping_sheet_is_shown_when_it_is_asked_for(mapped: Steward) -> None:
    mapped.book.sheets["Data"].activate()
    mapped.sheet("Map").visible = False

    assert mapped.press("map_columns") == []

    assert mapped.sheet("Map").visible
    assert mapped.book.sheets.active.name == mapped.sheet("Map").name


def test_a_hidden_result_sheet_gets_its_results_and_stays_hidden(mapped: Steward) -> None:
    mapped.press("check_data", False, False)
    mapped.sheet("Map").activate()
    mapped.sheet("Result").visible = False
    mapped.book.sheets["Data"].range("B3").value = 2

    (told,) = mapped.press("check_data")

    assert told.startswith("All 2 rows of Data in book")
    assert mapped.results()["Outcome"] == "Checked, no findings"
    assert not mapped.sheet("Result").visible


def test_a_hidden_source_sheet_is_read_and_stays_hidden(mapped: Steward) -> None:
    mapped.sheet("Map").activate()
    mapped.book.sheets["Data"].visible = False

    assert mapped.press("check_data", False, False) == []

    assert mapped.mapping()["Amount"]["Check"] == "Ask"
    assert not mapped.book.sheets["Data"].visible


class Chart:
    """A chart sheet: active, but not a worksheet. Calc has no chart sheets."""

    name, index, visible = "Chart1", 1, True

    def __init__(self, book: engine.Book) -> None:
        self.book = book

    def activate(self) -> None:
        """Do nothing: the window is already in front."""


@pytest.fixture
def chart_in_front(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Bring a chart sheet to the front."""
    front = property(lambda sheets: Chart(sheets.book))
    return lambda: monkeypatch.setattr(engine.Sheets, "active", front)


def test_with_a_chart_in_front_what_needs_no_rows_of_it_works(
    mapped: Steward, chart_in_front: Callable[[], None]
) -> None:
    chart_in_front()

    assert mapped.press("check_data", False, False) == []

    assert mapped.mapping()["Amount"]["Check"] == "Ask"


def test_a_chart_in_front_is_no_source(
    steward: Steward, chart_in_front: Callable[[], None]
) -> None:
    steward.workbook(ROWS)
    chart_in_front()

    (told,) = steward.press("choose_dataset")

    assert told == (
        f"The active sheet of {steward.book.name} is a chart, which has no rows. "
        "Go to a worksheet, then press the button again."
    )


def test_a_protected_source_sheet_is_read(mapped: Steward) -> None:
    mapped.book.sheets["Data"].api.protect("")
    try:
        assert mapped.press("check_data", False, False) == []
        assert mapped.mapping()["Amount"]["Check"] == "Ask"
    finally:
        mapped.book.sheets["Data"].api.unprotect("")


@pytest.mark.parametrize("lead", ["Map", "Result"])
def test_a_protected_sheet_of_ours_is_named(
    mapped: Steward, monkeypatch: pytest.MonkeyPatch, lead: str
) -> None:
    """Calc has a different name for Excel's `ProtectContents`."""
    monkeypatch.setattr(sheet_protection, "is_protected", lambda sheet: sheet.api.isProtected())
    mapped.press("check_data", False, False)
    sheet = mapped.sheet(lead)
    sheet.api.protect("")
    mapped.dialogs.told.clear()
    mapped.dialogs.answers[:] = [False]
    try:
        ribbon.press("check_data", mapped.book, mapped.dialogs)
    finally:
        sheet.api.unprotect("")

    assert mapped.dialogs.told == [
        f"The sheet {sheet.name} is protected, so nothing can be written to it. "
        "On the Review tab, press Unprotect Sheet, then press the button again."
    ]
    assert not (mapped.home / "last-error.txt").exists()


def test_excel_says_what_is_protected() -> None:
    def sheet(name: str, title: str, *, protected: bool) -> Any:
        cells = SimpleNamespace(value=[title, None])
        api = SimpleNamespace(ProtectContents=protected)
        return SimpleNamespace(name=name, api=api, range=lambda _: cells)

    def told(*sheets: Any, structure: bool = False) -> str:
        api = SimpleNamespace(ProtectStructure=structure)
        book = SimpleNamespace(name="a.xlsx", api=api, sheets=sheets)
        return str(sheet_protection.protection_of(book) or "")  # type: ignore[arg-type]

    theirs = sheet("Data", "Id", protected=True)
    assert told(theirs, sheet("Map", "SodaSheet mapping", protected=False)) == ""
    assert told(theirs, sheet("Map", "SodaSheet mapping", protected=True)).startswith(
        "The sheet Map is protected,"
    )
    assert told(theirs, structure=True).startswith("The structure of a.xlsx is protected,")
