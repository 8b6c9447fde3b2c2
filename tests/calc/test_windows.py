"""The whole way at a desk: windows, real keys, a real keyring, https, and a live Calc that stays
free meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socrata_practice import PracticePortal
from sodasheet.jobs.loader import jobs_in

from ..credentials.conftest import TOOLS, Desktop
from ..desktop.screen import Screen, View, missing, until
from ..desktop.test_schedule import scheduler
from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number"}
ROWS = [["Id", "Who", "Amount"], ["'001", "Ann", 1.5], ["'002", "Bob", "n/a"], ["'003", "Zoë", 3]]


class Live(View):
    """A window that a button has opened in a process of its own."""

    def __init__(self, screen: Screen, watched: Path, title: str) -> None:
        self.pid = int(until(lambda: _pid(watched, title), f"the window {title} is there"))
        super().__init__(screen, watched / f"{self.pid}.json")
        self.wait_until_up()

    def over(self) -> str | None:
        return None if _runs(self.pid) else "nothing"

    def wait_until_gone(self) -> None:
        until(self.over, "the process has ended")


def _pid(watched: Path, title: str) -> str | None:
    for path in watched.glob("*.json"):
        if _runs(int(path.stem)) and json.loads(path.read_text())["title"] == title:
            return path.stem
    return None


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def safe_portal() -> Iterator[PracticePortal]:
    with PracticePortal(tls=True) as portal:
        yield portal


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    lacking = missing() + [name for name in TOOLS if shutil.which(name) is None]
    try:
        import tkinter  # noqa: F401
    except ImportError:
        lacking.append("tkinter")
    if lacking:
        told = f"not installed: {', '.join(lacking)} (see tests/run)"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    screen = Screen(96)
    yield screen
    screen.close()


@pytest.fixture(scope="module")
def keyring(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    desktop.start()
    yield desktop
    desktop.close()


@pytest.fixture
def desk(
    steward: Steward,
    screen: Screen,
    keyring: Desktop,
    safe_portal: PracticePortal,
    monkeypatch: pytest.MonkeyPatch,
) -> Steward:
    """A steward before a screen who has not signed in yet."""
    for name in ("SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET"):
        monkeypatch.delenv(name)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, keyring.environment[name])
    watched = steward.folder / "watched"
    watched.mkdir()
    monkeypatch.setenv("DISPLAY", screen.display)
    monkeypatch.setenv("SODASHEET_WATCHED", str(watched))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(safe_portal.ca))
    steward.portal = safe_portal
    steward.dialogs.no_windows = None
    return steward


@pytest.fixture
def signed_in(desk: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    account = desk.portal.account("publisher")
    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)


@pytest.fixture
def window(desk: Steward, screen: Screen) -> Callable[[str], Live]:
    return lambda title: Live(screen, desk.folder / "watched", f"{title} - SodaSheet")


def names(desk: Steward) -> list[str]:
    return [sheet.name for sheet in desk.book.sheets]


def outcome(desk: Steward) -> str:
    return desk.results()["Outcome"] if "Result Fees" in names(desk) else ""


def test_from_signing_in_to_the_summary_with_the_keyboard_alone(
    desk: Steward, window: Callable[[str], Live], keyring: Desktop
) -> None:
    account, url = desk.portal.account("publisher"), desk.portal.url
    address = desk.dataset(COLUMNS, "id")
    data = desk.workbook(ROWS, "fees.xlsx")

    pressed("sign_in", desk)
    sign_in = window("Sign in")
    for text in (url, account.key_id):
        sign_in.type(text)
        sign_in.press("Tab")
    sign_in.type(account.key_secret)
    sign_in.press("alt+t")
    told = sign_in.wait_for("The portal knows you as Practice Publisher (role publisher).")
    assert "The secret will be kept in Secret Service" in told
    sign_in.press("Return")
    sign_in.wait_until_gone()

    pressed("choose_dataset", desk)
    choose = window("Choose dataset")
    choose.type(address)
    choose.wait_for("Id · id")
    data.range("B4").value = "Zoë, typed while the window is open"
    choose.enabled("Choose")
    choose.press("Return")
    choose.wait_until_gone()
    assert names(desk) == ["Data", "Map Fees"]
    assert desk.mapping()["Who"]["Dataset column"] == "(ignore)"
    desk.choose("Who", "Dataset column", "Name · name")

    pressed("push", desk)
    push = window("Push")
    told = push.wait_for("Stopped before anything was sent")
    assert "Row 3, column Amount: “n/a” is not a number." in told
    assert "--allow-rejected" not in told
    until(lambda: outcome(desk) == "refused", "the results are in the workbook")
    push.press("alt+w")
    told = push.wait_for("Update and add rows?")
    assert "1, because of findings" in told
    (busy,) = desk.press("push")
    assert "Answer it in its window, or press Stop." in busy
    push.press("alt+u")
    push.wait_for("Done, but rows were left out")
    until(lambda: outcome(desk) == "done with rejects", "the results are written")
    assert desk.book.sheets.active.name == "Map Fees", "nothing jumps to the front by itself"
    push.press("alt+r")
    until(lambda: desk.book.sheets.active.name == "Result Fees", "the results are in front")
    push.press("Escape")
    push.wait_until_gone()

    sent = [(row["id"], row["name"]) for row in desk.rows(address, order="id")]
    assert sent == [("001", "Ann"), ("003", "Zoë, typed while the window is open")]
    assert desk.sheet("Map").range("B11").value is not None
    assert list(desk.home.glob("errands/*")) == []
    # What the windows were seen to show holds it, as it must.
    files = [path for path in [*desk.home.rglob("*"), desk.folder / "fees.xlsx"] if path.is_file()]
    assert not any(account.key_secret.encode() in path.read_bytes() for path in files)


def pressed(button: str, desk: Steward) -> None:
    """Press it; nothing is asked or told, and the program is free again at once."""
    began = time.monotonic()
    assert desk.press(button) == []
    assert time.monotonic() - began < 10


def test_leaving_the_windows_leaves_everything_as_it_was(
    desk: Steward, window: Callable[[str], Live]
) -> None:
    desk.workbook(ROWS)

    pressed("sign_in", desk)
    one = window("Sign in")
    one.press("Escape")
    one.wait_until_gone()
    pressed("choose_dataset", desk)
    other = window("Choose dataset")
    other.press("Escape")
    other.wait_until_gone()

    assert names(desk) == ["Data"]
    assert list(desk.home.glob("errands/*")) == []


def test_a_workbook_that_was_closed_meanwhile_is_said_in_a_window(
    desk: Steward, window: Callable[[str], Live], signed_in: None
) -> None:
    """The address is typed into the field for the portal, which has the focus at the first time."""
    address = desk.dataset(COLUMNS, "id")
    desk.workbook(ROWS, "closed.xlsx")
    pressed("choose_dataset", desk)
    choose = window("Choose dataset")
    choose.type(address)
    choose.wait_for("Id · id")
    choose.enabled("Choose")
    desk.book.close()

    choose.press("Return")

    told = choose.wait_for("closed.xlsx was closed meanwhile")
    assert "Open it and press Choose dataset again." in told
    choose.press("Return")
    choose.wait_until_gone()


def test_stop_in_the_ribbon_ends_a_push_that_is_still_asking(
    desk: Steward, window: Callable[[str], Live], signed_in: None
) -> None:
    address = desk.dataset(COLUMNS, "id")
    desk.workbook([*ROWS[:2]])
    without_windows(desk, "choose_dataset", address)
    pressed("push", desk)
    push = window("Push")
    push.wait_for("Update and add rows?")

    desk.press("stop")

    push.wait_for("Cancelled")
    until(lambda: outcome(desk) == "cancelled", "the results are in the workbook")
    push.press("Escape")
    push.wait_until_gone()
    assert desk.rows(address) == []


def test_a_trial_a_preview_an_undo_and_a_schedule_in_their_windows(
    desk: Steward, window: Callable[[str], Live], signed_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = desk.dataset(COLUMNS, "id")
    desk.workbook([*ROWS[:2], ROWS[3]], "fees.xlsx")
    without_windows(desk, "choose_dataset", address)
    pressed("push", desk)
    push = window("Push")
    push.wait_for("Update and add rows?")
    push.press("alt+t")
    push.wait_for("Update or add 1 row in Fees")
    push.press("alt+u")
    push.wait_for("This was a trial of 1 row: send the rest, or take these back.")
    until(lambda: outcome(desk) == "done", "the results are in the workbook")
    said = str(desk.sheet("Result").used_range.value)
    assert "a trial of 1 row: press Push again, whose window offers to send the rest" in said
    push.press("Escape")
    push.wait_until_gone()

    pressed("preview_changes", desk)
    desk.wait()
    assert desk.book.sheets.active.name == "Preview Fees"

    pressed("undo_last_push", desk)
    undo = window("Undo")
    undo.wait_for("1 row will be gone from the dataset.")
    undo.type("Fees")
    undo.enabled("Take back")
    undo.press("alt+b")
    undo.wait_for("Done: the push was taken back")
    undo.press("Escape")
    undo.wait_until_gone()
    assert desk.results()["Method"].startswith("undo of ")
    assert desk.rows(address) == []
    saved_and_scheduled(desk, window, monkeypatch)
    assert list(desk.home.glob("errands/*")) == []


def saved_and_scheduled(
    desk: Steward, window: Callable[[str], Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, table = scheduler(desk.folder)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", environment["PATH"])
        pressed("schedule", desk)

    schedule = window("Schedule")
    schedule.wait_for("fees runs daily at 06:00, next on ")
    schedule.press("Return")
    told = schedule.wait_for("Nobody is signed in to https://127.0.0.1")
    assert "fees runs daily at 06:00, next on " in told
    schedule.press("Return")
    schedule.wait_until_gone()

    assert "0 6 * * *" in table.read_text()
    # Its mapping sheet came after the last save, and a schedule needs it.
    (one,) = jobs_in(desk.folder / "fees.xlsx")
    assert one.name == "Map Fees"


def without_windows(desk: Steward, button: str, *answers: Any) -> None:
    """Press a button where it asks by the program's own questions."""
    reason, desk.dialogs.no_windows = desk.dialogs.no_windows, _Reason
    desk.press(button, *answers)
    desk.dialogs.no_windows = reason


_Reason: Any = ValueError("not now")
