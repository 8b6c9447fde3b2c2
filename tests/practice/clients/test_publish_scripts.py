"""Scripts like socrata-publish and the loaders of cities, over TLS, using only requests.

Each follows the steps of a published script: chunks of a CSV to /resource, a revision by hand, a
new dataset with typed columns turned back to text, a working copy that is filled and published.
"""

from __future__ import annotations

import csv
import io
import time

import pytest
import requests

from socrata_practice import PracticePortal

BASE = "/api/publishing/v1"


@pytest.fixture(scope="module")
def portal():
    with PracticePortal(tls=True) as running:
        yield running


@pytest.fixture
def session(portal):
    account = portal.account("publisher")
    with requests.Session() as opened:
        opened.auth = (account.key_id, account.key_secret)
        opened.verify, opened.trust_env = str(portal.ca), False
        yield opened


def checked(reply):
    assert reply.status_code in (200, 201, 202), (reply.status_code, reply.text)
    return reply.json()


def rows(count):
    return [{"no": f"N{n}", "units": str(n)} for n in range(count)]


def as_csv(records):
    text = io.StringIO()
    writer = csv.DictWriter(text, ["no", "note", "units"])
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def wait(session, url, done):
    for _ in range(600):
        found = checked(session.get(url))["resource"]
        if done(found):
            return found
        time.sleep(0.02)
    raise AssertionError("never done")


def has_output(source):
    schemas = source["schemas"]
    return schemas and schemas[0]["output_schemas"][-1]["finished_at"]


def test_a_csv_is_put_and_posted_in_chunks(portal, session, client, permits):
    url = f"{portal.url}/resource/{permits}.json"
    headers = {"Content-Type": "text/csv", "X-App-Token": "token"}
    records = rows(250)
    first = checked(session.put(url, data=as_csv(records[:100]), headers=headers))
    rest = [
        checked(session.post(url, data=as_csv(records[at : at + 100]), headers=headers))
        for at in (100, 200)
    ]

    assert [one["Rows Created"] for one in (first, *rest)] == [100, 100, 50]
    assert len(client.rows(permits)) == 250


def test_a_revision_is_made_by_hand(portal, session, client, permits):
    body = {"action": {"type": "replace", "permission": None}}
    made = checked(session.post(f"{portal.url}{BASE}/revision/{permits}", json=body))
    links = made["links"]
    source = checked(session.post(
        portal.url + links["create_source"],
        json={"source_type": {"type": "upload", "filename": "x.csv"},
              "parse_options": {"parse_source": True}},
    ))  # fmt: skip
    data = b"\n" + as_csv(rows(7))  # with a blank line before the header, as an export has it
    checked(session.post(portal.url + source["links"]["bytes"], data=data,
                         headers={"Content-Type": "text/csv"}))  # fmt: skip
    found = wait(session, portal.url + source["links"]["show"], has_output)
    output = found["schemas"][0]["output_schemas"][-1]
    plan = checked(session.get(portal.url + links["plan"]))["resource"]
    applied = checked(session.put(portal.url + links["apply"],
                                  json={"output_schema_id": output["id"]}))  # fmt: skip
    task = wait(session, portal.url + applied["links"]["show"],
                lambda one: one["status"] in ("successful", "failure"))  # fmt: skip

    assert plan[0]["type"] == "prepare_draft_for_import"
    assert task["status"] == "successful"
    assert task["log"][0]["details"]["Rows Created"] == 7
    assert session.delete(portal.url + links["discard"]).status_code == 200
    assert len(client.rows(permits)) == 7


def test_a_new_dataset_is_typed_and_turned_back_to_text(portal, session, client):
    made = checked(
        session.post(f"{portal.url}{BASE}/revision", json={"metadata": {"name": "Plans"}})
    )
    upload = {"source_type": {"type": "upload", "filename": "p.csv"}}
    source = checked(session.post(portal.url + made["links"]["create_source"], json=upload))
    checked(session.post(portal.url + source["links"]["bytes"], data=b"zip,cost\n00388,1.50\n",
                         headers={"Content-Type": "text/csv"}))  # fmt: skip
    found = wait(session, portal.url + source["links"]["show"], has_output)
    schema = found["schemas"][0]
    typed = schema["output_schemas"][-1]["output_columns"]
    columns = [
        column | {"transform": {"transform_expr": f"to_text(`{column['field_name']}`)"}}
        if column["field_name"] == "zip" else column
        for column in typed
    ]  # fmt: skip
    path = source["links"]["show_input_schema"].replace("{input_schema_id}", str(schema["id"]))
    changed = checked(session.post(portal.url + path, json={"output_columns": columns}))
    output = wait(session, portal.url + changed["links"]["show"], lambda one: one["finished_at"])
    applied = checked(session.put(portal.url + made["links"]["apply"],
                                  json={"output_schema_id": output["id"]}))  # fmt: skip
    wait(session, portal.url + applied["links"]["show"], lambda one: one["status"] == "successful")

    assert typed[0]["transform"]["transform_expr"] == "to_number(`zip`)"
    assert client.rows(made["resource"]["fourfour"]) == [{"zip": "00388", "cost": "1.50"}]


def test_a_working_copy_is_filled_and_published(portal, session, client, permits):
    checked(session.post(f"{portal.url}/api/views/{permits}/publication.json"))
    copy = checked(
        session.post(f"{portal.url}/api/views/{permits}/publication.json?method=copySchema")
    )
    checked(session.put(f"{portal.url}/resource/{copy['id']}.json", json=rows(3)))
    pending = checked(session.get(f"{portal.url}/api/geocoding/{copy['id']}?method=pending"))
    published = checked(session.post(f"{portal.url}/api/views/{copy['id']}/publication.json"))

    assert pending == {"view": 0}
    assert published["id"] == permits
    assert len(client.rows(permits)) == 3
    checked(session.put(f"{portal.url}/api/views/{permits}?method=setPermission&value=public.read"))


def test_a_write_waits_until_readers_see_it(portal, session, permits):
    portal.settings.lag = 0.3
    try:
        checked(session.post(f"{portal.url}/resource/{permits}.json", json=rows(1)))
        url = f"{portal.url}/api/views/{permits}/replication.json"
        before = checked(session.get(url))["read_replication_up_to_date"]
        for _ in range(200):
            if checked(session.get(url))["read_replication_up_to_date"]:
                break
            time.sleep(0.02)
        after = checked(session.get(url))["read_replication_up_to_date"]
    finally:
        portal.settings.lag = 0.0

    assert (before, after) == (False, True)
