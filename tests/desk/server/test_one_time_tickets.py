"""A ticket is valid once and for two minutes of this computer's clock, not the disk's."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sodasheet.desk.server import one_time_tickets
from sodasheet.desk.server.one_time_tickets import (
    LIFETIME,
    issue_ticket,
    redeem_ticket,
    tickets_waiting,
    write_door,
)
from sodasheet.desk.server.page_opening_files import Opening


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_share_whose_clock_is_wrong_keeps_a_ticket(home: Path, hours: int) -> None:
    word = issue_ticket(Opening("/history"))
    door = write_door("http://127.0.0.1:1", word)
    wrong = time.time() + hours * 3600
    for path in (home / "desk" / "tickets").glob("*"):
        os.utime(path, (wrong, wrong))

    assert tickets_waiting()
    assert door.exists()
    assert redeem_ticket(word) == "/history"
    assert redeem_ticket(word) is None
    assert not tickets_waiting()


def test_an_old_ticket_goes_with_its_door(monkeypatch: pytest.MonkeyPatch) -> None:
    word = issue_ticket(Opening("/history"))
    door = write_door("http://127.0.0.1:1", word)
    later = time.time() + LIFETIME + 1
    monkeypatch.setattr(one_time_tickets.time, "time", lambda: later)

    assert not tickets_waiting()
    assert not door.exists()
    assert redeem_ticket(word) is None


def test_a_damaged_ticket_waits_for_nobody(home: Path) -> None:
    issue_ticket(Opening("/history"))
    (ticket,) = (home / "desk" / "tickets").glob("*.ticket")
    ticket.write_text("{}", "utf-8")

    assert not tickets_waiting()
    assert not ticket.exists()
