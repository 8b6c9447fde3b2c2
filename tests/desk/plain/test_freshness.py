"""Freshness on *Home*: queried after the page has loaded, and kept for the next visit."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet.desk.home.freshness import MOST, Declared, ask, known
from sodasheet.errors import SodaSheetError

from ..bench import PERMITS

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))


def declare(portal: PracticePortal, words: str) -> None:
    account = portal.account("owner")
    reply = requests.patch(
        f"{portal.url}/api/views/metadata/v1/{PERMITS}",
        json={"customFields": {"Publishing": {"Update Frequency": words}}},
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    assert reply.ok, reply.text


def signed_out(_portal: str) -> Any:
    raise SodaSheetError("Nobody is signed in.", "Sign in.")


def test_a_public_dataset_is_asked_about_without_a_key(practice: PracticePortal) -> None:
    declare(practice, "Daily")
    key = (practice.url, PERMITS)
    now = datetime.now(UTC)

    assert ask([key], now, signed_out)

    told = known()[key]
    assert told.frequency == "Daily"
    assert datetime.fromisoformat(told.updated) <= now
    assert not ask([key], now + timedelta(minutes=5), signed_out), "the answer is still good"
    assert not ask([key], now + timedelta(hours=1), signed_out), "nothing is different"
    declare(practice, "As needed")
    assert ask([key], now + timedelta(hours=2), signed_out)


def test_a_portal_that_does_not_answer_changes_nothing() -> None:
    opened = Opened()
    with nobody() as gone:
        assert not ask([(gone, "abcd-1234")], NOW, opened)

        assert known() == {}
        assert not ask([(gone, "abcd-1234")], NOW + timedelta(minutes=5), opened)
        assert opened.portals == [gone], "it is left alone for a while"
        assert not ask([(gone, "abcd-1234")], NOW + timedelta(hours=1), opened)
        assert opened.portals == [gone, gone]


def test_an_earlier_answer_outlives_a_portal_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "freshness.json"
    path.parent.mkdir(parents=True)
    opened = Opened()
    with nobody() as gone:
        told = Declared("Daily", "2026-03-01T00:00:00+00:00")
        attempt = {"tried": "2026-03-01T06:00:00+00:00", "declared": asdict(told)}
        earlier = {"portal": gone, "dataset": PERMITS, "attempt": attempt}
        path.write_text(json.dumps({"datasets": [earlier]}), encoding="utf-8")

        assert not ask([(gone, PERMITS)], NOW, opened)
        assert not ask([(gone, PERMITS)], NOW + timedelta(minutes=5), opened)

        assert known() == {(gone, PERMITS): told}
        assert opened.portals == [gone]


def test_every_dataset_has_its_turn_however_many_there_are() -> None:
    opened = Opened()
    with nobody() as gone:
        keys = [(gone, f"abcd-{number:04}") for number in range(MOST + 5)]

        ask(keys, NOW, opened)
        assert len(opened.portals) == MOST
        ask(keys, NOW + timedelta(minutes=1), opened)
        assert len(opened.portals) == MOST + 5
        ask(keys, NOW + timedelta(minutes=2), opened)
        assert len(opened.portals) == MOST + 5


class Opened:
    """The portals queried with a key, after a query without a key failed."""

    def __init__(self) -> None:
        self.portals: list[str] = []

    def __call__(self, portal: str) -> Any:
        self.portals.append(portal)
        return signed_out(portal)


@contextmanager
def nobody() -> Iterator[str]:
    """Yield an address where no portal answers."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    ("frequency", "days", "badge"),
    [
        ("Daily", 0.5, ("good", "On time")),
        ("Daily", 4.0, ("warn", "3 days late")),
        ("Monthly", 60.0, ("warn", "29 days late")),
        ("As needed", 900.0, ("", "")),
        ("", 900.0, ("", "")),
    ],
)
def test_late_data_is_named(frequency: str, days: float, badge: tuple[str, str]) -> None:
    updated = (NOW - timedelta(days=days)).isoformat()

    assert Declared(frequency, updated).badge(NOW)[:2] == badge


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "freshness.json"
    path.parent.mkdir(parents=True)
    for text in ("", "{}", "[1]", '{"datasets": [{"portal": "a"}]}', "null", "[" * 100_000):
        path.write_text(text, encoding="utf-8")

        assert known() == {}
