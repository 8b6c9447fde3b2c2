"""Addresses that the portal geocodes: they are looked up before any row is sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from socrata_contract import GUESSES
from sodasheet.errors import Refused
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.jobs.push_resume_undo import undo
from sodasheet.model.job import Job
from sodasheet.model.mapping import PlaceRule
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.push.context import PushContext
from sodasheet.push.preview.preview import preview
from sodasheet.push.questions_to_user import Agreed

from ..conftest import PATIENCE, Bench

HEADERS = ["Id", "Street", "City", "State", "Zip", "Country"]
MAIN = ["a", "1 Main Street", "Practice City", "CT", "06101", ""]
OAK = ["b", "11 Oak Ave.", "practice city", "", "", "USA"]
NOWHERE = ["c", "9999 Main St", "Practice City", "CT", "06101", ""]
BLANK = ["d", "", "", "", "", ""]
POINTS = {"a": [-72.7, 41.76], "b": [-72.697, 41.762]}


@pytest.fixture(params=["point", "location"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spots(bench: Bench, kind: str) -> Bench:
    bench.make_of({"id": "text", "street": "text", "spot": kind}, "id")
    return bench


def job(bench: Bench, method: str = "replace", **guards: object) -> Job:
    plain = bench.job(method, "id street", **guards)
    rule = PlaceRule(
        "spot", address="Street", city="City", state="State", zip="Zip", country="Country",
        geocode=True,
    )  # fmt: skip
    return replace(plain, mapping=replace(plain.mapping, places=(rule,)))


def spot(row: dict[str, object]) -> list[float] | None:
    """Longitude and latitude of a row, whatever the type of the column."""
    value = row.get("spot")
    if not isinstance(value, dict):
        return None
    if "coordinates" in value:
        return list(value["coordinates"])
    return [float(value["longitude"]), float(value["latitude"])]


def answers(bench: Bench, value: str) -> None:
    bench.portal.settings.change({"guess.geocode_miss": value})


@pytest.fixture(autouse=True)
def as_assumed(bench: Bench) -> Iterator[None]:
    yield
    answers(bench, GUESSES["geocode_miss"].assumed)


def requests_to(bench: Bench, part: str) -> int:
    return sum(part in one["path"] for one in bench._call("GET", "/practice/requests"))


@pytest.mark.parametrize("method", ["replace", "append", "upsert"])
def test_rows_land_with_the_places_that_the_portal_finds(
    spots: Bench, kind: str, method: str
) -> None:
    spots.source(HEADERS, MAIN, OAK, BLANK)
    report = spots.push(job(spots, method))

    assert report.outcome is Outcome.DONE, report.summary
    rows = spots.rows("id")
    assert {row["id"]: spot(row) for row in rows} == {**POINTS, "d": None}
    if kind == "location":
        assert json.loads(rows[0]["spot"]["human_address"])["address"] == "1 Main Street"


@pytest.mark.parametrize("value", GUESSES["geocode_miss"].values)
def test_an_address_that_is_not_found_is_a_finding_of_its_row(spots: Bench, value: str) -> None:
    answers(spots, value)
    spots.source(HEADERS, MAIN, NOWHERE, OAK)
    refused = spots.push(job(spots))

    assert refused.outcome is Outcome.REFUSED
    assert spots.rows("id") == []
    (finding,) = [one for one in refused.findings if one.reason == "address-not-found"]
    assert (finding.count, finding.examples[0].row) == (1, 3)
    assert "9999 Main St, Practice City, CT, 06101 (not found)" in finding.message

    report = spots.push(job(spots, max_rejected=1))
    assert report.outcome is Outcome.REJECTS, report.summary
    (left,) = report.rejects.rows
    assert (left.row, left.identifier) == (3, "c")
    assert {row["id"]: spot(row) for row in spots.rows("id")} == POINTS


def test_the_preview_shows_the_points_and_changes_nothing(spots: Bench) -> None:
    spots.source(HEADERS, MAIN, OAK)
    spots.push(job(spots))
    moved = ["a", "3 Main St", "Practice City", "CT", "06101", ""]
    spots.source(HEADERS, moved, OAK)
    with spots.session() as session:
        found = preview(job(spots), spots.folder, session, Silent())
        left = Revisions(session, spots.dataset).open()

    assert (found.changed, found.unchanged, found.new, found.deleted) == (1, 1, 0, 0)
    changed = {one.column: (one.old, one.new) for one in found.changes}
    assert "-72.7" in str(changed["spot"][0])
    assert "-72.6998" in str(changed["spot"][1])
    assert spot(spots.rows("id")[0]) == POINTS["a"]
    assert left == ()


def test_an_undo_brings_the_old_places_back(spots: Bench) -> None:
    spots.source(HEADERS, MAIN, OAK)
    spots.push(job(spots))
    moved = ["a", "3 Main St", "Practice City", "CT", "06101", ""]
    spots.source(HEADERS, moved)
    report = spots.push(job(spots))
    assert [spot(row) for row in spots.rows("id")] == [[-72.6998, 41.76]]

    with spots.session() as session:
        undone = undo(report.run, PushContext(session, Silent(), Agreed()))
    assert undone.outcome is Outcome.DONE, undone.summary
    assert {row["id"]: spot(row) for row in spots.rows("id")} == POINTS


def test_known_addresses_are_not_asked_for_again(spots: Bench) -> None:
    spots.source(HEADERS, MAIN, OAK)
    spots.push(job(spots, "upsert"))
    spots._call("DELETE", "/practice/requests")
    with spots.session() as session:
        preview(job(spots, "upsert"), spots.folder, session, Silent())
    assert requests_to(spots, "/source") == 0

    spots.source(HEADERS, MAIN, OAK, ["e", "7 Elm St", "Practice City", "CT", "", ""])
    spots._call("DELETE", "/practice/requests")
    report = spots.push(replace(job(spots, "upsert"), send="changes"))
    assert requests_to(spots, "/source") > 0
    assert report.rows.sent == 1
    assert spot(spots.rows("id")[-1]) == [-72.6954, 41.764]


def test_a_cache_that_cannot_be_read_costs_only_requests(spots: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "places"
    folder.mkdir(parents=True)
    spots.source(HEADERS, MAIN)
    spots.push(job(spots, "upsert"))
    (path,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT latitude, longitude FROM places").fetchall() == [
            ("41.76", "-72.7")
        ]
    path.write_bytes(b"no database at all" * 100)
    report = spots.push(job(spots, "upsert"))
    assert report.outcome is Outcome.DONE, report.summary


def test_without_a_sign_in_nothing_is_looked_up(spots: Bench) -> None:
    spots.source(HEADERS, MAIN)
    spots._call("PUT", f"/api/views/{spots.dataset}/permissions", json={"scope": "public"})
    with (
        PortalSession(spots.portal.url, None, PATIENCE) as session,
        pytest.raises(Refused, match="you are not signed in"),
    ):
        preview(job(spots), spots.folder, session, Silent())


def test_a_delete_looks_nothing_up(spots: Bench) -> None:
    spots.source(HEADERS, MAIN, OAK)
    spots.push(job(spots))
    spots.source(HEADERS, ["a", "9999 Main St", "Nowhere", "", "", ""])
    report = spots.push(job(spots, "delete"))

    assert report.outcome is Outcome.DONE, report.summary
    assert [row["id"] for row in spots.rows("id")] == ["b"]


def test_texts_that_look_like_places_are_addresses_all_the_same(spots: Bench) -> None:
    odd = [
        ["x", "41.76", "-72.7", "", "", ""],
        ["y", "POINT (1 2)", "", "", "", ""],
        ["z", "Elm (1, 2)", "", "", "", ""],
        ["q", 'A "quoted", 日本 street\\', "O'Brien", "", "", ""],
    ]
    spots.source(HEADERS, *odd)
    report = spots.push(job(spots))

    assert report.outcome is Outcome.REFUSED
    (finding,) = [one for one in report.findings if one.reason == "address-not-found"]
    assert finding.count == 4


def test_many_addresses_keep_to_their_rows(spots: Bench) -> None:
    streets = ("Main St", "Oak Ave", "Elm St", "Park Rd")
    lines = [
        [f"{n:05}", f"{n % 400 + 1} {streets[n % 4]}", "Practice City", "CT", "", ""]
        for n in range(6000)
    ]
    spots.source(HEADERS, *lines)
    report = spots.push(job(spots))

    assert report.outcome is Outcome.DONE, report.summary
    starts = (-72.7, -72.698, -72.696, -72.694)
    for row in spots.rows("id"):
        n = int(row["id"])
        expected = round(starts[n % 4] + n % 400 * 0.0001, 4)
        assert spot(row) == [expected, 41.76 + n % 4 * 0.002] or spot(row) == [
            expected,
            round(41.76 + n % 4 * 0.002, 4),
        ]


def test_the_rule_is_kept_in_a_job_file(spots: Bench) -> None:
    written = job(spots)
    data = job_to_json(written)
    assert data["places"] == [
        {"field": "spot", "address": "Street", "city": "City", "state": "State", "zip": "Zip",
         "country": "Country", "geocode": True}
    ]  # fmt: skip
    assert job_from_json(data).mapping.places == written.mapping.places
