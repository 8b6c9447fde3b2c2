"""Calls to the spreadsheet program that each button makes: in Excel each takes 1 to 5 ms.

Not time but the number of calls is held, since that alone is the same on every computer. The work
that a button leaves to another process is not counted: Excel is free then.
"""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from xlcalc.faults import Faults, faulty

from sodasheet.desk import open_desk_at_page
from sodasheet.desk.server.open_windows import no_desk
from sodasheet.excel import ribbon
from sodasheet.excel.tasks import launched_tasks

from .conftest import Steward

#: Button -> its calls at most while Excel waits, with a mapping sheet of 8 columns in front.
MOST = {
    "check_computer": 3,
    "check_data": 38,
    "choose_dataset": 5,
    "choose_source": 15,
    "create_dataset": 5,
    "dataset_columns": 14,
    "describe_dataset": 6,
    "help": 3,
    "make_template": 4,
    "map_columns": 8,
    "match_again": 4,
    "open_log": 3,
    "open_on_portal": 9,
    "preview_changes": 33,
    "push": 33,
    "quality": 4,
    "retry_failed_rows": 14,
    "run_history": 55,
    "schedule": 4,
    "sign_in": 13,
    "sign_out": 13,
    "stop": 3,
    "test_connection": 13,
    "undo_last_push": 13,
}

#: Button -> calls of the process that goes on with it, or of the button itself without windows.
BESIDE = {
    "describe_dataset": 91,
    "make_template": 16,
    "map_columns": 67,
    "match_again": 61,
    "quality": 12,
}


COLUMNS = {f"c{at}": ("text", "number", "calendar_date", "checkbox")[at % 4] for at in range(8)}


@pytest.fixture
def mapped(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> Steward:
    """A workbook of 30 rows with numbers, dates and words, and its mapping sheet in front."""
    address = steward.dataset(COLUMNS, "c0")
    rows = [[f"'{row}", row * 1.5, row + 45_000, True] * 2 for row in range(30)]
    sheet = steward.workbook([list(COLUMNS), *rows])
    for column in "CG":
        sheet.range(f"{column}2:{column}31").number_format = "YYYY-MM-DD"
    steward.press("choose_dataset", address)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    monkeypatch.setattr(launched_tasks, "start_detached", lambda *_: 0)
    for name in ("open_sign_in", "open_columns", "open_computer"):
        monkeypatch.setattr(open_desk_at_page, name, lambda *_, **__: None)
    steward.dialogs.no_windows = None
    return steward


def calls_of(steward: Steward, button: str) -> int:
    steward.dialogs.answers[:] = [None] * 3
    with faulty() as counted:
        ribbon.press(button, steward.book, steward.dialogs)
    shutil.rmtree(steward.home / "tasks", ignore_errors=True)
    for book in list(steward.app.books):
        if book.name != steward.book.name:
            book.close()
    return asked(counted)


def asked(counted: Faults) -> int:
    """The calls without lines in the status bar, of which a slow computer shows more."""
    return len([call for call in counted.log if call != "App.status_bar ="])


def test_no_button_makes_more_calls_than_it_needs(mapped: Steward) -> None:
    calls = {button: calls_of(mapped, button) for button in sorted(ribbon.BUTTONS)}

    assert calls.keys() == MOST.keys()
    assert {one: many for one, many in calls.items() if many > MOST[one]} == {}
    assert not (mapped.home / "last-error.txt").exists()


def test_nor_does_the_process_that_goes_on_with_a_button(mapped: Steward) -> None:
    mapped.dialogs.no_windows = no_desk({}, "linux")

    calls = {button: calls_of(mapped, button) for button in BESIDE}

    assert {one: many for one, many in calls.items() if many > BESIDE[one]} == {}
    assert not (mapped.home / "last-error.txt").exists()


def test_calls_do_not_grow_with_the_columns_or_the_rows(steward: Steward) -> None:
    found: dict[tuple[int, int], Any] = {}
    for columns, rows in ((3, 2), (30, 2), (3, 300)):
        names = {f"c{at}": "number" for at in range(columns)}
        address = steward.dataset(names)
        steward.workbook([list(names), *([row] * columns for row in range(rows))])
        steward.press("choose_dataset", address)
        with faulty() as counted:
            steward.press("match_again")
        found[columns, rows] = asked(counted)

    assert len(set(found.values())) == 1, found
