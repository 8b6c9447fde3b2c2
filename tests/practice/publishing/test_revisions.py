"""Revisions: opening, changing, applying once, discarding, approving."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

CSV = b"no,note,units\nB,second,2\n"


def keys(client, dataset):
    return [row["no"] for row in client.rows(dataset, order="no")]


def values_of(found):
    """Every string in a nest of maps."""
    for value in found.values():
        if isinstance(value, dict):
            yield from values_of(value)
        else:
            yield value


# --- opening -------------------------------------------------------------------------------------


def test_a_revision_is_opened_with_all_its_fields_and_links(publishing, permits):
    body = {"action": {"type": "update", "permission": "public"}, "metadata": {"name": "New"}}
    made = publishing.call("POST", f"/revision/{permits}", 201, json=body)
    found, links = made["resource"], made["links"]

    assert (found["fourfour"], found["revision_seq"]) == (permits, 0)
    assert found["action"] == {"type": "update", "permission": "public"}
    assert found["metadata"] == {"name": "New"}
    assert (found["closed_at"], found["task_sets"], found["output_schema_id"]) == (None, [], None)
    assert found["created_by"]["display_name"] == "Practice Publisher"
    assert set(links) >= {"show", "update", "apply", "discard", "plan", "create_source",
                          "list_sources", "restore", "metadata"}  # fmt: skip
    assert all(re.match("/api/publishing/v1/", link) for link in links.values())
    assert publishing.show(found) == found


def test_links_hold_templates_for_what_is_not_known_yet(publishing, permits):
    source = publishing.source(publishing.open(permits))
    links = publishing.call("GET", f"/source/{source}")["links"]
    templates = set(re.findall(r"\{(\w+)\}", " ".join(values_of(links))))

    assert templates == {
        "seq_num", "byte_offset", "input_schema_id", "output_schema_id", "transform_id"
    }  # fmt: skip
    assert set(links["input_schema_links"]) == {
        "show", "transform", "latest_output", "row_errors", "output_schema_links"
    }  # fmt: skip


def test_revisions_are_numbered_and_listed(publishing, permits):
    first, second = publishing.open(permits), publishing.open(permits, "update")
    publishing.call("DELETE", publishing.path(first))
    listed = publishing.call("GET", f"/revision/{permits}")
    still_open = publishing.call("GET", f"/revision/{permits}?open=true")

    assert [one["resource"]["revision_seq"] for one in listed] == [0, 1]
    assert [one["resource"]["id"] for one in still_open] == [second["id"]]


def test_a_new_dataset_comes_with_its_first_revision(publishing, client):
    body = {"action": {"type": "update"}, "metadata": {"name": "Brand New", "description": "d"}}
    revision = publishing.call("POST", "/revision?deleted_at=2030-01-01T00:00:00", 201,
                               json=body)["resource"]  # fmt: skip
    view = client.get(f"/api/views/{revision['fourfour']}.json").json()

    assert (view["name"], view["publicationStage"], view["columns"]) == (
        "Brand New", "unpublished", []
    )  # fmt: skip
    refused = publishing.call("POST", "/revision?deleted_at=soon", 400, json=body)
    assert refused["key"] == "invalid_deleted_at"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"action": {"type": "explode"}}, "invalid_action"),
        ({"action": {"permission": "secret"}}, "invalid_permission"),
        ({"metadata": "x"}, "invalid_metadata"),
    ],
)
def test_a_revision_that_cannot_be_is_refused(publishing, permits, body, key):
    assert publishing.call("POST", f"/revision/{permits}", 400, json=body)["key"] == key


def test_rows_can_only_be_deleted_by_a_row_identifier(publishing, plain):
    body = {"action": {"type": "delete"}}
    refused = publishing.call("POST", f"/revision/{plain}", 400, json=body)
    assert refused["key"] == "no_primary_key"


@pytest.mark.parametrize("asset", ["view-2j7f", "mapp-9d4s", "link-3w6t"])
def test_only_datasets_take_revisions(publishing, asset):
    assert publishing.call("POST", f"/revision/{asset}", 400, json={})["key"] == "not_a_dataset"


@pytest.mark.parametrize(
    "path", ["/revision/none-none", "/revision/prmt-7x2d/99", "/source/999999", "/config/none",
             "/source/999999/schema/1", "/revision/prmt-7x2d/99/apply/1"]
)  # fmt: skip
def test_what_is_not_there_is_404(publishing, path):
    found = publishing.call("GET", path, 404)
    assert found["key"] == "not_found"
    assert found["message"].startswith("There is no")


# --- rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "action", "status"),
    [
        ("owner", "replace", 201),
        ("editor", "update", 201),
        ("editor", "replace", 403),
        ("editor", "delete", 403),
        ("viewer", "update", 403),
        (None, "update", 403),
    ],
)
def test_an_account_opens_what_it_may_apply(as_role, permits, role, action, status):
    body = {"action": {"type": action}}
    reply = as_role(role)("POST", f"/api/publishing/v1/revision/{permits}", json=body)
    assert reply.status_code == status, reply.text


def test_a_viewer_sees_no_revision_and_makes_no_dataset(as_role, publishing, permits):
    publishing.open(permits)
    viewer = as_role("viewer")

    assert viewer.get(f"/api/publishing/v1/revision/{permits}").status_code == 403
    assert viewer("POST", "/api/publishing/v1/revision", json={}).status_code == 403


def test_a_source_without_a_revision_is_its_makers_alone(as_role, publishing):
    made = publishing.call("POST", "/source", 201, json={"source_type": {"type": "upload"}})
    path = f"/api/publishing/v1/source/{made['resource']['id']}"

    assert as_role("editor").get(path).status_code == 404


# --- changing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_revision_is_changed(publishing, permits, method):
    revision = publishing.open(permits, metadata={"name": "A", "description": "kept"})
    body = {"metadata": {"name": "B"}, "notes": "why", "permissions": {"scope": "private"},
            "action": {"type": "update"}}  # fmt: skip
    changed = publishing.call(method, publishing.path(revision), 202, json=body)["resource"]

    assert changed["metadata"] == {"name": "B", "description": "kept"}
    assert changed["action"] == {"type": "update", "permission": "private"}
    assert changed["notes"] == "why"


def test_an_output_schema_of_another_revision_is_refused(publishing, permits):
    _, output = publishing.load(permits, CSV)
    other = publishing.open(permits)
    body = {"output_schema_id": output["id"]}

    for method, path in (
        ("PUT", publishing.path(other)),
        ("PUT", f"{publishing.path(other)}/apply"),
    ):
        assert publishing.call(method, path, 400, json=body)["key"] == "invalid_output_schema"


def test_the_plan_names_the_steps(publishing, permits):
    revision, _ = publishing.load(permits, CSV)
    publishing.call("PUT", publishing.path(revision), 202, json={"permissions": {"scope": "site"}})
    plan = publishing.call("GET", f"{publishing.path(revision)}/plan")["resource"]

    assert [step["operation"] for step in plan] == [
        "prepare_draft_for_import", "set_schema", "apply_metadata", "upsert_task",
        "set_display_type", "publish", "wait_for_replication", "set_permission",
    ]  # fmt: skip


def test_metadata_and_permission_are_applied_without_data(publishing, client, permits):
    revision = publishing.open(
        permits, "update", metadata={"name": "Renamed", "tags": ["x"], "category": "Food"}
    )
    publishing.call("PUT", publishing.path(revision), 202,
                    json={"permissions": {"scope": "public"}})  # fmt: skip
    done = publishing.apply(revision)
    view = client.get(f"/api/views/{permits}.json").json()

    assert done["status"] == "successful"
    assert (view["name"], view["tags"], view["category"]) == ("Renamed", ["x"], "Food")
    assert view["grants"][0]["flags"] == ["public"]
    assert view["publicationStage"] == "published"
    assert keys(client, permits) == ["A"]


def test_a_file_is_attached(publishing, permits):
    revision = publishing.open(permits)
    made = publishing.call("POST", f"{publishing.path(revision)}/attachment", 201, data=b"pdf",
                           headers={"X-File-Name": "rules.pdf"})  # fmt: skip

    assert made["filename"] == "rules.pdf"
    listed = [{"filename": "rules.pdf", "asset_id": made["file_id"], "name": "rules.pdf"}]
    assert publishing.show(revision)["attachments"] == listed


def test_files_are_attached_and_taken_away_by_a_revision(client, publishing, permits):
    revision = publishing.open(permits)
    path = publishing.path(revision)
    made = publishing.call("POST", f"{path}/attachment", 201, data=b"pdf",
                           headers={"X-File-Name": "rules.pdf"})  # fmt: skip
    publishing.apply(revision)
    kept = publishing.open(permits)
    there = client.get(f"/api/views/{permits}.json").json()["metadata"]["attachments"]
    file = client.get(f"/api/views/{permits}/files/{made['file_id']}").content
    wrong = client(
        "PUT", publishing.base + publishing.path(kept), json={"attachments": [{"filename": "x"}]}
    )
    publishing.call("PUT", publishing.path(kept), 202, json={"attachments": []})
    publishing.apply(kept)

    assert (there[0]["filename"], there[0]["assetId"]) == ("rules.pdf", made["file_id"])
    assert file == b"pdf"
    assert publishing.show(kept)["attachments"] == []
    assert wrong.status_code == 400
    assert client.get(f"/api/views/{permits}.json").json()["metadata"]["attachments"] == []


# --- closing -------------------------------------------------------------------------------------


def closed_refusals(publishing, revision):
    path = publishing.path(revision)
    for method, tail in (("PUT", "/apply"), ("PUT", ""), ("DELETE", "")):
        yield publishing.call(method, path + tail, 400, json={})["key"]
    body = {"source_type": {"type": "upload"}}
    yield publishing.call("POST", f"{path}/source", 400, json=body)["key"]


def test_an_applied_revision_is_closed_and_never_applied_twice(publishing, client, permits, guess):
    guess("applied_delete", "refused")
    revision, output = publishing.load(permits, CSV, "update")
    assert publishing.apply(revision, output)["status"] == "successful"
    client.upsert(permits, [{"no": "B", "note": "changed since"}])

    assert set(closed_refusals(publishing, revision)) == {"revision_closed"}
    assert client.rows(permits, where="no='B'")[0]["note"] == "changed since"
    assert publishing.show(revision)["closed_at"]
    assert len(publishing.show(revision)["task_sets"]) == 1


def test_a_discarded_revision_is_closed(publishing, client, permits):
    revision, _ = publishing.load(permits, CSV)
    publishing.call("DELETE", publishing.path(revision))

    assert set(closed_refusals(publishing, revision)) == {"revision_closed"}
    assert keys(client, permits) == ["A"]


def test_many_applications_at_once_apply_once(publishing, client, plain):
    revision, output = publishing.load(plain, b"word,size\nx,1\n", "update")
    path = f"/api/publishing/v1{publishing.path(revision)}/apply"
    body = {"output_schema_id": output["id"]}
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: client("PUT", path, json=body).status_code, range(6)))
    publishing.ended(revision, publishing.show(revision)["task_sets"][0]["id"])

    assert statuses.count(200) == 1
    assert set(statuses) - {200} <= {400, 409}
    assert len(client.rows(plain)) == 1


def test_nothing_can_be_restored(publishing, permits):
    revision = publishing.open(permits)
    assert (
        publishing.call("POST", f"{publishing.path(revision)}/restore", 404)["key"] == "not_found"
    )


# --- more than one revision ----------------------------------------------------------------------


def test_two_open_revisions_are_applied_one_after_the_other(publishing, client, permits):
    older, first = publishing.load(permits, b"no,note\nB,older\n", "update")
    newer, second = publishing.load(permits, b"no,note\nB,newer\nC,newer\n", "replace")

    assert publishing.apply(newer, second)["status"] == "successful"
    assert keys(client, permits) == ["B", "C"]
    assert publishing.apply(older, first)["status"] == "successful"
    assert client.rows(permits, where="no='B'")[0]["note"] == "older"
    assert keys(client, permits) == ["B", "C"]


def test_a_revision_on_an_older_base_fails_where_its_column_changed_type(
    publishing, client, permits
):
    older, output = publishing.load(permits, b"no,units\nB,7\n", "update")
    newer = publishing.open(permits, "replace")
    source = publishing.source(newer)
    publishing.send(source, b"no,units\nA,seven\n")
    changed = publishing.transform(source, [
        {"field_name": "no", "transform": {"transform_expr": "`no`"}},
        {"field_name": "units", "transform": {"transform_expr": "to_text(`units`)"}},
    ])  # fmt: skip
    assert publishing.apply(newer, changed)["status"] == "successful"
    failed = publishing.apply(older, output)

    assert failed["status"] == "failure"
    assert "units of" in failed["log"][0]["details"]["message"]
    assert client.rows(permits) == [{"no": "A", "units": "seven"}]
    assert publishing.show(older)["closed_at"] is None


# --- task sets that take their time --------------------------------------------------------------


def test_a_task_set_takes_its_time(publishing, portal, permits):
    portal.settings.task_seconds = 0.15
    try:
        revision, output = publishing.load(permits, CSV)
        path = f"{publishing.path(revision)}/apply"
        began = time.monotonic()
        begun = publishing.call("PUT", path, json={"output_schema_id": output["id"]})["resource"]
        seen = [begun["status"]]
        while seen[-1] not in ("successful", "failure"):
            status = publishing.task_set(revision, begun["id"])["status"]
            if status != seen[-1]:
                seen.append(status)
        refused = publishing.call("PUT", path, 400, json={})
    finally:
        portal.settings.task_seconds = 0
    steps = ["initializing", "creating_columns", "upserting", "finishing", "successful"]
    assert seen == [step for step in steps if step in seen]  # a busy machine may miss one
    assert (seen[0], seen[-1]) == (steps[0], steps[-1])
    assert time.monotonic() - began >= 3 * 0.15
    assert refused["key"] == "revision_closed"
    done = publishing.task_set(revision, begun["id"])
    assert [one["stage"] for one in done["log"]] == [
        "upsert_complete", "started"
    ]  # fmt: skip
    assert done["job_uuid"]
    assert len(done["request_id"]) == 32


def test_while_it_is_applied_a_revision_is_neither_applied_nor_discarded(
    publishing, portal, client, permits
):
    revision, output = publishing.load(permits, CSV)
    portal.inject("task_hangs", path="*/apply")
    body = {"output_schema_id": output["id"]}
    begun = publishing.call("PUT", f"{publishing.path(revision)}/apply", json=body)["resource"]
    again = publishing.call("PUT", f"{publishing.path(revision)}/apply", 409, json=body)
    discard = publishing.call("DELETE", publishing.path(revision), 409)
    portal.clear_faults()

    assert (again["key"], discard["key"]) == ("apply_in_progress", "apply_in_progress")
    assert again["params"]["task_set_id"] == begun["id"]
    assert publishing.ended(revision, begun["id"])["status"] == "successful"
    assert keys(client, permits) == ["B"]


# --- approval ------------------------------------------------------------------------------------


@pytest.fixture(params=["account", "dataset"])
def queue(request, portal, permits):
    """Revisions of publishers, or revisions of one dataset, wait for approval."""
    name, value = (
        ("approval_accounts", ["publisher"])
        if request.param == "account"
        else ("approval_datasets", [permits])
    )
    setattr(portal.settings, name, value)
    yield
    setattr(portal.settings, name, [])


@pytest.mark.usefixtures("queue")
def test_what_waits_for_approval_is_not_applied_until_it_is_approved(
    publishing, client, owner, permits
):
    revision, output = publishing.load(permits, CSV)
    body = {"output_schema_id": output["id"]}
    waits = publishing.call("PUT", f"{publishing.path(revision)}/apply", 202, json=body)

    assert waits["key"] == "approval_submitted"
    assert publishing.show(revision)["task_sets"] == []
    assert keys(client, permits) == ["A"]
    waiting = owner.get("/practice/approvals").json()
    assert [one["resource"]["id"] for one in waiting] == [revision["id"]]
    where = f"/practice/approvals/{permits}/{revision['revision_seq']}"
    approved = owner("POST", where, json={"decision": "approve"}).json()["resource"]
    assert publishing.ended(revision, approved["id"])["status"] == "successful"
    assert keys(client, permits) == ["B"]
    assert owner.get("/practice/approvals").json() == []


@pytest.mark.usefixtures("queue")
def test_what_is_rejected_can_be_discarded(publishing, client, owner, permits):
    revision, _ = publishing.load(permits, CSV)
    publishing.call("PUT", f"{publishing.path(revision)}/apply", 202, json={})
    where = f"/practice/approvals/{permits}/{revision['revision_seq']}"
    rejected = owner("POST", where, json={"decision": "reject"}).json()["resource"]

    assert rejected["approval"] == "rejected"
    assert owner("POST", where, json={"decision": "approve"}).status_code == 404
    assert client("POST", where, json={"decision": "approve"}).status_code == 403
    publishing.call("DELETE", publishing.path(revision))
    assert keys(client, permits) == ["A"]
