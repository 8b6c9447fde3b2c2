"""/api/v3/views: reading rows over SODA3 (portal-api.md B.9).

Needs a sign-in or an app token. A location has numbers where SODA2 has strings.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from socrata_practice import refusals
from socrata_practice.soql.query_planner import Plan, plan
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.types.registry import TYPES, DataType
from socrata_practice.web import access, replies
from socrata_practice.web.json_body import json_object

soda3 = Blueprint("soda3", __name__, url_prefix="/api/v3/views")
_EVERYTHING = 1 << 62
_PAGE = 1_000
_FORMS = {"json": "json", "csv": "csv", "geojson": "geojson"}
_WARNING = "X-SODA2-Fields, X-SODA2-Types, and X-SODA2-Legacy-Types are deprecated"


@soda3.route("/<name>/query.<form>", methods=["GET", "POST"])
def query(name: str, form: str) -> Response:
    """Return one page of a query's rows."""
    asset, given = _asked(name, form)
    number, size = _page(given.get("page"))
    return _answered(asset, given, form, (size, (number - 1) * size))


@soda3.route("/<name>/export.<form>", methods=["GET", "POST"])
def export(name: str, form: str) -> Response:
    """Return all rows of a query."""
    asset, given = _asked(name, form)
    return _answered(asset, given, form, None)


def _asked(name: str, form: str) -> tuple[Asset, dict[str, Any]]:
    """Return the asset and the body of a request; raises Refusal."""
    if access.site().settings.guess("soda3") == "absent":
        raise refusals.no_service()
    if form not in _FORMS:
        raise refusals.service(406, "schema-invalid-for-mime-type", f"Cannot answer as {form}")
    if access.user() is None and not _app_token():
        message = "SODA3 needs an app token or a sign-in"
        raise refusals.front(403, "authentication_required", message)
    asset = asset_store.find(access.connection(), name)
    if asset is None:
        raise refusals.dataset_missing(name)
    access.demand(asset, "read", what=f"view {name}")
    given = dict(request.args) if request.method == "GET" else json_object(empty=True)
    return asset, given


def _app_token() -> str:
    return request.headers.get("X-App-Token") or request.args.get("app_token", "")


def _page(given: Any) -> tuple[int, int]:
    page = given if isinstance(given, dict) else {}
    number, size = page.get("pageNumber", 1), page.get("pageSize", _PAGE)
    if not all(isinstance(one, int) and not isinstance(one, bool) and one > 0
               for one in (number, size)):  # fmt: skip
        raise refusals.front(
            400, "invalid_request", "page needs a pageNumber and a pageSize from 1"
        )
    return number, size


def _answered(
    asset: Asset, given: dict[str, Any], form: str, page: tuple[int, int] | None
) -> Response:
    text = given.get("query") or "SELECT *"
    if not isinstance(text, str):
        raise refusals.front(400, "invalid_request", "query must be a text")
    if given.get("includeSystem") in (True, "true") and text.lstrip().lower() == "select *":
        text = "SELECT :*, *"
    found = plan(asset, [("$query", text)], _EVERYTHING)
    if page is not None:
        size, offset = min(page[0], _EVERYTHING), min(page[1], _EVERYTHING)
        found = replace(found, sql=f"SELECT * FROM ({found.sql}) LIMIT {size} OFFSET {offset}")
    response = replies.streamed(access.keep_connection(), asset, _numeric(found, form), form)
    for header in ("X-SODA2-Fields", "X-SODA2-Types", "X-SODA2-Data-Out-Of-Date"):
        response.headers.pop(header, None)
    if access.site().settings.guess("out_of_date") == "sent":
        stale = ["practice"] if asset.is_behind else []
        response.headers["X-SODA2-Data-Out-Of-Date"] = json.dumps(stale)
    response.headers["X-SODA2-Secondary"] = "practice"
    response.headers["X-SODA2-Warning"] = _WARNING
    return response


def _numeric(found: Plan, form: str) -> Plan:
    """Return the plan with locations whose degrees are numbers."""
    if form != "json":
        return found
    outputs = tuple(
        replace(output, type=_LOCATION) if output.type.name == "location" else output
        for output in found.outputs
    )
    return replace(found, outputs=outputs)


def _location(stored: Any) -> Any:
    found = json.loads(stored)
    for name in ("latitude", "longitude"):
        if name in found:
            found[name] = float(found[name])
    return found


_LOCATION: DataType = replace(TYPES["location"], to_json=_location)
