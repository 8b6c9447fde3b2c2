"""Connections of a push: their number, and what happens if the portal closes them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from urllib3 import PoolManager

from socrata_practice import PracticePortal
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.dataset import read_dataset
from sodasheet.push.load_and_check import prepared

from .conftest import Bench

HEADERS = ["Id", "Name", "Amount"]


@pytest.fixture(scope="module")
def tls() -> Iterator[PracticePortal]:
    with PracticePortal(tls=True) as portal:
        yield portal


@pytest.fixture
def over_tls(tls: PracticePortal, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.ca))
    bench.portal, bench.web = tls, PoolManager(ca_certs=str(tls.ca))
    return bench


def push_rows(bench: Bench, rows: int, method: str = "replace", **options: object) -> Outcome:
    bench.source(HEADERS, *([f"K{n}", f"Name {n}", str(n)] for n in range(rows)))
    bench.portal.forget_requests()
    return bench.push(bench.job(method), **options).outcome


@pytest.mark.parametrize("method", ["replace", "upsert", "append", "delete"])
def test_a_push_over_soda2_takes_one_connection(over_tls: Bench, method: str) -> None:
    over_tls.make("id", [{"id": "K1", "name": "old"}])

    assert push_rows(over_tls, 30, method, transport="soda2") is not Outcome.FAILED
    assert len(over_tls.portal.requests_seen) >= 4
    assert over_tls.portal.connections_seen == 1


def test_a_push_over_the_publishing_api_takes_one_connection_for_each_parallel_upload(
    over_tls: Bench,
) -> None:
    over_tls.make("id", [])
    over_tls.portal.settings.chunk_size = 2_000

    assert push_rows(over_tls, 2_000, transport="publishing") is Outcome.DONE
    assert len(over_tls.portal.requests_seen) > 25
    assert over_tls.portal.connections_seen <= over_tls.portal.settings.chunk_parallelism
    assert len(over_tls.rows()) == 2_000


def test_a_session_that_rested_longer_than_the_portal_keeps_connections_just_makes_another(
    bench: Bench,
) -> None:
    bench.make("id", [])
    bench.portal.forget_requests()
    bench.portal.settings.keep_alive = 0.05
    try:
        with bench.session() as session:
            for _ in range(3):
                assert read_dataset(session, bench.dataset).id == bench.dataset
                time.sleep(0.2)
            assert session.traffic.retries == 0
    finally:
        bench.portal.settings.keep_alive = 60.0
    assert bench.portal.connections_seen == 3


LOST = [
    # An unchanged dataset proves, once the request must be over, that the rows have not landed.
    (None, "append", "drop_before_body", Outcome.DONE, 2, 3),
    (None, "append", "drop_after_work", Outcome.DONE, 1, 3),
    ("id", "upsert", "drop_before_body", Outcome.DONE, 2, 3),
    ("id", "upsert", "drop_after_work", Outcome.DONE, 1, 3),
]


@pytest.mark.parametrize(("identifier", "method", "kind", "outcome", "sent", "held"), LOST)
def test_rows_whose_reused_connection_ends_without_a_word_are_asked_for_before_all_else(
    bench: Bench, identifier: str | None, method: str, kind: str, outcome: Outcome, sent: int,
    held: int,
) -> None:  # fmt: skip
    bench.make(identifier, [{"id": "old", "name": "x", "amount": "1"}])
    bench.portal.inject(kind, method="POST", path="/resource/*")

    assert push_rows(bench, 2, method, transport="soda2") is outcome
    seen = bench.portal.requests_seen
    posts = [at for at, one in enumerate(seen) if one.method == "POST"]
    assert len(posts) == sent
    assert len(bench.rows()) == held
    assert seen[posts[0]].connection == seen[0].connection  # it was reused
    assert seen[posts[0] + 1].method == "GET"


def test_a_question_whose_reused_connection_ends_without_a_word_is_simply_asked_again(
    bench: Bench,
) -> None:
    bench.make("id", [])
    with bench.session() as session:
        read_dataset(session, bench.dataset)
        bench.portal.forget_requests()
        bench.portal.inject("drop_before_body", method="GET")
        read_dataset(session, bench.dataset)

        assert session.traffic.retries == 1
    assert bench.portal.connections_seen == 2


def test_a_check_takes_one_connection(over_tls: Bench) -> None:
    over_tls.make("id", [{"id": "K1", "name": "old"}])
    over_tls.source(HEADERS, ["K1", "New", "1"], ["K2", "Newer", "2"])
    over_tls.portal.forget_requests()
    with (
        over_tls.session() as session,
        prepared(over_tls.job("append"), over_tls.folder, session, Silent()) as ready,
    ):
        assert ready.checked.sendable == 1

    assert over_tls.portal.connections_seen == 1
