"""/api/catalog/v1 and /api/users/current.json: finding datasets, and who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.web import access
from socrata_practice.web.replies import pretty

catalog = Blueprint("catalog", __name__)

Json = dict[str, Any]
DEFAULT_RESULTS = 10
_MOST_RESULTS = 10_000
_TYPE_NAMES = {"calendar_date": "Calendar date", "drop_down_list": "Drop down list", "url": "URL"}
_ORDERS = {"name", "createdAt", "updatedAt"}


@catalog.get("/api/catalog/v1")
def search() -> Response:
    """Return the assets the caller may see that fit the search."""
    account = access.user()
    found = [asset for asset in asset_store.every(access.connection()) if _fits(asset, account)]
    start, size = _number("offset", 0), _number("limit", DEFAULT_RESULTS)
    results = [_result(asset) for asset in _ordered(found)[start : start + size]]
    return pretty(
        {
            "results": results,
            "resultSetSize": min(len(found), _MOST_RESULTS),
            "timings": {"serviceMillis": 1, "searchMillis": [1]},
            "warnings": [],
        }
    )


def _number(name: str, default: int) -> int:
    given = request.args.get(name, str(default))
    if not given.isascii() or not given.isdigit() or int(given[:9]) > _MOST_RESULTS:
        raise refusals.front(400, "invalid_request", f"'{name}' must be from 0 to {_MOST_RESULTS}")
    return int(given)


def _listed(name: str) -> set[str]:
    """Return the values of a parameter that may be repeated or hold a list."""
    given = (part for value in request.args.getlist(name) for part in value.split(","))
    return {part.strip().lower() for part in given if part.strip()}


def _fits(asset: Asset, account: Account | None) -> bool:
    chosen = {
        "ids": {asset.id},
        "only": {asset.asset_type, f"{asset.asset_type}s"},
        "domains": {request.host.lower()},
        "names": {asset.name.lower()},
        "categories": {str(asset.details.get("category", "")).lower()},
        "tags": {str(tag).lower() for tag in asset.details.get("tags", [])},
    }
    wanted = {name: _listed(name) for name in chosen}
    fits = all(not wanted[name] or wanted[name] & own for name, own in chosen.items())
    return fits and access.may_read(account, asset) and _mentions(asset)


def _mentions(asset: Asset) -> bool:
    """Return True if every word of `q` occurs in the asset's description."""
    about = [asset.id, asset.name, str(asset.details.get("description", ""))]
    about += [str(tag) for tag in asset.details.get("tags", [])]
    about += [column.name for column in asset.columns]
    text = "\n".join(about).lower()
    return all(word in text for word in request.args.get("q", "").lower().split())


def _ordered(found: list[Asset]) -> list[Asset]:
    name, _, direction = request.args.get("order", "name").partition(" ")
    if name not in _ORDERS:
        return found
    keys = {
        "name": lambda asset: asset.name.lower(),
        "createdAt": lambda asset: asset.created_at,
        "updatedAt": lambda asset: asset.modified_at,
    }
    return sorted(found, key=keys[name], reverse=direction.upper() == "DESC")


def _iso(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _type_name(data_type: str) -> str:
    return _TYPE_NAMES.get(data_type, data_type.capitalize().replace("_", " "))


def _result(asset: Asset) -> Json:
    owner = access.site().account(asset.owner_id)
    person = {
        "id": asset.owner_id,
        "user_type": "interactive",
        "display_name": owner.name if owner else asset.owner_id,
    }
    return {
        "resource": _resource(asset),
        "classification": {
            "categories": [],
            "tags": [],
            "domain_category": asset.details.get("category"),
            "domain_tags": asset.details.get("tags", []),
            "domain_metadata": [],
        },
        "metadata": {"domain": request.host, "license": asset.details.get("licenseId")},
        "permalink": f"{request.host_url}d/{asset.id}",
        "link": f"{request.host_url}d/{asset.id}",
        "owner": person,
        "creator": person,
    }


def _resource(asset: Asset) -> Json:
    """Return a catalog entry; its column arrays are parallel and include computed columns."""
    columns = asset.columns
    return {
        "name": asset.name,
        "id": asset.id,
        "resource_name": asset.resource_name,
        "parent_fxf": [asset.base_id] if asset.base_id else [],
        "description": asset.details.get("description", ""),
        "attribution": asset.details.get("attribution"),
        "attribution_link": asset.details.get("attributionLink"),
        "type": asset.asset_type,
        "updatedAt": _iso(max(asset.modified_at, asset.rows_updated_at or 0)),
        "createdAt": _iso(asset.created_at),
        "metadata_updated_at": _iso(asset.modified_at),
        "data_updated_at": _iso(asset.rows_updated_at),
        "publication_date": _iso(asset.published_at),
        "columns_name": [column.name for column in columns],
        "columns_field_name": [column.field_name for column in columns],
        "columns_datatype": [_type_name(column.data_type) for column in columns],
        "columns_description": [column.details.get("description", "") for column in columns],
        "columns_format": [column.details.get("format", {}) for column in columns],
        "provenance": "official",
        "download_count": 0,
    }


@catalog.get("/api/users/current")
@catalog.get("/api/users/current.json")
def current_user() -> Response:
    """Return the signed-in user."""
    account = access.user()
    if account is None:
        message = "You must be logged in to access this resource"
        body = {"code": "authentication_required", "error": True, "message": message}
        raise refusals.Refusal(403, body, "anonymous_user")
    body = {
        "id": account.user_id,
        "displayName": account.name,
        "email": account.email,
        "login": account.email,
        "screenName": account.name,
        "oid": 2_700_000 + _place(account),
        "createdAt": 1_400_000_000,
        "lastLogin": 1_400_000_000,
        "roleName": account.role_name,
        "rights": list(account.domain_rights),
        "flags": ["acceptedEula", "mayBeStoriesCoOwner"],
    }
    return pretty(body)


def _place(account: Account) -> int:
    return [one.user_id for one in access.site().accounts].index(account.user_id)


@catalog.get("/api/version")
@catalog.get("/api/version.json")
def version() -> Response:
    """Return the name and version of the portal."""
    return pretty({"facility": "practice", "version": "1"})
