"""Metadata and creating assets over /api/views (portal-api.md A.1, A.2, A.3, A.6)."""

from __future__ import annotations

import json
import re

import pytest

PERMITS = "prmt-7x2d"
RIGHTS = {"read", "write", "add", "delete", "grant", "add_column", "remove_column", "update_column",
          "update_view", "delete_view"}  # fmt: skip


def with_columns(*columns):
    return {"name": "x", "columns": list(columns)}


def view(client, dataset):
    reply = client.get(f"/api/views/{dataset}.json")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_view_has_every_key_of_a_recorded_one(nobody, shared_fixtures):
    recorded = json.loads((shared_fixtures / "koop-socrata" / "crimes-views.json").read_text())
    shown = view(nobody, PERMITS)

    assert set(recorded) - set(shown) == set()
    for key in (
        "createdAt",
        "rowsUpdatedAt",
        "rowIdentifierColumnId",
        "viewType",
        "grants",
        "name",
    ):
        assert type(shown[key]) is type(recorded[key])
    keys = set(recorded["columns"][0])
    assert keys <= set(shown["columns"][0])


def test_a_filtered_view_has_the_keys_of_a_recorded_one(nobody, shared_fixtures):
    recorded = json.loads((shared_fixtures / "dagster-socrata" / "metadata.json").read_text())
    shown = view(nobody, "view-2j7f")

    assert set(recorded) - set(shown) == set()
    assert shown["assetType"] == recorded["assetType"] == "filter"
    assert shown["modifyingViewUid"] == PERMITS
    assert shown["queryString"].endswith("WHERE `permit_type` = 'Residential'")


def test_columns_come_in_positions_with_gaps(nobody):
    columns = view(nobody, PERMITS)["columns"]

    positions = [column["position"] for column in columns]
    assert positions == sorted(positions)
    assert positions != list(range(1, len(positions) + 1))
    assert [c["fieldName"] for c in columns if c["fieldName"].startswith(":")] == [
        ":@computed_region_k83t_ady5"
    ]
    assert columns[-1]["computationStrategy"]["source_columns"] == ["location"]


def test_format_hints_are_texts(nobody):
    columns = {column["fieldName"]: column for column in view(nobody, PERMITS)["columns"]}

    assert columns["declared_value"]["format"]["precisionStyle"] == "currency"
    assert columns["completion"]["format"]["percentScale"] == "100"
    assert columns["completion"]["format"]["noCommas"] == "true"
    assert columns["website"]["subColumnTypes"] == ["url", "description"]


def test_contents_are_summed_up_in_texts_and_follow_the_rows(client, permits):
    client.upsert(permits, [{"no": "B", "units": "2.5"}])
    columns = {column["fieldName"]: column for column in view(client, permits)["columns"]}

    contents = columns["units"]["cachedContents"]
    assert {key: contents[key] for key in ("non_null", "null", "smallest", "largest", "sum")} == {
        "non_null": "2", "null": "0", "smallest": "1", "largest": "2.5", "sum": "3.5",
    }  # fmt: skip
    assert columns["note"]["cachedContents"]["null"] == "1"


@pytest.mark.parametrize(
    ("dataset", "form"),
    [
        (PERMITS, r'"5\d+"'),
        ("type-4c9k", '"record_id"'),
        ("rqst-5m8p", r"5\d+"),
        ("tree-6h3n", '"0"'),
    ],
)
def test_metadata_repeats_the_row_identifier_in_all_the_ways_seen(nobody, dataset, form):
    shown = view(nobody, dataset)

    assert re.fullmatch(form, json.dumps(shown["metadata"]["rowIdentifier"]))
    assert ("rowIdentifierColumnId" in shown) == (dataset != "tree-6h3n")


@pytest.mark.parametrize(
    ("dataset", "asset_type", "view_type"),
    [("mapp-9d4s", "map", "geo"), ("link-3w6t", "href", "href"), ("file-8v5r", "file", "blobby")],
)
def test_other_assets_say_what_they_are(nobody, dataset, asset_type, view_type):
    shown = view(nobody, dataset)

    assert (shown["assetType"], shown["viewType"]) == (asset_type, view_type)
    assert asset_type != "file" or shown["blobFilename"] == "zoning.pdf"


@pytest.mark.parametrize("path", ["view-2j7f", "mapp-9d4s", "link-3w6t", "file-8v5r"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_no_dataset_cannot_be_written(client, path, method):
    reply = client(method, f"/resource/{path}", json=[{"permit_no": "x"}])

    assert reply.status_code == 400
    assert reply.json()["message"].startswith("Cannot write rows of a ")


def test_the_alias_names_the_view(nobody):
    assert view(nobody, "building-permits")["id"] == PERMITS
    assert view(nobody, PERMITS)["resourceName"] == "building-permits"


@pytest.mark.parametrize(
    ("path", "fixture"),
    [
        ("/api/views/missing.json", "koop-socrata/missing-views.json"),
        ("/resource/missing.json", "koop-socrata/missing-count.json"),
        ("/nowhere/missing", "koop-socrata/missing-first.json"),
    ],
)
def test_what_is_missing_is_said_in_the_recorded_words(
    nobody, shared_fixtures, guess, path, fixture
):
    guess("unknown_dataset", "2015 sentence")
    reply = nobody.get(path)

    assert reply.status_code == 404
    assert reply.json() == json.loads((shared_fixtures / fixture).read_text())
    assert reply.text == (shared_fixtures / fixture).read_text()


def test_every_reply_carries_a_request_id(nobody):
    assert re.fullmatch("[0-9a-f]{32}", nobody.get("/nope").headers["X-Socrata-RequestId"])
    given = {"X-Socrata-RequestId": "a" * 32}
    assert nobody.get("/nope", headers=given).headers["X-Socrata-RequestId"] == "a" * 32


def test_a_method_that_is_not_allowed(client):
    reply = client("PATCH", f"/resource/{PERMITS}")

    assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")


def test_a_view_is_json_only(nobody):
    reply = nobody.get(f"/api/views/{PERMITS}.xml")

    assert (reply.status_code, reply.json()["errorCode"]) == (406, "schema-invalid-for-mime-type")


# --- making and changing -------------------------------------------------------------------------


def test_what_is_made_has_the_keys_of_a_recorded_reply(client, shared_fixtures):
    recorded = json.loads((shared_fixtures / "sodapy" / "create_foobar.txt").read_text())
    columns = [{"name": "Foo", "fieldName": "foo", "dataTypeName": "text"},
               {"name": "Bar", "fieldName": "bar", "dataTypeName": "number"}]  # fmt: skip
    body = {"name": "Foo Bar", "description": "test dataset", "columns": columns,
            "metadata": {"rowIdentifier": "bar"}}  # fmt: skip
    made = client("POST", "/api/views.json", json=body).json()

    # rows of a new dataset have not been updated yet
    assert set(recorded) - set(made) <= {"rowsUpdatedAt", "rowsUpdatedBy"}
    for given, expected in zip(made["columns"], recorded["columns"], strict=True):
        assert set(expected) <= set(given)
        assert {key: given[key] for key in ("name", "fieldName", "position", "dataTypeName")} == {
            key: expected[key] for key in ("name", "fieldName", "position", "dataTypeName")
        }
    assert made["metadata"]["rowIdentifier"] == made["rowIdentifierColumnId"]
    assert made["rowIdentifierColumnId"] == made["columns"][1]["id"]
    assert made["publicationStage"] == "unpublished"
    assert set(made["rights"]) == RIGHTS


def test_a_dataset_is_published_and_made_public(client, nobody, permits):
    assert nobody.get(f"/api/views/{permits}").status_code == 403
    published = client("POST", f"/api/views/{permits}/publication.json")
    assert published.json()["publicationStage"] == "published"
    assert nobody.get(f"/api/views/{permits}").status_code == 403

    changed = client("PUT", f"/api/views/{permits}/permissions", json={"scope": "public"})
    assert changed.json() == {"scope": "public"}
    assert nobody.get(f"/api/views/{permits}/permissions").json() == {"scope": "public"}
    assert view(nobody, permits)["grants"][0]["flags"] == ["public"]

    client("PUT", f"/api/views/{permits}?method=setPermission&value=private")
    assert nobody.get(f"/api/views/{permits}").status_code == 403
    assert client("POST", f"/api/views/{permits}/publication.json").status_code == 400


def test_columns_are_added_and_removed_and_leave_a_gap(client, permits):
    made = client("POST", f"/api/views/{permits}/columns.json",
                  json={"name": "Zip & Code", "dataTypeName": "text"}).json()  # fmt: skip
    assert (made["fieldName"], made["position"]) == ("zip_code", 4)
    units = view(client, permits)["columns"][2]["id"]

    assert client("DELETE", f"/api/views/{permits}/columns/{units}.json").status_code == 200
    assert [column["position"] for column in view(client, permits)["columns"]] == [1, 2, 4]
    assert client.upsert(permits, [{"no": "A", "zip_code": "06101"}]).json()["Rows Updated"] == 1
    assert client.rows(permits) == [{"no": "A", "note": "first", "zip_code": "06101"}]


def test_the_row_identifier_cannot_be_removed(client, permits):
    column = view(client, permits)["rowIdentifierColumnId"]
    reply = client("DELETE", f"/api/views/{permits}/columns/{column}")

    assert reply.json()["errorCode"] == "soda.column.cannot-delete-row-identifier"


def test_metadata_is_changed_key_by_key(client, permits):
    change = {"name": "New name", "tags": ["a"], "resourceName": "new-alias", "unknown": 1}
    shown = client("PUT", f"/api/views/{permits}.json", json=change).json()

    assert (shown["name"], shown["tags"]) == ("New name", ["a"])
    assert "unknown" not in shown
    assert view(client, "new-alias")["id"] == permits
    taken = client("PUT", f"/api/views/{permits}.json", json={"resourceName": "building-permits"})
    assert taken.status_code == 400


def test_a_row_identifier_is_set_later_where_values_are_unique(client, plain):
    client.upsert(plain, [{"word": "x", "size": 1}, {"word": "y", "size": 1}])
    columns = {column["fieldName"]: column["id"] for column in view(client, plain)["columns"]}

    def choose(field):
        change = {"metadata": {"rowIdentifier": columns[field]}}
        return client("PUT", f"/api/views/{plain}.json", json=change)

    assert choose("size").json()["errorCode"] == "soda.column.not-unique"
    assert choose("word").json()["rowIdentifierColumnId"] == columns["word"]
    assert client.upsert(plain, [{"word": "y", "size": 2}]).json()["Rows Updated"] == 1


def test_a_row_identifier_needs_a_value_in_every_row(client, plain):
    client.upsert(plain, [{"size": 1}])
    reply = client("PUT", f"/api/views/{plain}", json={"metadata": {"rowIdentifier": "word"}})

    assert reply.json()["errorCode"] == "soda.row.primary-key-nonexistent-or-null"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "A name is required"),
        (with_columns({"name": "a", "dataTypeName": "color"}), "Unknown data type: color"),
        (with_columns({"name": "a", "fieldName": "a b"}), "Invalid field name: a b"),
        (with_columns({"name": "a", "fieldName": ":id"}), "Invalid field name: :id"),
        (with_columns(*[{"name": "a", "fieldName": "a"}] * 2), "Field name is already taken: a"),
        ({"name": "x", "columns": "a"}, "'columns' must be a list of objects"),
        ({"name": "x", "tags": "a"}, "'tags' is not of the right type"),
        ({"name": "x", "metadata": {"rowIdentifier": "a"}}, "Invalid row identifier: a"),
        ([], "The body must be a JSON object"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_and_leaves_nothing(client, portal, body, message):
    before = len(portal.datasets)
    reply = client("POST", "/api/views.json", json=body)

    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert len(portal.datasets) == before


def test_a_body_that_is_no_json_says_deserialization(client):
    reply = client("POST", "/api/views", data="{", headers={"Content-Type": "application/json"})

    assert (reply.status_code, reply.json()["code"]) == (400, "deserialization")


def test_what_is_deleted_is_gone(client, permits):
    assert client("DELETE", f"/api/views/{permits}").status_code == 200
    assert client.get(f"/resource/{permits}").status_code == 404
    assert client.get(f"/api/views/{permits}").status_code == 404


def test_replication_says_a_write_can_be_read(client, permits):
    before = client.get(f"/api/views/{permits}/replication.json").json()["truth_data_version"]
    client.upsert(permits, [{"no": "B"}])
    after = client.get(f"/api/views/{permits}/replication.json").json()

    assert after["truth_data_version"] == before + 1
    assert [one["version"] for one in after["secondary_versions"]] == [before + 1]


def test_the_list_of_views_is_paged(client):
    first = client.get("/api/views.json?limit=3&page=1").json()
    second = client.get("/api/views.json?limit=3&page=2").json()

    assert len(first) == 3
    assert not {one["id"] for one in first} & {one["id"] for one in second}


def test_the_version_is_told(nobody):
    assert nobody.get("/api/version.json").json()["facility"] == "practice"
