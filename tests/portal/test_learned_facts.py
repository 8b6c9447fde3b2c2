"""Facts about a portal that are stored on this computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sodasheet.model.dataset import Dataset
from sodasheet.portal import learned_facts
from sodasheet.portal.learned_facts import (
    REFUSES_GZIP,
    counts_writes,
    has_shown,
    note_shown,
    recall,
    remember,
)
from sodasheet.portal.soda2.rows_client import RowsClient

URL = "https://data.example.gov"
TODAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    with mock.patch.object(learned_facts, "_today", return_value=TODAY):
        yield tmp_path


def on(day: date) -> Any:
    return mock.patch.object(learned_facts, "_today", return_value=day)


def test_traits_and_guesses_lie_side_by_side() -> None:
    remember(URL, {"soda3": "absent"})
    note_shown(URL, REFUSES_GZIP)
    remember(URL, {"etag": "weak"})

    assert recall(URL) == {"soda3": "absent", "etag": "weak"}
    assert has_shown(URL, REFUSES_GZIP)
    assert not has_shown(URL, counts_writes("SODA2 upsert"))
    assert not has_shown("https://other.example.gov", REFUSES_GZIP)


def test_a_trait_is_forgotten_after_90_days_and_each_sight_renews_it() -> None:
    note_shown(URL, REFUSES_GZIP)
    with on(TODAY + timedelta(days=90)):
        assert has_shown(URL, REFUSES_GZIP)
        note_shown(URL, REFUSES_GZIP)
    with on(TODAY + timedelta(days=180)):
        assert has_shown(URL, REFUSES_GZIP)
    with on(TODAY + timedelta(days=181)):
        assert not has_shown(URL, REFUSES_GZIP)


@pytest.mark.parametrize("traits", [[], "x", {"x" * 100: "2026-03-09"}, None])
def test_traits_that_cannot_be_read_are_none(home: Path, traits: object) -> None:
    note_shown(URL, REFUSES_GZIP)
    (path,) = (home / "portals").glob("*.json")
    path.write_text(json.dumps({"traits": traits}))

    assert not has_shown(URL, REFUSES_GZIP)
    note_shown(URL, REFUSES_GZIP)
    assert list(json.loads(path.read_text())["traits"]) == [REFUSES_GZIP]


def test_a_dataset_without_numbered_writes_says_nothing_of_another(
    portal: Any, session: Any
) -> None:
    """A 404 may concern a single dataset: others are asked all the same."""
    first = Dataset(portal.url, "abcd-1234", "Permits", ())
    portal.answer("", 404).answer({"truth_data_version": 7, "secondary_versions": []})

    assert RowsClient(session, first).version() is None
    assert RowsClient(session, first).version() is None
    assert RowsClient(session, replace(first, id="wxyz-9876")).version() == 7
    assert len(portal.asked) == 2
