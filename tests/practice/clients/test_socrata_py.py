"""The vendor's own socrata-py, unmodified, against the portal over TLS."""

from __future__ import annotations

import io
import time

import pytest
from socrata import Socrata
from socrata.authorization import Authorization
from socrata.http import UnexpectedResponseException
from socrata.resource import ResourceFailedException

from socrata_practice import PracticePortal

SIMPLE = "a,b,c\n1,Ünï,2024-01-02\n2,zwei,2024-02-03\nx,drei,2024-03-04\n".encode()
FAST = {"sleeptime": 0.02}


@pytest.fixture(scope="module")
def portal():
    with PracticePortal(tls=True) as running:
        yield running


@pytest.fixture(autouse=True)
def trusted(portal, monkeypatch):
    """requests, which socrata-py calls without a session, trusts the portal's authority."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(portal.ca))
    pause = time.sleep
    monkeypatch.setattr(time, "sleep", lambda _: pause(0.01))  # it polls once a second


@pytest.fixture
def vendor(portal):
    account = portal.account("publisher")
    domain = portal.url.removeprefix("https://")
    return Socrata(Authorization(domain, account.key_id, account.key_secret))


@pytest.fixture
def created(vendor, client):
    """A dataset made from SIMPLE: (revision, output schema, finished job)."""
    revision, output = vendor.create(name="cool", description="d").csv(
        io.BytesIO(SIMPLE), filename="simple.csv"
    )
    changed = (
        output.change_column_transform("a").to("to_number(`a`)")
        .change_column_transform("c").to("to_floating_timestamp(`c`)")
        .change_column_metadata("b", "display_name").to("The Bee")
        .run().wait_for_finish(**FAST)
    )  # fmt: skip
    job = revision.apply(output_schema=changed).wait_for_finish(**FAST)
    return revision, changed, job


def test_a_dataset_is_created_with_changed_transforms(client, created):
    revision, output, job = created

    assert job.attributes["status"] == "successful"
    assert output.any_errors()
    assert output.attributes["error_count"] == 1
    assert client.rows(revision.view_id()) == [
        {"a": "1", "b": "Ünï", "c": "2024-01-02T00:00:00.000"},
        {"a": "2", "b": "zwei", "c": "2024-02-03T00:00:00.000"},
    ]
    view = client.get(f"/api/views/{revision.view_id()}.json").json()
    assert [column["name"] for column in view["columns"]] == ["a", "The Bee", "c"]
    assert [one["status"] for one in revision.show().attributes["task_sets"]] == ["successful"]


def test_errors_are_seen_as_rows_and_as_csv(created):
    _, output, _ = created
    found = output.schema_errors()
    text = output.schema_errors_csv().text

    assert [row["b"] for row in found] == [{"ok": "drei"}]
    assert found[0]["a"]["error"]["type"] == "type_conversion_failed"
    assert "Unable to convert" in text
    assert len(output.rows()) == 3
    assert output.rows(offset=1, limit=1)[0]["b"] == {"ok": "zwei"}


def keyed(output):
    output = output.wait_for_finish(**FAST)
    assert output.validate_row_id("b") is True
    return output.set_row_id("b").wait_for_finish(**FAST)


@pytest.fixture
def dataset(vendor, created):
    """The dataset with b as its row identifier, in the vendor's view."""
    view = vendor.views.lookup(created[0].view_id())
    revision = view.revisions.create_replace_revision()
    source = revision.create_upload("x.csv").csv(SIMPLE.replace(b"x,", b"3,"))
    output = keyed(source.get_latest_input_schema().get_latest_output_schema())
    job = revision.apply(output_schema=output).wait_for_finish(**FAST)
    assert job.attributes["status"] == "successful"
    return view


def load(revision, data, filename="x.csv"):
    source = revision.create_upload(filename).csv(data)
    output = source.get_latest_input_schema().get_latest_output_schema()
    output = output.wait_for_finish(**FAST)
    return revision.apply(output_schema=output).wait_for_finish(**FAST)


def test_rows_are_replaced_updated_and_deleted(client, dataset):
    name = dataset.attributes["id"]
    updated = load(dataset.revisions.create_update_revision(), b"a,b\n9,zwei\n4,vier\n")
    assert updated.attributes["log"][0]["details"]["Rows Updated"] == 1
    assert {row["b"]: row["a"] for row in client.rows(name)} == {
        "Ünï": "1", "zwei": "9", "drei": "3", "vier": "4"
    }  # fmt: skip
    load(dataset.revisions.create_delete_revision(), "b\nÜnï\ndrei\n".encode())
    assert [row["b"] for row in client.rows(name)] == ["zwei", "vier"]
    load(dataset.revisions.create_replace_revision(), b"a,b\n5,five\n")
    assert client.rows(name) == [{"a": "5", "b": "five"}]


def test_metadata_is_changed(client, vendor, dataset):
    revision = dataset.revisions.create_update_revision(
        metadata={"name": "Renamed", "description": "better"}, permission="public"
    )
    revision.update({"metadata": {"tags": ["one"]}})
    revision.set_notes("why")
    assert revision.plan()[-1]["operation"] == "set_permission"
    assert revision.apply().wait_for_finish(**FAST).attributes["status"] == "successful"
    view = client.get(f"/api/views/{dataset.attributes['id']}.json").json()

    assert (view["name"], view["description"], view["tags"]) == ("Renamed", "better", ["one"])
    assert view["grants"]
    assert vendor.views.lookup(view["id"]).attributes["name"] == "Renamed"


def test_columns_are_added_dropped_and_sorted(client, vendor):
    revision, output = vendor.create(name="sorted").csv(io.BytesIO(SIMPLE), filename="s.csv")
    output = (
        output.add_column("twice", "Twice", "forgive(to_number(`a`)) * 2", "doubled")
        .drop_column("c")
        .set_sort_by().on("b", ascending=False).end_sort()
        .run().wait_for_finish(**FAST)
    )  # fmt: skip
    revision.apply(output_schema=output).wait_for_finish(**FAST)

    assert output.attributes["sort_bys"] == [{"field_name": "b", "ascending": False}]
    assert client.rows(revision.view_id())[1] == {"a": "2", "b": "zwei", "twice": "4"}


def test_parse_options_are_changed(vendor):
    revision = vendor.new({"name": "titled"})
    source = revision.create_upload("x.csv").csv(b"My title\na;b\n1;2\n")
    source = (
        source.change_parse_option("header_count").to(2)
        .change_parse_option("column_header").to(2)
        .change_parse_option("column_separator").to(";")
        .run()
    )  # fmt: skip
    output = source.get_latest_input_schema().get_latest_output_schema().wait_for_finish(**FAST)

    assert output.rows() == [{"a": {"ok": "1"}, "b": {"ok": "2"}}]


def test_a_large_file_goes_in_chunks(portal, vendor, client):
    portal.settings.chunk_size = 10_000
    data = b"n,text\n" + b"".join(b"%d,row number %d\n" % (n, n) for n in range(5000))
    try:
        revision, output = vendor.create(name="large").csv(io.BytesIO(data), filename="l.csv")
    finally:
        portal.settings.chunk_size = 4_194_304
    revision.apply(output_schema=output).wait_for_finish(**FAST)

    assert client.rows(revision.view_id(), select="count(*)") == [{"count": "5000"}]
    sent = [one for one in portal.requests_seen if "/chunk/" in one.path]
    assert len(sent) > 10


def test_a_source_made_alone_joins_a_revision(vendor, dataset):
    source = vendor.sources.create_upload("x.csv")
    revision = dataset.revisions.create_update_revision()
    joined = source.add_to_revision(revision)

    assert [one.attributes["id"] for one in revision.list_sources()] == [joined.attributes["id"]]
    assert vendor.sources.lookup(joined.attributes["id"]).attributes["filesize"] is None


def test_the_chosen_output_schema_is_found_again(dataset):
    revision = dataset.revisions.create_update_revision()
    source = revision.create_upload("x.csv").csv(b"a,b\n1,x\n")
    output = source.get_latest_input_schema().get_latest_output_schema().wait_for_finish(**FAST)
    revision.set_output_schema(output.attributes["id"])

    assert revision.get_output_schema().attributes["id"] == output.attributes["id"]
    assert revision.apply().wait_for_finish(**FAST).attributes["status"] == "successful"


def test_configs_are_built_used_changed_and_deleted(client, vendor, created, dataset):
    config = created[1].build_config("monthly", "update")
    assert [one["field_name"] for one in config.attributes["columns"]] == ["a", "b", "c"]
    file = io.BytesIO(b"a,b,c\n7,sieben,2024-07-07\n")
    file.name = "july.csv"
    _, job = vendor.using_config("monthly", dataset).csv(file)
    job.wait_for_finish(**FAST)
    assert client.rows(dataset.attributes["id"], where="b='sieben'")[0]["a"] == "7"
    config.update({"data_action": "replace"})
    assert vendor.configs.lookup("monthly").attributes["data_action"] == "replace"
    assert (
        config.create_revision(dataset.attributes["id"]).attributes["action"]["type"] == "replace"
    )
    config.delete()
    assert "monthly" not in [one.attributes["name"] for one in vendor.configs.list()]


def test_a_revision_is_discarded(dataset):
    revision = dataset.revisions.create_replace_revision()
    revision.discard()
    seq = revision.attributes["revision_seq"]

    assert dataset.revisions.lookup(seq).attributes["closed_at"]
    assert seq in [one.attributes["revision_seq"] for one in dataset.revisions.list()]


def test_what_waits_for_approval_is_known_as_such(portal, dataset):
    portal.settings.approval_accounts = ["publisher"]
    try:
        job = dataset.revisions.create_update_revision(metadata={"name": "Later"}).apply()
    finally:
        portal.settings.approval_accounts = []

    assert job.submitted_for_approval()
    assert job.attributes["status"] == "submitted_for_approval"
    assert job.is_complete()


def test_what_is_refused_reaches_the_vendor_in_words(vendor, dataset):
    revision = dataset.revisions.create_update_revision()
    source = revision.create_upload("x.csv").csv(b"a,b\n1,x\n")
    output = source.get_latest_input_schema().get_latest_output_schema()
    with pytest.raises(UnexpectedResponseException, match="No such function: nope"):
        output.change_column_transform("a").to("nope(`a`)").run()
    with pytest.raises(UnexpectedResponseException, match="There is no revision 99"):
        dataset.revisions.lookup(99)


def test_a_job_that_fails_is_a_failure_for_the_vendor(portal, dataset):
    portal.inject("task_fails", path="*/apply")
    with pytest.raises(ResourceFailedException, match="injected"):
        dataset.revisions.create_update_revision().apply().wait_for_finish(**FAST)


def test_a_chunk_struck_by_a_proxy_is_sent_again(portal, client, vendor):
    fault = portal.inject("status", path="*/chunk/*", status=503, count=2)
    revision = vendor.new({"name": "struck"})
    source = revision.create_upload("x.csv").csv(SIMPLE, backoff_seconds=0)
    output = source.get_latest_input_schema().get_latest_output_schema().wait_for_finish(**FAST)
    revision.apply(output_schema=output).wait_for_finish(**FAST)

    assert fault.fired == 2
    assert len(client.rows(revision.view_id())) == 3


def test_a_dataset_is_deleted(vendor, client, created):
    view = vendor.views.lookup(created[0].view_id())

    assert view.delete() == (True, {})
    assert client.get(f"/api/views/{view.attributes['id']}.json").status_code == 404
