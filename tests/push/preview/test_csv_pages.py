"""A preview reads a large dataset as CSV where that loses nothing, and reports the format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.job import Job
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.preview import Preview
from sodasheet.model.progress import Silent
from sodasheet.portal.learned_facts import remember
from sodasheet.portal.soda2 import download
from sodasheet.push.load_and_check import prepared
from sodasheet.push.preview import csv_pages
from sodasheet.push.preview.preview import previewed, report_of
from sodasheet.staging.diff import dataset_rows

from ..conftest import Bench

TYPES = {
    "id": "text",
    "name": "text",
    "amount": "number",
    "day": "calendar_date",
    "ok": "checkbox",
    "link": "url",
    "spot": "point",
}
ROWS: list[dict[str, Any]] = [
    {"id": "a", "name": 'Ä, "b"', "amount": "1.50", "day": "2024-01-02", "ok": True},
    {"id": "b", "name": "two\nlines", "link": {"url": "https://a.org", "description": "A"}},
    {"id": "c", "amount": "0.0", "spot": {"type": "Point", "coordinates": [-72, 41.7]}},
    {"id": "d", "name": "gone", "ok": False, "link": {"url": "https://b.org"}},
]
SOURCE = [
    list(TYPES),
    ["a", 'Ä, "b"', "1.5", "2024-01-02", "TRUE", "", ""],
    ["b", "two\nlines", "", "", "", "A (https://a.org)", ""],
    ["c", "", "0", "", "", "", "POINT (-72 42)"],
    ["e", "new", "", "", "", "", ""],
]


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_pages, "LEAST", 1)
    monkeypatch.setattr(download, "LARGEST_PAGE", 3)


def job_of(bench: Bench, method: str = "replace", source: list[list[str]] | None = None) -> Job:
    source = source or SOURCE
    bench.source(*source)
    job = bench.job(method, "id")
    rules = tuple(ColumnRule(name, name, match="confirmed") for name in source[0])
    return replace(job, mapping=Mapping(rules), guards=replace(job.guards, max_shrink=1.0))


def told(bench: Bench, job: Job) -> tuple[Preview, dict[str, str]]:
    """Return the preview, and how its report says that the dataset was read."""
    session = bench.session()
    with (
        prepared(job, bench.folder, session, Silent()) as work,
        previewed(work, session, Silent()) as found,
    ):
        return found.preview, report_of(job, work, found)["reading"]


def both(bench: Bench, job: Job, monkeypatch: pytest.MonkeyPatch) -> Preview:
    """Return the preview, which has to be the same by CSV and by JSON."""
    as_csv, reading = told(bench, job)
    assert reading == {"form": "csv"}
    monkeypatch.setattr(csv_pages, "LEAST", 99)
    as_json, reading = told(bench, job)
    assert reading["reason"] == "few-rows"
    assert as_csv == as_json
    return as_csv


@pytest.mark.parametrize(("soda3", "asked"), [("offered", "query.csv"), ("absent", "/resource/")])
def test_a_preview_by_csv_is_that_by_json(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, soda3: str, asked: str
) -> None:
    remember(bench.portal.url, {"soda3": soda3})
    bench.portal.forget_requests()
    bench.make_of(TYPES, "id")
    bench.write(ROWS)

    found = both(bench, job_of(bench), monkeypatch)

    assert (found.new, found.changed, found.deleted, found.unchanged) == (1, 1, 1, 2)
    assert any(asked in one.path and "csv" in one.path for one in bench.portal.requests_seen)


def test_a_number_as_identifier_may_have_zeros_behind_the_point(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make_of({"id": "number", "name": "text"}, "id")
    bench.write([{"id": "1.0", "name": "a"}, {"id": "2", "name": "b"}, {"id": "3", "name": "c"}])
    source = [["id", "name"], ["1", "a"], ["2.00", "x"], ["4", "d"]]

    found = both(bench, job_of(bench, source=source), monkeypatch)

    assert (found.new, found.changed, found.deleted, found.unchanged) == (1, 1, 1, 1)


def test_rows_without_an_identifier_are_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make_of({"id": "text", "name": "text"}, None)
    bench.write([{"id": "a", "name": "x"}] * 4 + [{"id": "b"}])
    source = [["id", "name"], *[["a", "x"]] * 5]

    found = both(bench, job_of(bench, source=source), monkeypatch)

    assert (found.new, found.deleted, found.unchanged) == (1, 1, 4)


def test_an_upsert_compares_the_columns_that_it_fills(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.portal.soda2.rows_client._FEW", -1)
    monkeypatch.setattr("sodasheet.portal.soda2.rows_client._PER_REQUEST", 1)
    bench.make_of(TYPES, "id")
    bench.write(ROWS)
    source = [["id", "amount"], ["a", "1.5"], ["c", "7"], ["z", "1"]]

    found = both(bench, job_of(bench, "upsert", source), monkeypatch)

    assert (found.new, found.changed, found.unchanged) == (1, 1, 1)


def test_a_type_that_csv_cannot_tell_is_read_as_json(bench: Bench) -> None:
    bench.make_of({"id": "text", "place": "location"}, "id")
    bench.write([{"id": "a"}, {"id": "b"}])

    found, reading = told(bench, job_of(bench, source=[["id"], ["a"]]))

    assert reading == {"form": "json", "reason": "column-type", "detail": "place"}
    assert (found.deleted, found.unchanged) == (1, 1)


def test_a_column_without_any_value_is_no_reason_for_json(bench: Bench) -> None:
    bench.make_of({"id": "text", "link": "url"}, "id")
    bench.write([{"id": "a"}, {"id": "b"}])

    _, reading = told(bench, job_of(bench, source=[["id"], ["a"]]))

    assert reading == {"form": "csv"}


@pytest.mark.parametrize("same", [True, False])
def test_a_column_that_is_empty_in_the_first_rows_is_compared_where_it_is_filled(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    bench.make_of({"id": "text", "day": "calendar_date"}, "id")
    bench.write([{"id": "a"}, {"id": "b"}, {"id": "c", "day": "2024-01-31"}])
    monkeypatch.setattr(csv_pages, "_SAMPLED", 2)
    taken = csv_pages.sample

    def older(*given: Any) -> tuple[Path, Path]:
        pages = taken(*given)
        if not same:
            text = pages[1].read_bytes()
            pages[1].write_bytes(text.replace(b"2024-01-31", b"2024-01-30"))
        return pages

    monkeypatch.setattr(csv_pages, "sample", older)
    found, reading = told(bench, job_of(bench, source=[["id", "day"], ["c", "2024-01-31"]]))

    other = {"form": "json", "reason": "other-form", "detail": "day"}
    assert reading == ({"form": "csv"} if same else other)
    assert (found.deleted, found.changed, found.unchanged) == (2, 0, 1)


def test_many_sparse_columns_are_read_as_json(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make_of({"id": "text", "day": "calendar_date"}, "id")
    bench.write([{"id": "a"}, {"id": "b"}, {"id": "c", "day": "2024-01-31"}])
    monkeypatch.setattr(csv_pages, "_SAMPLED", 2)
    monkeypatch.setattr(csv_pages, "_SPARSE", 0)

    _, reading = told(bench, job_of(bench, source=[["id", "day"], ["c", "2024-01-31"]]))

    assert reading == {"form": "json", "reason": "other-form", "detail": "day"}


def test_a_portal_of_the_old_kind_is_read_as_json(bench: Bench) -> None:
    bench.make_of({"id": "text", "day": "calendar_date"}, "id")
    bench.write([{"id": "a", "day": "2024-01-02"}, {"id": "b"}])
    dialect, bench.portal.settings.dialect = bench.portal.settings.dialect, "classic"
    try:
        found, reading = told(bench, job_of(bench, source=[["id", "day"], ["a", "2024-01-02"]]))
    finally:
        bench.portal.settings.dialect = dialect

    assert reading == {
        "form": "json",
        "reason": "unreadable",
        "detail": "The rows that the portal returned for fees.csv cannot be compared: the column "
        "day is"
        " missing.",
    }
    assert (found.deleted, found.unchanged) == (1, 1)


def test_csv_that_turns_out_to_be_unreadable_is_read_again_as_json(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make_of(TYPES, "id")
    bench.write(ROWS)

    def broken(*_: Any) -> None:
        raise dataset_rows.UnreadableRowsError("The rows cannot be compared: ragged.", "")

    monkeypatch.setattr(dataset_rows.DatasetRows, "each_line", broken)
    found, reading = told(bench, job_of(bench))

    assert reading == {
        "form": "json",
        "reason": "unreadable",
        "detail": "The rows cannot be compared: ragged.",
    }
    assert (found.new, found.changed, found.deleted, found.unchanged) == (1, 1, 1, 2)
