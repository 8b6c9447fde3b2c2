"""Sending only what changed leaves the dataset as sending everything does, and says how it knew."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.home import home
from sodasheet.model.mapping import Blank
from sodasheet.model.report import Outcome, Report
from sodasheet.push import imprints

from .conftest import Bench
from .test_lost_answers import kill_at, resume

HEADERS = ["Id", "Name", "Amount"]
#: Enough rows that a few of them are less than half.
ROWS = [[f"k{n}", f"Ü {n}", str(n)] for n in range(12)]
THERE = [{"id": f"k{n}", "name": f"Ü {n}", "amount": str(n)} for n in range(12)]


@pytest.fixture
def changes(bench: Bench) -> Callable[..., Report]:
    """Push the source by `send: changes`."""

    def push(method: str = "replace", columns: str = "id name amount", **options: Any) -> Report:
        job = replace(bench.job(method, columns, max_shrink=1.0), send="changes", snapshot="off")
        return bench.push(job, **options)

    return push


def put(bench: Bench, *rows: list[str]) -> None:
    bench.source(HEADERS, *rows)


def counts(report: Report) -> tuple[int | None, ...]:
    rows = report.rows
    return rows.sent, rows.created, rows.updated, rows.deleted


def data_requests(bench: Bench, then: int) -> list[str]:
    """Requests that wrote rows since `then`."""
    asked = bench.portal.requests_seen[then:]
    return [one.method for one in asked if one.method != "GET"]


@pytest.mark.parametrize("method", ["replace", "upsert"])
def test_only_what_differs_from_the_last_push_is_sent(
    bench: Bench, changes: Callable[..., Report], method: str
) -> None:
    bench.make("id", [])
    put(bench, *ROWS)
    first = changes(method)
    put(bench, ["k0", "Öther", "0"], *ROWS[2:], ["k99", "new", ""])
    before = len(bench.portal.requests_seen)

    report = changes(method)

    assert first.outcome is report.outcome is Outcome.DONE, report.summary
    assert counts(first)[0] == 12
    gone = 1 if method == "replace" else 0
    assert counts(report) == (2, 1, 1, gone)
    assert (report.transport, data_requests(bench, before)) == ("SODA2", ["POST"])
    told = "1 changed, 1 new, 1 gone" if gone else "1 changed, 1 new"
    assert report.base == (
        f"Compared with what run {first.run} sent, and nobody has changed the dataset since:"
        f" {told}, 10 as they were."
    )
    assert report.base in report.summary
    rows = {row["id"]: row for row in bench.rows()}
    assert rows["k0"] == {"id": "k0", "name": "Öther", "amount": "0"}
    assert rows["k99"] == {"id": "k99", "name": "new"}
    assert len(rows) == (12 if gone else 13)
    assert ("k1" in rows) is not bool(gone)
