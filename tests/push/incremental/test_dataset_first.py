"""A push of changes and its preview find the same, whether or not the dataset is read first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sodasheet.model.job import Job
from sodasheet.model.progress import Silent
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.push.incremental.job_preview import job_preview
from sodasheet.push.preview import csv_pages, preview
from sodasheet.quality import dataset_profile
from sodasheet.staging.diff.dataset_rows import UnreadableRowsError

from ..conftest import Bench

HEADERS = ["Id", "Name", "Amount"]
#: The oldest row has what the newest, which are measured, have not.
ROWS = [["k00", "Call jo@example.org", "10"]] + [
    [f"k{n:02}", f"Bench {n}", f"{n % 20}.5"] for n in range(1, 60)
]
MAIL = "Call ann@example.org"

Found = set[tuple[str, str | None, int]]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_pages, "LEAST", 1)
    monkeypatch.setattr(dataset_profile, "SAMPLED", 40)


@pytest.fixture
def held(bench: Bench) -> Bench:
    fields = [header.lower() for header in HEADERS]
    bench.make("id", [dict(zip(fields, row, strict=True)) for row in ROWS])
    return bench


def job_of(bench: Bench, method: str = "replace", send: str = "changes") -> Job:
    # Findings are told and stop nothing, so that the push ends as well.
    levels = {"private-data": "note", "outlier": "note", "total-row": "note"}
    job = bench.job(method, max_rejected=5, max_shrink=1.0)
    quality = QualitySettings(levels=levels)
    return replace(job, send=send, snapshot="off", quality=quality)


def findings(bench: Bench, job: Job) -> Found:
    """Return the findings about cells of a preview, after comparing with the push."""
    with job_preview(job, bench.folder, bench.session(), Silent()) as (work, previewed):
        assert previewed is not None
        told = {(one.reason, one.column, one.count) for one in work.checked.findings}
        foretold = previewed.preview
    report = bench.push(job)
    assert report.outcome.value.startswith("done"), report.summary
    assert {(one.reason, one.column, one.count) for one in report.findings} == told
    if job.send == "changes":
        assert report.rows.sent == foretold.new + foretold.changed
    return {one for one in told if one[0] in ("private-data", "outlier", "total-row")}


@pytest.mark.parametrize(("send", "found"), [("changes", set()), ("all", {"private-data"})])
def test_what_the_dataset_has_already_is_no_finding_about_changes(
    held: Bench, send: str, found: set[str]
) -> None:
    held.source(HEADERS, *ROWS, ["k99", "Bench 99", "20"])

    assert {reason for reason, *_ in findings(held, job_of(held, send=send))} == found


@pytest.mark.parametrize("method", ["replace", "upsert"])
def test_changed_and_new_rows_are_searched(held: Bench, method: str) -> None:
    changed = [["k05", MAIL, "5"], ["k06", "Bench 6", "99999"]]
    held.source(HEADERS, *ROWS[:5], *changed, *ROWS[7:], ["k98", "Total", "1"])

    # An upsert of so few rows looks them up instead of reading the dataset, and is searched whole.
    marked = 1 if method == "replace" else 2
    assert findings(held, job_of(held, method)) == {
        ("private-data", "Name", marked),
        ("outlier", "Amount", 1),
        ("total-row", "Name", 1),
    }


def test_rejected_rows_are_searched(held: Bench) -> None:
    held.source(HEADERS, *ROWS[:59], ["k59", MAIL, "five"])

    assert findings(held, job_of(held)) == {("private-data", "Name", 1)}


def test_the_dataset_is_read_once(held: Bench) -> None:
    held.source(HEADERS, *ROWS, ["k99", "Bench 99", "20"])
    job = job_of(held)
    held.portal.forget_requests()

    with job_preview(job, held.folder, held.session(), Silent()) as (_, found):
        assert found is not None
        assert (found.preview.new, found.preview.unchanged) == (1, len(ROWS))

    pages = [
        one for one in held.portal.requests_seen if one.path.partition("?")[0].endswith(".csv")
    ]
    assert len(pages) == 2, "some rows in both forms, then all of them"


def test_all_rows_are_searched_if_the_dataset_cannot_be_read_first(
    held: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise UnreadableRowsError("The rows cannot be compared.", "")

    held.source(HEADERS, *ROWS, ["k99", MAIL, "20"])
    monkeypatch.setattr(preview, "find_rest", unreadable)

    assert findings(held, job_of(held)) == {("private-data", "Name", 2)}
