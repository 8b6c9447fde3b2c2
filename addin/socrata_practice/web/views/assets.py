"""/api/views: metadata, and creating, changing, publishing and deleting assets (A.1, A.6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.storage import asset_from_json, asset_store
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.replies import pretty
from socrata_practice.web.views.view_json import view_json

views = Blueprint("views", __name__)


def shown(asset_id: str, account: Account | None) -> Response:
    """Return the JSON of an asset as a reply."""
    asset = asset_store.find(access.connection(), asset_id)
    assert asset is not None  # noqa: S101
    return pretty(view_json(access.connection(), access.site(), asset, account))


def _stem(name: str) -> str:
    """Return the id or alias; raises Refusal for a suffix other than .json."""
    stem, dot, suffix = name.partition(".")
    if dot and suffix != "json":
        raise refusals.service(
            406, "schema-invalid-for-mime-type", f"Cannot answer as {suffix}", mime=suffix
        )
    return stem


@views.get("/api/views")
@views.get("/api/views.json")
def every() -> Response:
    """Return the assets that the caller may see, one page at a time."""
    account, connection = access.user(), access.connection()
    seen = [asset for asset in asset_store.every(connection) if access.may_read(account, asset)]
    size = min(request.args.get("limit", 200, int), 200)
    start = max(request.args.get("page", 1, int) - 1, 0) * max(size, 0)
    page = seen[start : start + max(size, 0)]
    return pretty([view_json(connection, access.site(), asset, account) for asset in page])


@views.post("/api/views")
@views.post("/api/views.json")
def create() -> Response:
    """Create an unpublished, private dataset."""
    account = access.signed_in()
    if "create_datasets" not in account.domain_rights:
        raise refusals.denied("create datasets")
    body = json_object()
    connection = access.connection()
    with transaction(connection):
        asset_id = asset_from_json.create(connection, body, account)
    return shown(asset_id, account)


@views.get("/api/views/<name>")
def show(name: str) -> Response:
    """Return an asset's metadata."""
    asset = access.viewed(_stem(name))
    return shown(asset.id, access.user())


@views.put("/api/views/<name>")
def change(name: str) -> Response:
    """Change metadata, or the asset's scope (`?method=setPermission`)."""
    method = request.args.get("method")
    if method == "setPermission":
        values = {"public.read": "public", "public": "public", "private": "private"}
        return _permitted(_stem(name), values.get(request.args.get("value", "")))
    if method is not None:
        raise refusals.invalid(f"Unknown method: {method}")
    asset, account = access.owned(_stem(name), "update_view")
    body = json_object()
    if request.args.get("validateOnly") == "true":
        asset_from_json.check_change(body)
        return shown(asset.id, account)
    with transaction(access.connection()):
        asset_from_json.change(access.connection(), asset, body)
    return shown(asset.id, account)


@views.delete("/api/views/<name>")
def remove(name: str) -> Response:
    """Delete an asset."""
    asset, _ = access.owned(_stem(name), "delete_view")
    with transaction(access.connection()):
        asset_store.delete(access.connection(), asset)
    return Response(status=200, content_type="application/json; charset=utf-8")


# --- permissions and replication -----------------------------------------------------------------


@views.get("/api/views/<name>/permissions")
def permissions(name: str) -> Response:
    """Return the asset's scope."""
    return pretty({"scope": access.viewed(name).scope})


@views.put("/api/views/<name>/permissions")
def permit(name: str) -> Response:
    """Change the asset's scope."""
    return _permitted(name, json_object().get("scope"))


def _permitted(name: str, scope: Any) -> Response:
    asset, _ = access.owned(name, "grant")
    if scope not in ("public", "site", "private"):
        raise refusals.invalid("The scope must be public, site or private")
    if scope == "site" and access.site().settings.guess("site_scope") == "refused":
        raise refusals.front(400, None, "Site scope not enabled")
    with transaction(access.connection()):
        asset_store.update(access.connection(), asset.id, scope=scope)
    return pretty({"scope": scope})


@views.get("/api/views/<name>/replication.json")
def replication(name: str) -> Response:
    """Return the versions of the data: written, and readable."""
    asset = access.viewed(name)
    form = access.site().settings.guess("replication")
    if form == "absent":
        raise refusals.no_service()
    secondaries = [{"name": "practice", "version": asset.readable_version}]
    body: dict[str, Any] = {
        "truth_data_version": asset.data_version,
        "secondary_versions": secondaries,
    }
    if form == "flag":
        body["read_replication_up_to_date"] = asset.readable_version == asset.data_version
    return pretty(body)
