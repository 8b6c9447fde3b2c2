"""/api/views/metadata/v1 and approvals guidance (portal-api.md A.5, evidence row 20).

Neither has been recorded. The vendor's OpenAPI files (apis/metadata.json, apis/approvals.yaml) name
the parameters, say that validateOnly answers with the changed metadata, errors and warnings, and
give the form of guidance; the sentences of what is wrong are our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.storage import asset_from_json, asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.replies import pretty
from socrata_practice.web.views.custom_fields import not_offered

metadata = Blueprint("metadata", __name__, url_prefix="/api/views")
Json = dict[str, Any]

#: Field of the metadata API -> key of a view.
_FIELDS = {
    "name": "name",
    "description": "description",
    "category": "category",
    "tags": "tags",
    "attribution": "attribution",
    "attributionLink": "attributionLink",
    "license": "licenseId",
}
_READ_ONLY = frozenset(
    {"id", "domain", "createdAt", "updatedAt", "dataUpdatedAt", "metadataUpdatedAt", "dataUri",
     "webUri", "provenance", "hideFromCatalog", "hideFromDataJson", "approvals"}
)  # fmt: skip


@metadata.get("/metadata/v1")
@metadata.get("/metadata/v1.json")
def every() -> Response:
    """Return the metadata of the assets that the caller may see, one page at a time."""
    account = access.user()
    seen = [one for one in asset_store.every(access.connection()) if access.may_read(account, one)]
    size = max(0, min(request.args.get("limit", 100, int), 1000))
    start = max(request.args.get("page", 1, int) - 1, 0) * size
    return pretty([_shown(one) for one in seen[start : start + size]])


@metadata.get("/metadata/v1/<name>")
def show(name: str) -> Response:
    """Return the metadata of one asset."""
    return pretty(_shown(access.viewed(name.removesuffix(".json"))))


@metadata.patch("/metadata/v1/<name>")
@metadata.put("/metadata/v1/<name>")
def change(name: str) -> Response:
    """Change metadata; `validateOnly` only checks, `strict` refuses unknown fields."""
    asset, _ = access.owned(name.removesuffix(".json"), "update_view")
    given = json_object()
    strict = request.args.get("strict") == "true"
    unknown = [key for key in given if key not in {*_FIELDS, *_READ_ONLY, "customFields"}]
    warnings = [f"Unknown field: {key}" for key in unknown]
    problems = list(warnings) if strict else []
    values = {view: given[field] for field, view in _FIELDS.items() if field in given}
    if "customFields" in given:
        values["metadata"] = {"custom_fields": given["customFields"]}
    connection = access.connection()
    errors = not_offered(given.get("customFields"))
    try:
        asset_from_json.check_change(values)
    except refusals.Refusal as refusal:
        errors.append(str(refusal.body["message"]))
    if request.args.get("validateOnly") == "true":
        changed = _shown(asset) | {k: v for k, v in given.items() if k in _FIELDS}
        return pretty(changed | {"errors": errors, "warnings": warnings})
    problems += errors
    if problems:
        raise refusals.front(400, "invalid_request", "; ".join(problems), {"errors": problems})
    with transaction(connection):
        asset_from_json.change(connection, asset, values)
    return pretty(_shown(access.viewed(asset.id)))


@metadata.get("/<name>/approvals")
def approvals(name: str) -> Response:
    """Return guidance: in which state a change to the asset would enter the approval queue."""
    if request.args.get("method") not in ("guidance_v2", "guidance"):
        raise refusals.invalid("Unknown method of approvals")
    asset = access.viewed(name)
    account = access.signed_in()
    settings = access.site().settings
    waits = account.role in settings.approval_accounts or asset.id in settings.approval_datasets
    option = {
        "workflowId": 1,
        "displayName": "Public data",
        "submissionUrl": f"/api/views/{asset.id}/approvals?method=startWorkflowSubmission",
        "expectedState": "pending" if waits else "approved",
    }
    submission = {"object": "revision", "outcome": "update_published_asset", "details": {}}
    publishing = {"queueOptions": [option], "submission": submission}
    guidance = {"currentState": "submittable", "toPublishAndChangeAudience": publishing}
    return pretty({"public": guidance, "internal": {"currentState": "unsubmittable"}})


def _iso(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _shown(asset: Asset) -> Json:
    details = asset.details
    return {
        "id": asset.id,
        "name": asset.name,
        "description": details.get("description"),
        "category": details.get("category"),
        "tags": details.get("tags", []),
        "attribution": details.get("attribution"),
        "attributionLink": details.get("attributionLink"),
        "license": details.get("licenseId"),
        "customFields": details.get("metadata", {}).get("custom_fields", {}),
        "domain": request.host,
        "createdAt": _iso(asset.created_at),
        "updatedAt": _iso(max(asset.modified_at, asset.rows_updated_at or 0)),
        "dataUpdatedAt": _iso(asset.rows_updated_at),
        "metadataUpdatedAt": _iso(asset.modified_at),
        "dataUri": f"{request.host_url}resource/{asset.id}",
        "webUri": f"{request.host_url}d/{asset.id}",
        "provenance": "OFFICIAL",
        "hideFromCatalog": False,
        "hideFromDataJson": False,
        "approvals": [],
    }
