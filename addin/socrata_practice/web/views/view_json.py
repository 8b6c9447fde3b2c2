"""An asset as the JSON of /api/views (portal-api.md A.1, A.2)."""

from __future__ import annotations

import sqlite3
from typing import Any

from socrata_practice.accounts import Account
from socrata_practice.soql import column_summaries
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.web.access import Site, rights

Json = dict[str, Any]

_SUB_COLUMNS = {
    "url": ["url", "description"],
    "location": ["human_address", "latitude", "longitude", "machine_address", "needs_recoding"],
    "document": ["file_id", "content_type", "filename"],
    "phone": ["phone_number", "phone_type"],
}
#: A view on the third back end: older clients take newBackend false for the old back end.
_THIRD: Json = {"newBackend": False, "diciBackend": True}
_VIEW_TYPES = {"href": "href", "file": "blobby", "map": "geo"}
_DISPLAY_TYPES = {"dataset": "table", "filter": "table", "map": "map", "href": "href"}


def column_json(column: Column, contents: Json | None = None) -> Json:
    """Return the JSON of a column; `contents` is its cachedContents."""
    details = dict(column.details)
    found: Json = {
        "id": column.id,
        "name": column.name,
        "dataTypeName": column.data_type,
        "description": details.pop("description", None),
        "fieldName": column.field_name,
        "position": column.position,
        "renderTypeName": column.data_type,
        "tableColumnId": column.slot + 19_000_000,
        "width": details.pop("width", None),
        "cachedContents": contents,
        "format": details.pop("format", {}),
        "subColumnTypes": _SUB_COLUMNS.get(column.data_type),
    }
    return {key: value for key, value in (found | details).items() if value is not None}


def view_json(
    connection: sqlite3.Connection, site: Site, asset: Asset, account: Account | None
) -> Json:
    """Return the JSON of an asset for this caller."""
    summaries = column_summaries.summaries(connection, asset)
    owner = _person(site.account(asset.owner_id), asset.owner_id)
    found: Json = {
        "id": asset.id,
        "name": asset.name,
        **_kind(asset, site.settings.dialect != "classic"),
        **(_THIRD if site.settings.guess("back_end_flags") == "third" else {}),
        **_dates(asset),
        "tableId": asset.table_id,
        "oid": asset.table_id + 31_000_000,
        "resourceName": asset.resource_name,
        "rowIdentifierColumnId": asset.row_identifier,
        "columns": [column_json(column, summaries.get(column.id)) for column in asset.columns],
        "grants": _grants(asset),
        "metadata": _metadata(asset),
        "owner": owner,
        "query": {},
        "sortBys": [],
        "state": "normal",
        "rights": list(rights(account, asset)),
        "tableAuthor": owner,
        "flags": ["default", "ownerMayBeContacted", "restorable"],
        **_view_of(asset),
    }
    if site.settings.guess("view_permissions") == "present":
        found["permissions"] = {"scope": asset.scope}
    hidden = {"metadata"} if "update_view" in found["rights"] else {"metadata", "privateMetadata"}
    details = {key: value for key, value in asset.details.items() if key not in hidden}
    return {key: value for key, value in (found | details).items() if value is not None}


def _kind(asset: Asset, is_new: bool) -> Json:
    return {
        "assetType": asset.asset_type,
        "viewType": _VIEW_TYPES.get(asset.asset_type, "tabular"),
        "displayType": _DISPLAY_TYPES.get(asset.asset_type),
        "newBackend": is_new,
        "diciBackend": False,
        "locked": False,
        "provenance": "official",
        "hideFromCatalog": False,
        "hideFromDataJson": False,
        "averageRating": 0,
        "downloadCount": 0,
        "numberOfComments": 0,
        "totalTimesRated": 0,
        "viewCount": 0,
        "publicationStage": asset.stage,
        "publicationGroup": asset.table_id,
        "publicationAppendEnabled": False,
        "clientContext": {"clientContextVariables": [], "inheritedVariables": {}},
        "approvals": [],
    }


def _dates(asset: Asset) -> Json:
    """Return the dates of an asset, in epoch seconds."""
    return {
        "createdAt": asset.created_at,
        "publicationDate": asset.published_at,
        "viewLastModified": asset.modified_at,
        "indexUpdatedAt": asset.modified_at,
        "rowsUpdatedAt": asset.rows_updated_at,
        "rowsUpdatedBy": asset.rows_updated_by,
    }


def _grants(asset: Asset) -> list[Json] | None:
    if asset.scope != "public":
        return None
    return [{"inherited": False, "type": "viewer", "flags": ["public"]}]


def _metadata(asset: Asset) -> Json:
    shown = "map" if asset.asset_type == "map" else "table"
    found: Json = {
        "rdfSubject": "0",
        "availableDisplayTypes": [shown, "fatrow", "page"],
        "renderTypeConfig": {"visible": {shown: True}},
    } | asset.details.get("metadata", {})
    if asset.row_identifier is not None:
        found.setdefault("rowIdentifier", asset.row_identifier)
    return found


def _person(account: Account | None, user_id: str) -> Json:
    if account is None:
        return {"id": user_id, "displayName": user_id, "screenName": user_id}
    return {
        "id": account.user_id,
        "displayName": account.name,
        "screenName": account.name,
        "type": "interactive",
        "roleName": account.role_name,
        "rights": list(account.domain_rights),
        "flags": ["acceptedEula", "mayBeStoriesCoOwner"],
    }


def _view_of(asset: Asset) -> Json:
    """Return the keys that mark a view on another dataset."""
    if asset.base_id is None:
        return {}
    names = ", ".join(f"`{column.field_name}`" for column in asset.columns)
    where = f" WHERE {asset.filter}" if asset.filter else ""
    return {"modifyingViewUid": asset.base_id, "queryString": f"SELECT {names}{where}"}
