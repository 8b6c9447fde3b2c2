"""Plain pages for users: all datasets, and one dataset with its columns and first rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template

from socrata_practice import refusals
from socrata_practice.soql import row_reader
from socrata_practice.soql.query_planner import Output, plan
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.generated_ids import is_dataset_id
from socrata_practice.web import access

pages = Blueprint("pages", __name__)

SHOWN_ROWS = 50
_LONGEST_CELL = 120
# Nothing is fetched or executed, whatever a cell contains.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Cell:
    """A cell as shown: its text, a mark for numbers, and the address of its link."""

    text: str
    is_number: bool = False
    link: str | None = None


def _page(template: str, status: int = 200, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _moment(seconds: int | None) -> str:
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %B %Y, %H:%M:%S UTC").lstrip("0")


@pages.get("/")
def listing() -> Response:
    """Show every asset that the caller may see."""
    account, connection = access.user(), access.connection()
    seen = [asset for asset in asset_store.every(connection) if access.may_read(account, asset)]
    shown = [
        (asset, f"{row_reader.count(connection, asset):,}" if asset.is_dataset else "")
        for asset in seen
    ]
    return _page("listing.html", title="Practice portal", assets=shown)


@pages.get("/d/<asset_id>")
def dataset(asset_id: str) -> Response:
    """Show one asset: its columns, number of rows, first rows, and last change."""
    connection = access.connection()
    asset = asset_store.find(connection, asset_id)
    if asset is None:
        return _page("missing.html", 404, title="Not found", asset_id=asset_id)
    if not access.may_read(access.user(), asset):
        response = _page("private.html", 401, title="Not public", asset_id=asset_id)
        response.headers["WWW-Authenticate"] = 'Basic realm="Practice portal"'
        return response
    rows = _rows(asset) if asset.columns else ([], [])
    counted = _counted(asset) if asset.columns else 0
    return _page(
        "dataset.html",
        title=asset.name,
        asset=asset,
        count=counted,
        outputs=rows[0],
        rows=rows[1],
        changed=_moment(asset.rows_updated_at),
    )


def _counted(asset: Asset) -> int:
    query = plan(asset, [("$select", "count(*)")])
    return int(next(row_reader.records(access.connection(), query))["count"])


def _rows(asset: Asset) -> tuple[list[Output], list[list[Cell]]]:
    query = plan(asset, [("$limit", str(SHOWN_ROWS))])
    found = access.connection().execute(query.sql, query.parameters)
    rows = [[_cell(*pair) for pair in zip(query.outputs, row, strict=True)] for row in found]
    return list(query.outputs), rows


def _cell(output: Output, value: Any) -> Cell:
    if value is None:
        return Cell("")
    text = _readable(output.type.kind, output.type.to_csv(value))
    if len(text) > _LONGEST_CELL:
        text = text[:_LONGEST_CELL] + "…"
    link = json.loads(value).get("url", "") if output.type.name == "url" else ""
    safe = link.lower().startswith(("http://", "https://"))
    return Cell(text, output.type.kind == "number", link if safe else None)


def _readable(kind: str, text: str) -> str:
    """Return a timestamp without parts that are zero."""
    if kind not in ("floating", "fixed"):
        return text
    return text.removesuffix("T00:00:00.000").replace(".000", "").replace("T", " ")


@pages.get("/<category>/<name>/<asset_id>")
@pages.get("/<category>/<name>/<asset_id>/<path:rest>")
def old_address(category: str, asset_id: str, **_: str) -> Any:
    """Redirect from the long address that people copy from a browser."""
    if not is_dataset_id(asset_id) or category in ("api", "resource"):
        raise refusals.no_service()
    return redirect(f"/d/{asset_id}")
