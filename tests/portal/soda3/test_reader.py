"""Reading rows over SODA3 if offered, and the way back to SODA2."""

from __future__ import annotations

import pytest

from socrata_practice import PracticePortal
from sodasheet.model.credentials import Credentials
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import recall, remember
from sodasheet.portal.soda2.download import Selection, content_fields, download
from sodasheet.portal.soda3.reader import soql

PERMITS = "prmt-7x2d"


@pytest.fixture
def portal(tmp_path, monkeypatch):
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    with PracticePortal() as running:
        yield running


@pytest.fixture
def session(portal):
    account = portal.account("publisher")
    with PortalSession(portal.url, Credentials(account.key_id, account.key_secret)) as opened:
        yield opened


def load(session, folder, dataset=PERMITS, identifiers=None):
    found = read_dataset(session, dataset)
    selection = Selection(content_fields(found), identifiers)
    return download(session, found, selection, folder, Silent())


def contents(found):
    import gzip
    import json

    return [row for path in found.paths for row in json.loads(gzip.open(path).read())]


@pytest.mark.parametrize("identifiers", [None, [["BP-2024-0001", "BP-2024-0002"]]])
def test_the_same_rows_come_over_both(portal, session, tmp_path, identifiers):
    older = load(session, tmp_path / "soda2", identifiers=identifiers)
    assert not any("/api/v3/" in one.path for one in portal.requests_seen)
    remember(portal.url, {"soda3": "offered"})
    portal.forget_requests()
    newer = load(session, tmp_path / "soda3", identifiers=identifiers)

    assert contents(newer) == contents(older)
    assert newer.rows == older.rows > 0
    assert f"/api/v3/views/{PERMITS}/query.json" in {one.path for one in portal.requests_seen}


def test_a_portal_without_soda3_is_read_over_soda2_and_remembered(portal, session, tmp_path):
    remember(portal.url, {"soda3": "offered"})
    portal.settings.change({"guess.soda3": "absent"})
    found = load(session, tmp_path / "rows")

    assert found.rows == 300
    assert recall(portal.url)["soda3"] == "absent"
    portal.forget_requests()
    load(session, tmp_path / "again")
    assert not any("/api/v3/" in one.path for one in portal.requests_seen)


def test_a_failure_of_the_portal_is_not_taken_for_a_lack(portal, session, tmp_path):
    remember(portal.url, {"soda3": "offered"})
    portal.inject("status", status=503, path="/api/v3/*")
    found = load(session, tmp_path / "rows")

    assert found.rows == 300
    assert recall(portal.url)["soda3"] == "offered"


def test_locations_are_read_over_soda2(portal, session, tmp_path):
    remember(portal.url, {"soda3": "offered"})
    load(session, tmp_path / "rows", "type-4c9k")

    assert not any("/api/v3/" in one.path for one in portal.requests_seen)


def test_parameters_become_a_statement():
    assert soql({"$limit": 5, "$select": ":id,`a`", "$order": ":id", "$where": "x > 1"}) == (
        "SELECT :id,`a` WHERE x > 1 ORDER BY :id LIMIT 5"
    )
    with pytest.raises(ValueError, match="group"):
        soql({"$group": "a"})
