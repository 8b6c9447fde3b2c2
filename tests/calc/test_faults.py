"""Each call of each button is rejected in turn, as Excel does while a cell is being edited.

Afterwards the program's settings are as before, the user has one sentence at most, no template
stays open, and the next press works.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from xlcalc.faults import BUSY, faulty

from sodasheet.excel import ribbon, xlwings_access
from sodasheet.excel.tasks import launched_tasks

from .conftest import Steward

ROWS = [["Id", "Amount"], ["'a", 1], ["'b", 2]]

#: Button -> the answers that it needs. Buttons that start another process are not included.
BUTTONS: dict[str, tuple[Any, ...]] = dict.fromkeys(ribbon.BUTTONS, ()) | {
    "choose_source": ("Sheet: Data",),
    "test_connection": (None,),
    "sign_out": (None,),
    "choose_dataset": ("{address}",),
    "push": (False,),
    "schedule": (None,),
}

#: Workbooks that a button opens on purpose, by the first part of their names.
OPENED = ("Fees template", "Quality of Fees")

#: Calls of a button that are rejected, spread over all of them; each is a separate click.
PRESSES = 8

#: With SODASHEET_EVERY_CALL=1 every call is rejected in turn, with 3 every third; that takes long.
EVERY = int(os.environ.get("SODASHEET_EVERY_CALL") or 0)


@pytest.fixture
def mapped(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> Steward:
    address = steward.dataset({"id": "text", "amount": "number"}, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", address)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    monkeypatch.setattr(xlwings_access, "PAUSE", 0.0)
    monkeypatch.setattr(xlwings_access.time, "sleep", lambda _: None)
    monkeypatch.setattr(launched_tasks, "start_detached", lambda *_: 0)
    steward.address = address
    return steward


def settings(steward: Steward) -> tuple[Any, ...]:
    app = steward.app
    return app.screen_updating, app.display_alerts, app.calculation


def press(steward: Steward, button: str) -> list[str]:
    steward.dialogs.told.clear()
    steward.dialogs.asked.clear()
    steward.dialogs.answers[:] = [
        answer.format(address=steward.address) if isinstance(answer, str) else answer
        for answer in BUTTONS[button]
    ]
    shutil.rmtree(steward.home / "tasks", ignore_errors=True)
    ribbon.press(button, steward.book, steward.dialogs)
    return list(steward.dialogs.told)


def close_opened(steward: Steward) -> None:
    """Close what a button has opened; not counted among its calls."""
    for book in list(steward.app.books):
        if book.name.startswith(OPENED):
            book.close()


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("kind", ["rejected"])
def test_whichever_call_is_rejected_nothing_is_left_behind(
    mapped: Steward, button: str, kind: str
) -> None:
    before = settings(mapped)
    with faulty() as counted:
        press(mapped, button)
    close_opened(mapped)
    step = EVERY or max(1, counted.calls // PRESSES)
    wrong: list[str] = []
    for number in range(1, counted.calls + 1, step):
        with faulty(frozenset({number}), BUSY[kind]) as faults:
            try:
                told = press(mapped, button)
            except SystemExit as end:
                told = [str(end)]
        close_opened(mapped)
        call = faults.log[number - 1] if number <= len(faults.log) else "?"
        if settings(mapped) != before:
            wrong.append(f"{number} {call}: settings {settings(mapped)}")
        if [one for one in told if "Unexpected" in one] or len(told) > 1:
            wrong.append(f"{number} {call}: {told}")
        if len(mapped.app.books) != 1:
            wrong.append(f"{number} {call}: {[one.name for one in mapped.app.books]}")
    assert wrong == []
    assert not [one for one in press(mapped, button) if "busy" in one], "the next press works"
    assert not (mapped.home / "last-error.txt").exists()


@pytest.mark.parametrize("kind", BUSY)
def test_a_program_that_stays_busy_is_one_sentence(mapped: Steward, kind: str) -> None:
    before = settings(mapped)

    with faulty(frozenset(range(4, 100_000)), BUSY[kind]):
        try:
            told = press(mapped, "check_data")
        except SystemExit as end:
            told = [str(end)]

    assert [one[:14] for one in told] == ["Excel is busy:"]
    assert settings(mapped) == before


def test_no_press_without_a_workbook_needs_one(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    monkeypatch.setattr(xlwings_access, "caller", lambda: (steward.app, None))
    told = {}
    for button in ribbon.BUTTONS:
        steward.dialogs.told.clear()
        steward.dialogs.answers[:] = [None] * 3
        ribbon.press(button, None, steward.dialogs)
        told[button] = list(steward.dialogs.told)

    without = {"sign_in", "test_connection", "sign_out", "help", "check_computer", "open_log"}
    for button, said in told.items():
        needs = [one for one in said if one.startswith("No workbook is open.")]
        assert bool(needs) == (button not in without), (button, said)
    assert not (steward.home / "last-error.txt").exists()
