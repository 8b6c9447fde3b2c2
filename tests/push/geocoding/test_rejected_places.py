"""A row with an unusable location is rejected with either transport; the others are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ..conftest import Bench

GOOD = {
    "point": "POINT (-73.9 40.7)",
    "line": "LINESTRING (1 2, 3 4)",
    "polygon": "POLYGON ((0 0, 0 1, 1 1, 0 0))",
    "json": '{"a": 1}',
}
BAD = ["40.7;-73.9;1", "POINT(x y)", "(200, 300)", "{", "[1,2", '{"type":"Point"', "nowhere"]


@pytest.mark.parametrize("transport", ["soda2", "publishing"])
@pytest.mark.parametrize("kind", GOOD)
def test_a_cell_that_is_no_place_is_a_rejected_row(bench: Bench, kind: str, transport: str) -> None:
    bench.make_of({"id": "text", "name": "text", "amount": kind}, "id")
    rows = [[str(n), "bad", text] for n, text in enumerate(BAD)]
    bench.source(["Id", "Name", "Amount"], ["a", "good", GOOD[kind]], *rows)

    report = bench.push(bench.job("upsert", max_rejected=len(BAD)), transport=transport)

    assert (report.outcome.value, report.rows.rejected) == ("done with rejects", len(BAD))
    assert [row["name"] for row in bench.rows()] == ["good"]
    assert {one.value for one in report.rejects.rows} == {*BAD}


@pytest.mark.parametrize(
    ("formats", "text"), [((), "40.7,-73.9"), (("longitude first",), "-73.9 40.7")]
)
@pytest.mark.parametrize("transport", ["soda2", "publishing"])
def test_a_pair_without_brackets_is_the_same_place_over_either_transport(
    bench: Bench, transport: str, formats: tuple[str, ...], text: str
) -> None:
    bench.make_of({"id": "text", "place": "point"}, "id")
    bench.source(["Id", "Place"], ["a", text])
    job = bench.job("upsert", "id place")
    rule, place = job.mapping.columns
    place = replace(place, formats=formats)
    job = replace(job, mapping=replace(job.mapping, columns=(rule, place)))

    report = bench.push(job, transport=transport)

    assert report.outcome.value == "done", report.summary
    assert [row["place"]["coordinates"] for row in bench.rows("id")] == [[-73.9, 40.7]]
