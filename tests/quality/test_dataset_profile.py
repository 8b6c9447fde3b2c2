"""A profile takes few requests, is kept while the dataset is unchanged, and matches the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from socrata_practice import PracticePortal
from sodasheet.model.credentials import Credentials
from sodasheet.model.dataset import Dataset
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.quality import dataset_profile
from sodasheet.quality.dataset_profile import MOST_REQUESTS, DatasetProfiles
from sodasheet.staging.staged_table import Stage


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def session(practice: PracticePortal) -> Iterator[PortalSession]:
    account = practice.account("publisher")
    with PortalSession(practice.url, Credentials(account.key_id, account.key_secret)) as portal:
        yield portal


@pytest.fixture
def dataset(session: PortalSession) -> Dataset:
    return read_dataset(session, "prmt-7x2d")


@pytest.fixture
def stage(tmp_path: Path, dataset: Dataset) -> Iterator[Stage]:
    with Stage.bare(dataset.name, len(dataset.columns), tmp_path, Silent()) as bare:
        yield bare


def test_a_profile_says_what_the_rows_are_like(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    profile = DatasetProfiles(tmp_path / "kept").of(session, dataset, stage)

    assert profile is not None
    assert (profile.rows, profile.whole) == (300, True)
    assert profile.columns["permit_type"].category
    assert profile.columns["zip_code"].shapes == {"99999": 300}
    assert profile.columns["permit_no"].unique
    assert profile.columns["location"].spread_y is not None
    assert 41.7 < profile.columns["location"].spread_y.middle < 41.9


def test_a_profile_is_fetched_once_for_the_same_state(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    profiles = DatasetProfiles(tmp_path / "kept")
    first = profiles.of(session, dataset, stage)
    before = session.traffic.requests

    again = profiles.of(session, dataset, stage)

    assert again == first
    assert session.traffic.requests - before == 1  # the state alone


def test_a_large_dataset_costs_no_more_than_the_limit(
    session: PortalSession,
    dataset: Dataset,
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = DatasetProfiles(tmp_path / "whole").of(session, dataset, stage)
    monkeypatch.setattr(dataset_profile, "SAMPLED", 200)
    before = session.traffic.requests

    sampled = DatasetProfiles(tmp_path / "sampled").of(session, dataset, stage)

    assert sampled is not None
    assert whole is not None
    assert session.traffic.requests - before <= MOST_REQUESTS
    assert (sampled.rows, sampled.sampled, sampled.whole) == (300, 200, False)
    for field in ("permit_type", "zip_code"):
        assert sampled.columns[field].values == whole.columns[field].values
    assert sampled.columns["declared_value"].spread.high == (  # type: ignore[union-attr]
        whole.columns["declared_value"].spread.high  # type: ignore[union-attr]
    )


def test_the_profile_of_before_the_last_change_stays(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    profiles = DatasetProfiles(tmp_path / "kept")
    then, now = RowState(300, "2026-01-01T00:00:00.000Z"), RowState(301, "2026-01-02T00:00:00.000Z")
    assert profiles.earlier(dataset, then) is None
    first = profiles.of(session, dataset, stage, then)
    assert profiles.earlier(dataset, then) is None, "nothing has changed since"
    assert profiles.earlier(dataset, now) == first

    second = profiles.of(session, dataset, stage, now)

    assert second != first
    assert profiles.earlier(dataset, now) == first
    assert profiles.of(session, dataset, stage, now) == second


def test_a_home_that_cannot_be_written_to_costs_another_look_only(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be", "utf-8")
    profiles = DatasetProfiles(tmp_path / "kept")

    profile = profiles.of(session, dataset, stage)

    assert profile is not None
    assert profile.rows == 300
    assert profiles.of(session, dataset, stage) == profile


def test_a_damaged_profile_is_made_anew(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    profiles = DatasetProfiles(tmp_path / "kept")
    first = profiles.of(session, dataset, stage)
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text("{}", encoding="utf-8")

    assert profiles.of(session, dataset, stage) == first


def test_a_profile_is_carried_over_until_a_twentieth_of_the_rows_has_changed(
    session: PortalSession, dataset: Dataset, stage: Stage, tmp_path: Path
) -> None:
    profiles = DatasetProfiles(tmp_path / "kept")
    measured = profiles.of(session, dataset, stage)
    first = RowsClient(session, dataset).state()
    assert measured is not None
    assert first is not None
    then = [replace(first, changed=f"2031-01-0{day}T00:00:00.000Z") for day in range(1, 4)]

    profiles.carry_over(dataset, first, then[0], 10)
    profiles.carry_over(dataset, then[0], then[1], 5)
    carried = profiles.of(session, dataset, stage, then[1])
    profiles.carry_over(dataset, then[1], then[2], 1)
    asked = session.traffic.requests
    profiles.of(session, dataset, stage, then[1])

    assert carried == replace(measured, as_of=1_924_992_000.0 + 86_400.0)
    assert session.traffic.requests == asked  # the file is still that of the state before
    profiles.of(session, dataset, stage, then[2])
    assert session.traffic.requests > asked
