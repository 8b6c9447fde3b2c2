"""Revisions: opening, changing, applying and discarding them."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.publishing import attachments, task_sets
from socrata_practice.publishing.stored_records import (
    Config,
    InputSchema,
    OutputSchema,
    Revision,
    Source,
    TaskSet,
    find,
    get,
    insert,
    several,
    update,
)
from socrata_practice.storage import archived_row_versions, asset_store
from socrata_practice.storage.asset import Draft
from socrata_practice.storage.database import now_text, transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.resource_links import BASE
from socrata_practice.web.publishing.revision_values import values_from
from socrata_practice.web.replies import pretty
from socrata_practice.web.request_file import incoming_file

revisions = Blueprint("revisions", __name__, url_prefix=f"{BASE}/revision")
Json = dict[str, Any]


# --- opening -------------------------------------------------------------------------------------


@revisions.post("")
def create_dataset() -> Response:
    """Create a dataset and its first revision."""
    account = access.signed_in()
    if "create_datasets" not in account.domain_rights:
        raise refusals.publishing(
            403, "permission_denied", "You do not have appropriate access to create datasets"
        )
    _check_deadline()
    body = json_object(empty=True)
    values = values_from(body)
    name = values.get("metadata", {}).get("name") or "Untitled Dataset"
    connection = access.connection()
    with transaction(connection):
        asset_id = asset_store.create(connection, Draft(str(name), account.user_id))
        made = _insert(connection, asset_id, account, {"action": "update"} | values)
    return pretty(resource_json.revision(connection, made), 201)


def _check_deadline() -> None:
    """Check `deleted_at`; a real portal may delete the dataset afterwards, this portal does not."""
    given = request.args.get("deleted_at")
    if given is None:
        return
    try:
        datetime.fromisoformat(given)
    except ValueError as error:
        raise refusals.publishing(
            400, "invalid_deleted_at", f"deleted_at is not an ISO 8601 time: {given}"
        ) from error


@revisions.post("/<fourfour>")
def create(fourfour: str) -> Response:
    """Open a revision on a dataset, from the body or a config."""
    body = json_object(empty=True)
    if body.get("config") is not None:
        return open_by_config(fourfour, str(body["config"]))
    values = values_from(body)
    return _open(fourfour, {"action": "update"} | values)


def open_by_config(fourfour: str, name: str) -> Response:
    """Open a revision that loads files by a config."""
    access.signed_in()
    config = find(access.connection(), Config, name=name)
    if config is None:
        raise record_lookup.missing(f"config {name}")
    return _open(fourfour, {"action": config.body["data_action"], "config": name})


def _open(fourfour: str, values: Json) -> Response:
    asset, account = record_lookup.for_action(fourfour, values["action"])
    if not asset.is_dataset:
        raise refusals.publishing(
            400, "not_a_dataset", f"Cannot open a revision on a {asset.asset_type}: {asset.id}"
        )
    if values["action"] == "delete" and asset.row_identifier is None:
        raise refusals.publishing(
            400, "no_primary_key", f"Dataset {asset.id} has no row identifier to delete rows by"
        )
    connection = access.connection()
    with transaction(connection):
        made = _insert(connection, asset.id, account, values)
    return pretty(resource_json.revision(connection, made), 201)


def _insert(
    connection: sqlite3.Connection, fourfour: str, account: Account, values: Json
) -> Revision:
    last = connection.execute(
        "SELECT coalesce(max(revision_seq), -1) FROM revisions WHERE fourfour = ?", (fourfour,)
    ).fetchone()[0]
    asset = asset_store.find(connection, fourfour)
    attached = attachments.of_asset(asset) if asset is not None else []
    empty: Json = {"metadata": {}, "attachments": attached}
    number = insert(
        connection,
        Revision,
        fourfour=fourfour,
        revision_seq=last + 1,
        created_at=now_text(),
        created_by=account.user_id,
        **(empty | values),
    )
    return get(connection, Revision, id=number)


# --- one revision --------------------------------------------------------------------------------


@revisions.get("/<fourfour>")
def every(fourfour: str) -> Response:
    """Return a dataset's revisions; with `?open=true` only open revisions."""
    asset, _ = record_lookup.dataset(fourfour)
    connection = access.connection()
    found = several(connection, Revision, "revision_seq", fourfour=asset.id)
    if request.args.get("open") == "true":
        found = [one for one in found if one.closed_at is None]
    return pretty([resource_json.revision(connection, one) for one in found])


@revisions.get("/<fourfour>/<int:seq>")
def show(fourfour: str, seq: int) -> Response:
    """Return one revision."""
    return pretty(
        resource_json.revision(access.connection(), record_lookup.revision(fourfour, seq))
    )


@revisions.put("/<fourfour>/<int:seq>")
@revisions.patch("/<fourfour>/<int:seq>")
def change(fourfour: str, seq: int) -> Response:
    """Change an open revision."""
    body = json_object(empty=True)
    found = record_lookup.open_revision(fourfour, seq)
    values = values_from(body)
    if "metadata" in values:
        values["metadata"] = found.metadata | values["metadata"]
    if "action" in values:
        record_lookup.for_action(fourfour, values["action"])
    if body.get("output_schema_id") is not None:
        values["output_schema_id"] = own_output(found, body["output_schema_id"]).id
    if body.get("blob_id") is not None:
        values["blob_id"] = _own_blob(found, body["blob_id"])
    connection = access.connection()
    if values:
        with transaction(connection):
            update(connection, found, **values)
    return pretty(resource_json.revision(connection, record_lookup.revision(fourfour, seq)), 202)


def own_output(revision: Revision, number: Any) -> OutputSchema:
    """Return an output schema of one of the revision's sources."""
    connection = access.connection()
    output = find(connection, OutputSchema, id=number) if isinstance(number, int) else None
    if output is not None:
        schema = get(connection, InputSchema, id=output.input_schema_id)
        if get(connection, Source, id=schema.source_id).revision_id == revision.id:
            return output
    raise refusals.publishing(
        400, "invalid_output_schema", f"Revision {revision.revision_seq} has no output schema"
        f" {number}"
    )  # fmt: skip


def _own_blob(revision: Revision, number: Any) -> int:
    found = find(access.connection(), Source, id=number) if isinstance(number, int) else None
    if found is None or found.revision_id != revision.id:
        raise refusals.publishing(400, "invalid_blob", f"There is no blob {number}")
    return found.id


@revisions.delete("/<fourfour>/<int:seq>")
def discard(fourfour: str, seq: int) -> Response:
    """Close a revision without applying its changes."""
    found = record_lookup.revision(fourfour, seq)
    # Clients also discard applied revisions, which succeeds.
    if found.applied_by is None or access.site().settings.guess("applied_delete") != "succeeds":
        found = record_lookup.open_revision(fourfour, seq)
    connection = access.connection()
    with transaction(connection):
        no_task_runs(connection, found)
        if found.closed_at is None:
            update(connection, found, closed_at=now_text())
    return pretty(resource_json.revision(connection, record_lookup.revision(fourfour, seq)))


@revisions.get("/<fourfour>/changes")
def changes(fourfour: str) -> Response:
    """Return the changes that applied revisions made."""
    asset, _ = record_lookup.dataset(fourfour)
    connection = access.connection()
    found = several(connection, Revision, "revision_seq", fourfour=asset.id)
    return pretty([_change(one) for one in found if one.applied_by is not None])


@revisions.get("/<fourfour>/<int:seq>/changes")
def changes_of(fourfour: str, seq: int) -> Response:
    """Return the changes in a revision."""
    return pretty(_change(record_lookup.revision(fourfour, seq)))


def _change(found: Revision) -> Json:
    return {
        "revision_seq": found.revision_seq,
        "action": {"type": found.action, "permission": found.permission},
        "metadata": found.metadata,
        "output_schema_id": found.output_schema_id,
        "closed_at": found.closed_at,
        "created_by": found.created_by,
    }


@revisions.post("/<fourfour>/<int:seq>/restore")
def restore(fourfour: str, seq: int) -> Response:
    """Restore the rows from before a revision, if they were archived."""
    found = record_lookup.revision(fourfour, seq)
    asset, account = record_lookup.for_action(fourfour, "replace")
    connection = access.connection()
    with transaction(connection):
        version = found.version_before
        if version is None or not archived_row_versions.restore(connection, asset, version):
            raise record_lookup.missing(f"archive of dataset {fourfour}")
        asset_store.touch_rows(connection, asset, account.user_id)
    return pretty(resource_json.revision(connection, found), 201)


@revisions.post("/<fourfour>/<int:seq>/attachment")
def attach(fourfour: str, seq: int) -> Response:
    """Store a file with the revision."""
    found = record_lookup.open_revision(fourfour, seq)
    stream, name, _ = incoming_file()
    made = {"filename": name, "file_id": secrets.token_hex(16)}
    path = record_lookup.context().folder / f"file-{made['file_id']}"
    with path.open("wb") as kept:
        while piece := stream.read(1 << 20):
            kept.write(piece)
    connection = access.connection()
    with transaction(connection):
        listed = {"filename": name, "asset_id": made["file_id"], "name": name}
        update(connection, found, attachments=[*found.attachments, listed])
    return pretty(made, 201)


def no_task_runs(connection: sqlite3.Connection, revision: Revision) -> None:
    """Raise Refusal if the revision is being applied."""
    running = [
        one.id
        for one in several(connection, TaskSet, revision_id=revision.id)
        if one.status in task_sets.RUNNING
    ]
    if running:
        raise refusals.publishing(
            409, "apply_in_progress", f"Revision {revision.revision_seq} is being applied",
            task_set_id=running[0],
        )  # fmt: skip
