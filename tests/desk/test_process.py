"""The desk's process is shared by all starts of a user, and ends after use."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from sodasheet.desk.open_desk_at_page import no_desk, open_home, open_settings
from sodasheet.desk.server.desk_still_needed import ASLEEP, BETWEEN, COMING, Presence
from sodasheet.desk.tasks import ask_user
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.question import Tell
from sodasheet.desk.tasks.task import TaskKind, TaskRecord, new_task, tasks_running
from sodasheet.errors import SodaSheetError

from .bench import Bench, wait_for


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_start_joins_the_first_and_the_desk_ends_once_its_pages_are_closed(
    bench: Bench,
) -> None:
    first = bench.open("/")
    pid = bench.state["pid"]

    open_settings()
    second = bench.next_window()

    expect(second.get_by_role("heading", level=1)).to_have_text("Settings")
    assert bench.state["pid"] == pid
    other = bench.context.new_page()  # the browser keeps running, as it does with other pages open
    for window in (first, second):
        window.bring_to_front()
        window.close(run_before_unload=True)
        other.wait_for_timeout(500)
    wait_for(lambda: not alive(pid), BETWEEN + 20)
    assert not (bench.home / "desk" / "desk.json").exists()


def test_two_starts_at_the_same_moment_make_one_desk(bench: Bench) -> None:
    open_home()
    open_settings()

    headings = {bench.next_window().get_by_role("heading", level=1).inner_text() for _ in range(2)}

    assert headings == {"Welcome to SodaSheet", "Settings"}
    bench.context.pages[0].reload()
    expect(bench.context.pages[0].get_by_role("heading", level=1)).to_be_visible()


def test_a_page_says_that_it_lost_touch_and_keeps_what_was_typed(bench: Bench) -> None:
    window = bench.open("/settings")
    window.get_by_label("SMTP server").fill("smtp.example.org")
    os.kill(bench.state["pid"], 9)

    window.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(window.get_by_role("alert")).to_contain_text("lost the connection to SodaSheet")
    expect(window.get_by_label("SMTP server")).to_have_value("smtp.example.org")
    # A killed desk leaves its status file, which the next start ignores.
    assert bench.open("/settings").get_by_label("SMTP server").input_value() == ""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_how_long_the_desk_stays() -> None:
    clock, busy = Clock(), [False]
    presence = Presence(lambda: busy[0], clock)

    clock.now = COMING - 1
    assert presence.needed
    presence.seen("a")
    presence.seen("b")
    clock.now += ASLEEP - 1
    assert presence.needed
    presence.closed("a")
    presence.closed("b")
    clock.now += BETWEEN - 1
    assert presence.needed
    clock.now += 2
    assert not presence.needed
    busy[0] = True
    assert presence.needed


def test_a_late_sign_of_life_does_not_open_a_closed_page_again() -> None:
    clock = Clock()
    presence = Presence(lambda: False, clock)
    presence.seen("a")
    presence.closed("a")
    presence.seen("a")

    clock.now = BETWEEN + 1

    assert not presence.needed


def test_a_page_that_is_never_heard_of_again_keeps_no_desk() -> None:
    clock = Clock()
    presence = Presence(lambda: False, clock)
    presence.seen("a")

    clock.now = ASLEEP + 1

    assert not presence.needed


def test_a_question_that_no_page_shows_any_more_ends(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = new_task(TaskRecord(TaskKind.ASK, source="permits.xlsx"))
    asking, made = ask_user.Asking(task), task.last_seen

    with ThreadPoolExecutor(1) as pool, TaskProgress(task).pulse():
        answered = pool.submit(asking.ask, Tell("The sheet Permits is mapped."))
        window = bench.next_window(small=True)
        expect(window.get_by_role("main")).to_contain_text("The sheet Permits is mapped.")
        wait_for(lambda: task.last_seen != made)
        monkeypatch.setattr(ask_user, "UNSEEN", 2.0)
        for _ in range(15):  # longer than the question waits if no page is open
            window.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            window.wait_for_timeout(200)
        assert not answered.done()
        window.close()
        assert not answered.result(20).yes

    assert not (task.folder / "question.json").exists()
    task.write("report.json", {"outcome": "pressed"})
    assert not tasks_running()


def test_a_computer_that_sleeps_has_not_waited(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    task = new_task(TaskRecord(TaskKind.ASK))
    monkeypatch.setattr(ask_user, "UNSEEN", 3 * ask_user.LOOK)
    looks = []

    def asleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            task.note_seen()

    monkeypatch.setattr(ask_user.time, "sleep", asleep)

    assert not ask_user.Asking(task, opened=True).ask(Tell("A note.")).yes

    assert len(looks) == 5  # two until a page showed the note, and three after that


@pytest.mark.parametrize(
    ("environ", "platform", "opens"),
    [
        ({}, "win32", True),
        ({}, "darwin", True),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"SODASHEET_UNATTENDED": "1"}, "win32", False),
    ],
)
def test_where_no_window_opens(environ: dict[str, str], platform: str, opens: bool) -> None:
    assert (no_desk(environ, platform) is None) is opens


def test_an_unattended_process_opens_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_UNATTENDED", "1")

    with pytest.raises(SodaSheetError, match="unattended"):
        open_home()


def test_the_command_opens_a_file(bench: Bench, tmp_path: Path) -> None:
    from sodasheet.commands.terminal.command_line import run

    path = tmp_path / "permits.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    assert run(["desk", str(path)]) == 0

    expect(bench.next_window().get_by_role("heading", level=1)).to_have_text("Choose a dataset")
