"""Look-ups and a download find the same rows that an append would overwrite."""

from __future__ import annotations

import pytest

from sodasheet.model.report import Outcome
from sodasheet.portal.soda2 import rows_client
from sodasheet.push import existing_identifiers

from .conftest import Bench

HEADERS = ["Id", "Name", "Amount"]


@pytest.mark.parametrize("few", [20, -1])
@pytest.mark.parametrize("page", [50_000, 7])
def test_both_ways_find_the_same_rows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, few: int, page: int
) -> None:
    monkeypatch.setattr(rows_client, "_FEW", few)
    monkeypatch.setattr(existing_identifiers, "LARGEST_PAGE", page)
    monkeypatch.setattr(rows_client, "LARGEST_PAGE", page)
    monkeypatch.setattr(rows_client, "_PER_REQUEST", 1)
    bench.make("id", [{"id": f"é'{n}", "name": "old", "amount": n} for n in range(0, 40, 2)])
    bench.source(HEADERS, *([f"é'{n}", "new", str(n)] for n in range(20)))

    report = bench.push(bench.job("append", max_rejected=10))

    assert report.outcome is Outcome.REJECTS, report.summary
    assert [row.identifier for row in report.rejects.rows] == [f"é'{n}" for n in range(0, 20, 2)]
    assert [row.row for row in report.rejects.rows] == list(range(2, 22, 2))
    names = {row["id"]: row["name"] for row in bench.rows()}
    assert names == {
        **{f"é'{n}": "old" for n in range(0, 40, 2)},
        **{f"é'{n}": "new" for n in range(1, 20, 2)},
    }


@pytest.mark.parametrize("few", [20, -1])
def test_a_delete_finds_what_is_not_there_both_ways(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(rows_client, "_FEW", few)
    monkeypatch.setattr(rows_client, "_PER_REQUEST", 1)
    bench.make("id", [{"id": f"k{n}", "name": "old", "amount": n} for n in range(10)])
    bench.source(["Id"], *([f"k{n}"] for n in range(5, 15)))

    report = bench.push(bench.job("delete", "id", max_rejected=5))

    assert [row.identifier for row in report.rejects.rows] == [f"k{n}" for n in range(10, 15)]
    assert [row["id"] for row in bench.rows()] == [f"k{n}" for n in range(5)]
