"""Requests of a push, compared with those of the previous version."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from .conftest import Bench
from .pushes import PUSHES, columns, prepare

#: Requests of commit a096b99 with a snapshot and without one. A question that is asked several
#: times in a row counts once, since that depends on the portal's speed.
BEFORE = {
    ("append to rows without identifier", "soda2"): (10, 5),
    ("append to rows without identifier", "publishing"): (20, 15),
    ("append to rows with identifier", "soda2"): (11, 7),
    ("append to rows with identifier", "publishing"): (22, 18),
    ("upsert", "soda2"): (12, 7),
    ("upsert", "publishing"): (23, 18),
    ("delete", "soda2"): (12, 7),
    ("delete", "publishing"): (22, 17),
    ("replace rows without identifier", "soda2"): (10, 5),
    ("replace rows without identifier", "publishing"): (20, 15),
    ("replace rows with identifier", "soda2"): (12, 7),
    ("replace rows with identifier", "publishing"): (23, 18),
}

#: Two questions that the earlier version never asked: if the dataset is still the one that was
#: looked at, just before a revision is applied without a snapshot, and which columns it has after
#: a replace over a revision.
LOOK, COLUMNS = 1, 1


@pytest.mark.parametrize("transport", ["soda2", "publishing"])
@pytest.mark.parametrize("name", PUSHES)
def test_no_push_makes_more_requests_than_before(bench: Bench, name: str, transport: str) -> None:
    made = []
    for snapshot in ("require", "off"):
        method, _ = prepare(bench, name)
        seen = len(bench.portal.requests_seen)
        job = replace(bench.job(method, columns(method)), snapshot=snapshot)
        assert bench.push(job, transport=transport).outcome.value == "done"
        requests = bench.portal.requests_seen[seen:]
        made.append(len([*groupby((one.method, one.path, one.query) for one in requests)]))

    revision = transport == "publishing"
    columns_again = COLUMNS if revision and name == "replace rows without identifier" else 0
    most = BEFORE[name, transport]
    assert made[0] <= most[0] + columns_again, made
    assert made[1] <= most[1] + columns_again + (LOOK if revision else 0), made
