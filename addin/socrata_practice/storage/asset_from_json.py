"""Creating and changing assets from a client's JSON (portal-api.md A.6)."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from typing import Any

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.storage import asset_store, row_identifier_change
from socrata_practice.storage.asset import Asset, Column, Draft
from socrata_practice.storage.generated_ids import field_name
from socrata_practice.types.registry import TYPES

Json = dict[str, Any]

_FREE = ("description", "category", "attribution", "attributionLink", "licenseId", "tags",
         "privateMetadata")  # fmt: skip
_COLUMN_DETAILS = ("description", "width", "format", "flags")
_FIELD = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_ALIAS = re.compile(r"[a-z0-9_-]+", re.ASCII)
_DETAIL_TYPES = {
    "tags": list,
    "metadata": dict,
    "privateMetadata": dict,
    "format": dict,
    "flags": list,
    "width": int,
}


def _known(given: Json, names: tuple[str, ...]) -> Json:
    found = {name: given[name] for name in names if given.get(name) is not None}
    for name, value in found.items():
        wanted = _DETAIL_TYPES.get(name, str)
        if not isinstance(value, wanted):
            raise refusals.invalid(f"'{name}' is not of the right type")
    return found


def _name(given: Json) -> str:
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        raise refusals.invalid("A name is required")
    return name


def create(connection: sqlite3.Connection, given: Json, account: Account) -> str:
    """Create a dataset with the given columns and row identifier; return its id."""
    details = _known(given, (*_FREE, "metadata"))
    wanted = details.get("metadata", {}).pop("rowIdentifier", None)
    columns = given.get("columns") or []
    if not isinstance(columns, list) or not all(isinstance(one, dict) for one in columns):
        raise refusals.invalid("'columns' must be a list of objects")
    draft = Draft(_name(given), account.user_id, details=details)
    asset_id = asset_store.create(connection, draft)
    for column in columns:
        add_column(connection, asset_store.read(connection, asset_id), column)
    asset = asset_store.read(connection, asset_id)
    row_identifier_change.assign(connection, asset, row_identifier_change.choose(asset, wanted))
    return asset_id


def add_column(connection: sqlite3.Connection, asset: Asset, given: Json) -> Column:
    """Add a column to a dataset, last unless its position is given."""
    taken = {column.field_name for column in asset.columns}
    name = _name(given)
    field = given.get("fieldName") or field_name(name, taken)
    if not isinstance(field, str) or not _FIELD.fullmatch(field):
        raise refusals.invalid(f"Invalid field name: {field}")
    if field in taken:
        raise refusals.invalid(f"Field name is already taken: {field}")
    if given.get("dataTypeName", "text") not in TYPES:
        raise refusals.invalid(f"Unknown data type: {given.get('dataTypeName')}")
    draft = Column(
        id=0,
        field_name=field,
        name=name,
        data_type=given.get("dataTypeName", "text"),
        position=_position(asset, given.get("position")),
        slot=0,
        details=_known(given, _COLUMN_DETAILS),
    )
    made = asset_store.add_column(connection, asset, draft)
    asset_store.update(connection, asset.id)
    return next(one for one in asset_store.read(connection, asset.id).columns if one.id == made)


def _position(asset: Asset, wanted: Any) -> int:
    last = max((column.position for column in asset.columns), default=0)
    free = isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > last
    return int(wanted) if free else last + 1


def _new_position(column: Column, wanted: Any) -> int:
    """Return the position requested by a client."""
    if wanted is None:
        return column.position
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
        raise refusals.invalid(f"Invalid position: {wanted}")
    return wanted


def make_room(connection: sqlite3.Connection, asset: Asset, column: Column) -> None:
    """Move the other columns, so that only one column has the new position."""
    others = [one for one in asset.columns if one.id != column.id]
    numbers = sorted({one.position for one in asset.columns})
    places = [one for one in numbers if one != column.position][: len(others)]
    for other, position in zip(others, places, strict=False):
        if other.position != position:
            asset_store.change_column(connection, replace(other, position=position))


def change(connection: sqlite3.Connection, asset: Asset, given: Json) -> None:
    """Change the metadata in a partial view; unknown keys are ignored, as by a real portal."""
    details = asset.details | _known(given, _FREE)
    metadata = _known(given, ("metadata",)).get("metadata")
    if metadata is not None:
        details["metadata"] = asset.details.get("metadata", {}) | metadata
        if "rowIdentifier" in metadata:  # stored by its meaning, not by its spelling
            del details["metadata"]["rowIdentifier"]
    values: Json = {"details": details}
    if given.get("name") is not None:
        values["name"] = _name(given)
    if given.get("resourceName") is not None:
        values["resource_name"] = _alias(connection, asset, given["resourceName"])
    asset_store.update(connection, asset.id, **values)
    wanted = _row_identifier(given, metadata or {})
    if wanted is not None:
        row_identifier_change.assign(connection, asset, row_identifier_change.choose(asset, wanted))


def check_change(given: Json) -> None:
    """Raise Refusal if `change` would refuse any single value."""
    _known(given, (*_FREE, "metadata"))
    if given.get("name") is not None:
        _name(given)


def change_column(
    connection: sqlite3.Connection, asset: Asset, column: Column, given: Json
) -> Column:
    """Change a column's names and details; raises Refusal for a value that is not valid."""
    kind = given.get("dataTypeName", column.data_type)
    if kind != column.data_type:
        raise refusals.invalid(f"The type of column {column.field_name} cannot be changed here")
    field = given.get("fieldName") or column.field_name
    taken = {one.field_name for one in asset.columns if one.id != column.id}
    if not isinstance(field, str) or not _FIELD.fullmatch(field) or field in taken:
        raise refusals.invalid(f"Invalid field name: {field}")
    changed = Column(
        id=column.id,
        field_name=field,
        name=_name(given) if "name" in given else column.name,
        data_type=column.data_type,
        position=_new_position(column, given.get("position")),
        slot=column.slot,
        details=column.details | _known(given, _COLUMN_DETAILS),
    )
    asset_store.change_column(connection, changed)
    asset_store.update(connection, asset.id)
    return changed


def _row_identifier(given: Json, metadata: Json) -> Any:
    return metadata.get("rowIdentifier", given.get("rowIdentifierColumnId"))


def _alias(connection: sqlite3.Connection, asset: Asset, wanted: Any) -> str:
    if not isinstance(wanted, str) or not _ALIAS.fullmatch(wanted):
        raise refusals.invalid("An alias has lower-case letters, digits, - and _ only")
    other = asset_store.find(connection, wanted)
    if other is not None and other.id != asset.id:
        raise refusals.invalid(f"The alias is already taken: {wanted}")
    return wanted
