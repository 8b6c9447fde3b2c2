"""Settings: replication lag, the older dialect, and the state after restarts."""

from __future__ import annotations

import time

import pytest

from socrata_practice import PracticePortal, SettingError, read_setting
from socrata_practice.settings import Settings


@pytest.fixture(autouse=True)
def plainly(portal):
    yield
    for name, value in vars(Settings()).items():
        setattr(portal.settings, name, value)
    portal.replicate()


# --- lag -----------------------------------------------------------------------------------------


def seen(client, dataset):
    reply = client.get(f"/resource/{dataset}.json?$select=count(*)")
    version = client.get(f"/api/views/{dataset}/replication.json").json()
    behind = version["truth_data_version"] - version["secondary_versions"][0]["version"]
    return int(reply.json()[0]["count"]), reply.headers["X-SODA2-Data-Out-Of-Date"], behind


def test_readers_see_what_was_until_the_owner_lets_them(client, owner, portal, permits):
    portal.settings.lag = "held"
    assert client.upsert(permits, [{"no": "B"}]).json()["Rows Created"] == 1
    client.upsert(permits, [{"no": "C"}])
    client.upsert(permits, [{"no": "A", ":deleted": True}])

    assert seen(client, permits) == (1, "true", 3)
    assert [row["no"] for row in client.rows(permits)] == ["A"]
    assert client.get(f"/resource/{permits}/A.json").json()["note"] == "first"
    assert client.upsert(permits, [{"no": "B"}]).json()["Rows Updated"] == 1
    assert owner("POST", "/practice/replicate").status_code == 200
    assert seen(client, permits) == (2, "false", 0)


def test_lag_ends_by_itself(client, portal, permits):
    portal.settings.lag = 0.5
    client.upsert(permits, [{"no": "B"}])
    assert seen(client, permits) == (1, "true", 1)
    deadline = time.monotonic() + 30
    while seen(client, permits)[1] == "true":
        assert time.monotonic() < deadline

    assert seen(client, permits) == (2, "false", 0)


def test_the_publishing_api_lags_too(client, publishing, portal, permits):
    portal.settings.lag = "held"
    revision, output = publishing.load(permits, b"no,units\nB,1\nC,2\n")
    assert publishing.apply(revision, output)["status"] == "successful"

    assert seen(client, permits)[:2] == (1, "true")
    portal.replicate()
    assert seen(client, permits)[:2] == (2, "false")


def test_a_column_made_meanwhile_is_empty_until_readers_catch_up(client, portal, permits):
    portal.settings.lag = "held"
    client.upsert(permits, [{"no": "B"}])
    client("POST", f"/api/views/{permits}/columns.json", json={"name": "More", "fieldName": "more"})
    client.upsert(permits, [{"no": "A", "more": "x"}])
    assert client.rows(permits, select="no, more") == [{"no": "A"}]
    portal.replicate()
    assert {"no": "A", "more": "x"} in client.rows(permits, select="no, more")


def test_another_dataset_does_not_lag(client, portal, permits, plain):
    portal.settings.lag = "held"
    client.upsert(permits, [{"no": "B"}])
    portal.settings.lag = 0
    client.upsert(plain, [{"word": "x"}])

    assert seen(client, plain) == (1, "false", 0)


def test_an_answer_known_before_the_lag_is_not_taken_for_the_truth(client, portal, permits):
    first = client.get(f"/resource/{permits}.json")
    portal.settings.lag = "held"
    client.upsert(permits, [{"no": "B"}])
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/resource/{permits}.json", headers=tag).status_code == 304
    portal.replicate()
    assert client.get(f"/resource/{permits}.json", headers=tag).status_code == 200


# --- the older dialect ---------------------------------------------------------------------------


@pytest.fixture
def classic(portal):
    portal.settings.dialect = "classic"


@pytest.mark.usefixtures("classic")
def test_a_classic_portal_answers_with_six_keys(client, permits):
    body = [{"no": "A", "units": 2}, {"no": "B"}]

    assert client.upsert(permits, body).json() == {
        "Errors": 0, "Rows Created": 1, "Rows Updated": 1, "Rows Deleted": 0,
        "By RowIdentifier": 1, "By SID": 0,
    }  # fmt: skip
    assert client.get(f"/api/views/{permits}.json").json()["newBackend"] is False


@pytest.mark.usefixtures("classic")
def test_a_classic_portal_ignores_what_it_does_not_know(client, permits):
    reply = client.upsert(permits, [{"no": "B", "nope": 1, "note": ""}])

    assert reply.json()["Rows Created"] == 1
    assert client.rows(permits, where="no='B'") == [{"no": "B"}]


@pytest.mark.usefixtures("classic")
def test_a_classic_portal_numbers_its_rows(client, plain):
    client.upsert(plain, [{"word": "x"}, {"word": "y"}])
    ids = [row[":id"] for row in client.rows(plain, select=":id")]
    assert ids == [1, 2]
    summary = client.upsert(plain, [{":id": 1, "size": 9}, {":id": "2", ":deleted": True}]).json()

    assert (summary["Rows Updated"], summary["Rows Deleted"], summary["By SID"]) == (1, 1, 2)
    assert client.rows(plain, where=":id = 1") == [{"word": "x", "size": "9"}]


@pytest.mark.usefixtures("classic")
def test_a_classic_portal_writes_dates_without_milliseconds(client):
    query = "$select=permit_no,opened,issued&$limit=1"
    row = client.get(f"/resource/prmt-7x2d.json?{query}")
    text = client.get(f"/resource/prmt-7x2d.csv?{query}").text

    assert row.json()[0]["opened"] == "2024-01-03T00:00:00"
    assert row.json()[0]["issued"] == "2024-01-13T16:29:00Z"
    assert row.headers["X-SODA2-Legacy-Types"] == "true"
    assert text.splitlines() == [
        '"Permit Number","Date Opened","Issued At"',
        '"BP-2024-0001","01/03/2024 12:00:00 AM","01/13/2024 04:29:00 PM"',
    ]


@pytest.mark.usefixtures("classic")
def test_on_a_classic_portal_a_missing_checkbox_is_false(client):
    dataset = client.make({"word": "text", "good": "checkbox"})
    client.upsert(dataset, [{"word": "x"}])

    assert client.rows(dataset) == [{"word": "x", "good": False}]


def test_a_new_portal_does_none_of_this(client, plain):
    reply = client.upsert(plain, [{"word": "x"}])

    assert set(reply.json()) == {"Errors", "Rows Created", "Rows Updated", "Rows Deleted"}
    assert client.upsert(plain, [{"nope": 1}]).status_code == 400
    assert str(client.rows(plain, select=":id")[0][":id"]).startswith("row-")


# --- settings ------------------------------------------------------------------------------------


def test_settings_are_read_and_changed_by_the_owner(owner, portal):
    given = {"task_seconds": 0.1, "approval_accounts": ["editor"], "chunk_size": 1000}
    changed = owner("PATCH", "/practice/settings", json=given).json()

    assert changed == owner.get("/practice/settings").json() == vars(portal.settings)
    assert given.items() <= changed.items()


@pytest.mark.parametrize(
    "given",
    [{"lag": -1}, {"lag": "long"}, {"dialect": "old"}, {"chunk_size": 1.5}, {"nope": 1},
     {"approval_accounts": ["king"]}, {"approval_datasets": "x"}, {"task_seconds": True}],
)  # fmt: skip
def test_a_setting_that_cannot_be_changes_nothing(owner, portal, given):
    before = dict(vars(portal.settings))
    reply = owner("PATCH", "/practice/settings", json={"task_seconds": 1} | given)

    assert reply.status_code == 400
    assert vars(portal.settings) == before


def test_settings_are_read_from_a_command_line():
    texts = ["lag=5", "lag=held", "dialect=classic", "approval_accounts=editor,publisher"]

    assert list(map(read_setting, texts)) == [
        ("lag", 5), ("lag", "held"), ("dialect", "classic"),
        ("approval_accounts", ["editor", "publisher"]),
    ]  # fmt: skip
    with pytest.raises(SettingError, match="Not name=value"):
        read_setting("lag")


# --- restarts ------------------------------------------------------------------------------------


def restarted(tmp_path, kind, make):
    """A portal stopped while a task set hung, and the task set as found afterwards."""
    first = PracticePortal(data=tmp_path)
    with first:
        found = make(first)
        first.inject(kind, path="*/apply")
        revision, output = found.load("rqst-5m8p", b"request_id\n1\n")
        path = f"{found.path(revision)}/apply"
        body = {"output_schema_id": output["id"]}
        number = found.call("PUT", path, json=body)["resource"]["id"]
        time.sleep(0.3)
    with PracticePortal(data=tmp_path) as again:
        later = make(again)
        return later.task_set(revision, number)["status"], later.show(revision)["closed_at"]


@pytest.mark.parametrize(
    ("kind", "status", "closed"),
    [("task_hangs", "failure", False), ("task_hangs_applied", "successful", True)],
)
def test_a_task_set_cut_short_has_the_end_it_had(tmp_path, publishing, kind, status, closed):
    def make(portal):
        return type(publishing)(type(publishing.client)(portal))

    ended = restarted(tmp_path, kind, make)
    assert (ended[0], ended[1] is not None) == (status, closed)
