"""The job specifies how its rows are sent and how long to wait for a lost answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.report import Outcome
from sodasheet.portal.http.retries import time_left

from . import test_truth
from .conftest import Bench
from .model.gateway import Fault, Killed
from .test_truth import Office, late


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return Office(tmp_path)


@pytest.mark.parametrize("method", ["upsert", "replace"])
def test_large_bodies_are_compressed_unless_the_job_forbids_it(bench: Bench, method: str) -> None:
    bench.make("id", [])
    bench.source(["Id", "Name", "Amount"], *([f"{n:04}", "the same name", "1"] for n in range(300)))
    sent = {}
    for gzip in (True, False):
        before = len(bench.portal.requests_seen)
        job = replace(bench.job(method), delivery=Delivery(gzip=gzip))
        assert bench.push(job, transport="soda2").outcome is Outcome.DONE
        sent[gzip] = max(one.body_bytes for one in bench.portal.requests_seen[before:])

    assert sent[False] > 10_000
    assert sent[True] * 5 < sent[False]


def test_the_job_says_how_long_a_lost_answer_is_waited_for(office: Office) -> None:
    began = office.portal.now
    report = office.push("upsert", [["a", "new", "2"]], late(None), delivery=Delivery(wait=5))

    assert report.outcome is Outcome.UNKNOWN
    assert 5 <= office.portal.now - began < 20
    wait = "waiting for the portal, which may still be working on the rows (at most 5 seconds)"
    assert wait in office.stages


def test_the_job_says_when_a_request_can_no_longer_land(office: Office) -> None:
    lost = office.push("upsert", [["a", "new", "2"]], late(None), delivery=Delivery(over=4000))
    office.gateway.sleep(3000)
    assert office.resume(lost.run).outcome is Outcome.UNKNOWN
    office.gateway.sleep(1000)
    assert office.resume(lost.run).outcome is Outcome.DONE
    assert office.names == ["new", "old b"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (59.6, "60 seconds"), (120, "2 minutes"), (7200, "120 minutes")],
)
def test_a_wait_is_told_in_words(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_the_wait_of_an_earlier_run_is_not_that_of_the_next(office: Office) -> None:
    """An earlier run that could be given up sooner must not have these rows sent twice."""
    given_up = Delivery(wait=1000, over=600)
    with pytest.raises(Killed):
        office.push("upsert", [["b", "new", "2"]], Fault(0.0, dies=True), delivery=given_up)

    with mock.patch.object(test_truth, "PATIENCE", replace(test_truth.PATIENCE, over=4000)):
        report = office.push("upsert", [["a", "new", "2"]], late(2000))

    assert report.outcome is Outcome.UNKNOWN, report.summary
    office.gateway.sleep(4000)
    assert len(office.portal.commits) == 2
    assert office.names == ["new", "new"]
