"""Recorded replies of a live portal: the practice portal answers alike, the client reads them."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from socrata_practice import PracticePortal
from sodasheet.portal.http.reply import Answer, problem

RECORDED = {
    one["name"]: one
    for one in json.loads((Path(__file__).parent / "recordings" / "sodapy.json").read_text("utf-8"))
}
MISSING = ["test_get_missing", "test_get_metadata_and_attachments_missing"]
SONGS = {"countid": "number", "id": "number", "date": "calendar_date", "counts": "number",
         "status": "number"}  # fmt: skip


@pytest.fixture
def bikes(client):
    """A dataset with the columns and rows of the recording, published."""
    made = client.make(SONGS, name="Bicycle Counts")
    client.upsert(made, json.loads(RECORDED["test_get"]["body"]))
    client("POST", f"/api/views/{made}/publication.json")
    client("PUT", f"/api/views/{made}/permissions", json={"scope": "public"})
    return made


@pytest.mark.parametrize("name", MISSING)
def test_an_unknown_dataset_is_answered_as_recorded(nobody, name):
    recorded = RECORDED[name]
    reply = nobody.get(urlsplit(recorded["uri"]).path)

    assert reply.status_code == recorded["status"]
    assert reply.text == recorded["body"]
    for header, value in recorded["headers"].items():
        assert reply.headers[header] == value, header
    assert ("X-Error-Code" in reply.headers) == ("X-Error-Code" in recorded["headers"])


def test_rows_are_answered_as_recorded(nobody, bikes):
    recorded = RECORDED["test_get"]
    reply = nobody.get(f"/resource/{bikes}.json")

    assert reply.text == recorded["body"]
    assert set(recorded["headers"]) <= set(reply.headers)
    for header in ("Content-Type", "X-SODA2-Fields", "X-SODA2-Types", "X-SODA2-Data-Out-Of-Date"):
        assert reply.headers[header] == recorded["headers"][header]
    assert reply.headers["ETag"].startswith('"')


def test_csv_is_answered_as_recorded(nobody, bikes):
    recorded = RECORDED["test_get_csv"]
    reply = nobody.get(f"/resource/{bikes}.csv")

    assert reply.text == recorded["body"]
    assert reply.headers["Content-Type"].lower() == recorded["headers"]["Content-Type"].lower()


def test_metadata_has_the_recorded_fields(nobody, bikes):
    recorded = json.loads(RECORDED["test_get_metadata_and_attachments"]["body"])
    shown = nobody.get(f"/api/views/{bikes}.json").json()

    assert set(recorded) - {"rowIdentifierColumnId"} <= set(shown)
    assert shown["rights"] == recorded["rights"]
    assert (shown["newBackend"], shown["diciBackend"]) == (True, False)
    for column in recorded["columns"]:
        assert set(column) <= set(shown["columns"][0])


@pytest.mark.parametrize("name", MISSING)
def test_the_client_reads_a_recorded_error(name):
    recorded = RECORDED[name]
    answer = Answer(404, recorded["headers"], recorded["body"].encode(), recorded["uri"])
    error = problem(answer)

    assert error.status == 404
    assert error.what.startswith("data.cityofnewyork.us")
    assert "address" in error.remedy


def test_the_client_reads_recorded_metadata(tmp_path, monkeypatch):
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.http.session import PortalSession

    recorded = json.loads(RECORDED["test_get_metadata_and_attachments"]["body"])
    with PracticePortal() as running, PortalSession(running.url) as session:
        monkeypatch.setattr(session, "get_json", lambda *_: recorded)
        found = read_dataset(session, "uczf-rk3c")

    assert (found.id, found.name) == ("uczf-rk3c", "Bicycle Counts")
    assert [column.type for column in found.columns] == [
        column["dataTypeName"] for column in recorded["columns"]
    ]
