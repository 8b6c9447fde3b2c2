"""Reading rows over SODA3 if available, with SODA2 as a fallback."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from socrata_practice import PracticePortal
from sodasheet.errors import PortalError
from sodasheet.model.credentials import Credentials
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import recall, remember
from sodasheet.portal.soda2.download import Selection, content_fields, download
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda3.soda3_rows import soql

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

    return [row for path in found.paths for row in json.loads(gzip.open(path).read())]


def asked(portal, part="/api/v3/"):
    return [one.path for one in portal.requests_seen if part in one.path]


@pytest.mark.parametrize("identifiers", [None, [["BP-2024-0001", "BP-2024-0002"]]])
def test_the_same_rows_come_over_both(portal, session, tmp_path, identifiers):
    remember(portal.url, {"soda3": "absent"})
    older = load(session, tmp_path / "soda2", identifiers=identifiers)
    assert not asked(portal)
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


def test_what_a_portal_offers_is_found_by_the_first_large_read_alone(portal, session, tmp_path):
    load(session, tmp_path / "first")
    first = len(portal.requests_seen)
    assert recall(portal.url) == {"soda3": "offered"}
    portal.forget_requests()
    load(session, tmp_path / "second")
    assert len(portal.requests_seen) == first  # the first attempt was not a separate request
    assert len(asked(portal)) == 1


def test_a_portal_without_soda3_is_asked_for_it_once(portal, session, tmp_path):
    portal.settings.change({"guess.soda3": "absent"})
    assert load(session, tmp_path / "first").rows == 300
    assert len(asked(portal)) == 1
    portal.forget_requests()
    load(session, tmp_path / "second")
    assert not asked(portal)


def test_a_portal_is_tried_again_after_90_days(portal, session, tmp_path):
    remember(portal.url, {"soda3": "absent", "etag": "weak"})
    (path,) = (tmp_path / "home" / "portals").iterdir()
    text = path.read_text("utf-8")
    learned = json.loads(text)["learned"]["soda3"]
    long_ago = (date.fromisoformat(learned) - timedelta(days=91)).isoformat()
    path.write_text(text.replace(f'"soda3": "{learned}"', f'"soda3": "{long_ago}"'), "utf-8")
    assert recall(portal.url) == {"etag": "weak"}
    load(session, tmp_path / "rows")
    assert recall(portal.url) == {"etag": "weak", "soda3": "offered"}


def test_a_refused_dataset_says_nothing_of_the_portal(portal, session, tmp_path):
    portal.inject("status", status=403, path="/api/v3/*", count=None)
    portal.inject("status", status=403, path="/resource/*", nth=2, count=None)
    with pytest.raises(PortalError):
        load(session, tmp_path / "rows")
    assert recall(portal.url) == {}


def test_a_portal_whose_soda2_reads_have_ended_is_read_over_soda3(portal, session, tmp_path):
    portal.settings.change({"guess.soda2_reads": "ended"})
    dataset = read_dataset(session, PERMITS)
    rows = RowsClient(session, dataset)

    assert rows.count() == 300
    assert recall(portal.url) == {"soda2_reads": "ended", "soda3": "offered"}
    portal.forget_requests()
    state = rows.state()
    assert state is not None
    assert (state.rows, bool(state.changed)) == (300, True)
    assert rows.existing("permit_no", ["BP-2024-0001", "no such"], "text") == {"BP-2024-0001"}
    assert len(list(rows.rows(size=200))) == 300
    assert rows.grouped("permit_type, count(*) as n", "permit_type")[0]["n"].isdigit()
    assert load(session, tmp_path / "rows").rows == 300
    assert not asked(portal, "/resource/")


def test_the_end_of_soda2_without_soda3_is_an_error(portal, session):
    portal.settings.change({"guess.soda2_reads": "ended", "guess.soda3": "absent"})
    with pytest.raises(PortalError) as raised:
        RowsClient(session, read_dataset(session, PERMITS)).count()
    assert raised.value.status == 410
    assert recall(portal.url) == {}


def test_readers_behind_are_seen_over_soda3(portal, session):
    portal.settings.change({"guess.soda2_reads": "ended", "lag": 60})
    rows = RowsClient(session, read_dataset(session, PERMITS))
    assert rows.state() is not None
    rows.send(b'[{"permit_no": "BP-NEW"}]')
    assert rows.state() is None


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
    with pytest.raises(ValueError, match="having"):
        soql({"$having": "a"})


@pytest.mark.parametrize("form", ["flag", "versions", "absent"])
def test_without_the_header_replication_tells_what_readers_see(portal, session, form):
    portal.settings.change({"guess.out_of_date": "absent", "guess.replication": form, "lag": 60})
    rows = RowsClient(session, read_dataset(session, PERMITS))
    assert rows.state() is not None
    rows.send(b'[{"permit_no": "BP-NEW"}]')
    assert (rows.state() is None) == (form != "absent")


def test_replication_is_asked_for_only_if_rows_do_not_tell(portal, session):
    rows = RowsClient(session, read_dataset(session, PERMITS))
    rows.state()
    assert not asked(portal, "replication")
    portal.settings.change({"guess.out_of_date": "absent", "guess.replication": "absent"})
    rows.state()
    rows.state()
    assert len(asked(portal, "replication")) == 1
