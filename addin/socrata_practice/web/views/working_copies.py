"""Working copies and publishing, as by older clients (portal-api.md A.6); the archive."""

from __future__ import annotations

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.storage import archived_row_versions, asset_store, working_copy
from socrata_practice.storage.database import now_seconds, transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.replies import pretty
from socrata_practice.web.views.assets import shown

working_copies = Blueprint("working_copies", __name__)


@working_copies.post("/api/views/<name>/publication")
@working_copies.post("/api/views/<name>/publication.json")
def publish(name: str) -> Response:
    """Publish an unpublished dataset, or make a working copy (`method=copy`, `copySchema`)."""
    asset, account = access.owned(name, "update_view")
    method = request.args.get("method")
    connection = access.connection()
    if method in ("copy", "copySchema"):
        if asset.stage != "published" or not asset.is_dataset:
            raise refusals.invalid("Only a published dataset can be copied")
        with transaction(connection):
            made = working_copy.copy(connection, asset, account.user_id, with_rows=method == "copy")
        return shown(made, account)
    if method:
        raise refusals.invalid(f"Unknown method: {method}")
    if asset.stage == "published":
        raise refusals.invalid(f"View {asset.id} is already published")
    with transaction(connection):
        original = working_copy.original_of(connection, asset)
        if original is not None:
            working_copy.publish(connection, asset, original)
            return shown(original.id, account)
        asset_store.update(connection, asset.id, stage="published", published_at=now_seconds())
    return shown(asset.id, account)


@working_copies.get("/api/geocoding/<name>")
def pending_geocodes(name: str) -> Response:
    """Return the number of pending geocodes: nothing is geocoded behind a write here."""
    if request.args.get("method") != "pending":
        raise refusals.invalid("Unknown method of geocoding")
    access.viewed(name.removesuffix(".json"))
    return pretty({"view": 0})


@working_copies.get("/api/archival")
@working_copies.get("/api/archival.json")
def archived() -> Response:
    """Return the archived versions of a dataset (`id`)."""
    asset, _ = access.owned(request.args.get("id", ""), "write")
    return pretty(archived_row_versions.versions(access.connection(), asset))


@working_copies.post("/api/archival")
@working_copies.post("/api/archival.json")
def restore() -> Response:
    """Restore an archived version: `{"id": ..., "version": ...}`."""
    body = json_object()
    asset, account = access.owned(str(body.get("id")), "write", "add", "delete")
    version = body.get("version")
    connection = access.connection()
    with transaction(connection):
        if not isinstance(version, int) or not archived_row_versions.restore(
            connection, asset, version
        ):
            raise refusals.front(404, "not_found", f"There is no archived version {version}")
        asset_store.touch_rows(connection, asset, account.user_id)
    return shown(asset.id, account)
