"""The real sodapy client against the portal, over TLS, as an independent check."""

from __future__ import annotations

import io
import json
import ssl

import pytest
import requests
import trustme
from sodapy import Socrata

from socrata_practice import PracticePortal

PERMITS = "prmt-7x2d"


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """A portal over TLS, and the file of the authority that signed its certificate."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    trusted = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with PracticePortal(ssl_context=context) as portal:
        yield portal, str(trusted)


@pytest.fixture
def soda(secure):
    portal, trusted = secure
    account = portal.account("publisher")
    domain = portal.url.removeprefix("https://")
    with Socrata(domain, None, username=account.key_id, password=account.key_secret) as client:
        client.session.verify = trusted
        client.session.trust_env = False  # a CA bundle in the environment would take precedence
        yield client


@pytest.fixture
def songs(soda):
    columns = [{"fieldName": "title", "name": "Title", "dataTypeName": "text"},
               {"fieldName": "year", "name": "Year", "dataTypeName": "number"}]  # fmt: skip
    made = soda.create("Songs", columns=columns, row_identifier="title", tags=["music"])
    soda.publish(made["id"])
    yield made["id"]
    soda.delete(made["id"])


def test_rows_are_read(soda):
    rows = soda.get(
        PERMITS, where="units > 2", order="permit_no", limit=3, select="permit_no,units"
    )

    assert [set(row) for row in rows] == [{"permit_no", "units"}] * 3
    assert soda.get(PERMITS, permit_no="BP-2024-0002")[0]["permit_type"] == "Electrical"
    assert len(list(soda.get_all(PERMITS, limit=120))) == 300


def test_csv_is_read(soda):
    rows = soda.get(PERMITS, content_type="csv", limit=2)

    assert (len(rows), rows[0][0]) == (3, "permit_no")


def test_rows_are_upserted_replaced_and_deleted(soda, songs, shared_fixtures):
    recorded = json.loads((shared_fixtures / "sodapy" / "upsert_songs.txt").read_text())
    upserted = soda.upsert(songs, [{"title": "One", "year": 1999}, {"title": "Zwei ☂"}])

    assert set(upserted) <= set(recorded)
    assert upserted["Rows Created"] == 2
    assert soda.replace(songs, io.StringIO('title,year\n"Drei",3\n'))["Rows Created"] == 1
    assert soda.get(songs) == [{"title": "Drei", "year": "3"}]
    assert soda.delete(songs, row_id="Drei") == [{"typ": "delete", "id": "Drei"}]
    assert soda.get(songs) == []


def test_metadata_is_read_and_changed(soda, songs):
    changed = soda.update_metadata(
        songs, {"category": "Music", "attributionLink": "https://a.example"}
    )

    assert (changed["category"], changed["attributionLink"]) == ("Music", "https://a.example")
    assert soda.get_metadata(songs)["rowIdentifierColumnId"] == changed["columns"][0]["id"]
    soda.set_permission(songs, "public")
    assert soda.get_metadata(songs)["grants"]


def test_datasets_are_listed(soda):
    found = {result["resource"]["id"] for result in soda.datasets(limit=5)}
    everything = [result["resource"]["id"] for result in soda.datasets()]

    assert len(found) == 5
    assert PERMITS in everything
    assert len(everything) == len(set(everything))


def test_what_is_refused_reaches_the_client_in_words(soda, songs):
    with pytest.raises(requests.HTTPError, match="Illegal field name sent: nope"):
        soda.upsert(songs, [{"title": "x", "nope": 1}])


def test_a_client_that_never_shakes_hands_holds_up_nobody(secure, soda):
    import socket

    with socket.create_connection(("127.0.0.1", secure[0].port), timeout=10):
        assert len(soda.get(PERMITS, limit=1)) == 1
