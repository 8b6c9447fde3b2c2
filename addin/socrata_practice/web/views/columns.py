"""/api/views/{id}/columns: reading, adding, changing and removing columns (A.6)."""

from __future__ import annotations

from flask import Blueprint, Response

from socrata_practice import refusals
from socrata_practice.storage import asset_from_json, asset_store
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.replies import pretty
from socrata_practice.web.views.view_json import column_json

columns = Blueprint("columns", __name__)


@columns.get("/api/views/<name>/columns")
@columns.get("/api/views/<name>/columns.json")
def every(name: str) -> Response:
    """Return an asset's columns."""
    return pretty([column_json(column) for column in access.viewed(name).columns])


@columns.post("/api/views/<name>/columns")
@columns.post("/api/views/<name>/columns.json")
def add(name: str) -> Response:
    """Add a column."""
    asset, _ = access.owned(name, "add_column")
    body, connection = json_object(), access.connection()
    with transaction(connection):
        made = asset_from_json.add_column(connection, _dataset(asset), body)
    return pretty(column_json(made))


@columns.get("/api/views/<name>/columns/<column>")
def show(name: str, column: str) -> Response:
    """Return one column, named by its number or field name."""
    return pretty(column_json(_column(access.viewed(name), column)))


@columns.put("/api/views/<name>/columns/<column>")
def change(name: str, column: str) -> Response:
    """Change a column's names, description, format, width or flags."""
    asset, _ = access.owned(name, "update_column")
    found = _column(_dataset(asset), column)
    body, connection = json_object(), access.connection()
    with transaction(connection):
        made = asset_from_json.change_column(connection, asset, found, body)
        moves = access.site().settings.guess("column_position") == "moves others"
        if moves and made.position != found.position:
            asset_from_json.make_room(connection, asset, made)
    return pretty(column_json(made))


@columns.delete("/api/views/<name>/columns/<column>")
def remove(name: str, column: str) -> Response:
    """Remove a column that is not the row identifier."""
    asset, _ = access.owned(name, "remove_column")
    found = _column(asset, column)
    if found.id == asset.row_identifier:
        raise refusals.service(
            400,
            "soda.column.cannot-delete-row-identifier",
            f"Cannot delete row identifier '{found.field_name}'",
            column=found.field_name,
        )
    with transaction(access.connection()):
        asset_store.remove_column(access.connection(), found)
        asset_store.update(access.connection(), asset.id)
    return Response(status=200, content_type="application/json; charset=utf-8")


def _column(asset: Asset, name: str) -> Column:
    wanted = name.removesuffix(".json")
    for column in asset.columns:
        if wanted in (str(column.id), column.field_name):
            return column
    raise refusals.service(404, "soda.dataset.column-not-found", f"Column not found: {name}")


def _dataset(asset: Asset) -> Asset:
    if not asset.is_dataset:
        raise refusals.invalid(f"Cannot change the columns of a {asset.asset_type}: {asset.id}")
    return asset
