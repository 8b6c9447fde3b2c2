"""Freshness on Home: asked of the portals after the page, kept for the next visit."""

from __future__ import annotations

import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet.desk.home.freshness import Declared, ask, known
from sodasheet.errors import SodaSheetError

from .bench import PERMITS

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


def test_a_portal_that_does_not_answer_changes_nothing(practice: PracticePortal) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        gone = (f"http://127.0.0.1:{free.getsockname()[1]}", "abcd-1234")

        assert not ask([gone], NOW, signed_out)

    assert known() == {}


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

    assert Declared(frequency, updated, "").badge(NOW)[:2] == badge


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "freshness.json"
    path.parent.mkdir(parents=True)
    for text in ("", "{}", "[1]", '[{"portal": "a"}]', "null"):
        path.write_text(text, encoding="utf-8")

        assert known() == {}
