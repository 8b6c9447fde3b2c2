"""Changing the columns of a dataset to match an output schema."""

from __future__ import annotations

import sqlite3
from typing import Any

from socrata_practice import refusals
from socrata_practice.publishing.stored_records import OutputColumn, Revision, Transform
from socrata_practice.storage import asset_store, row_identifier_change
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.types.registry import TYPES


def set_columns(
    connection: sqlite3.Connection,
    revision: Revision,
    columns: list[OutputColumn],
    transforms: list[Transform],
    *,
    retypes: bool,
) -> int:
    """Change the dataset's columns to match the output schema; return the number created.

    Columns of the dataset that the schema does not name stay; only if it `retypes` does the portal
    give a column another type.
    """
    created = 0
    for column, transform in zip(columns, transforms, strict=True):
        asset = dataset_of(connection, revision)
        known = _counterpart(asset, column)
        if known is None:
            _create_column(connection, asset, column, transform)
            created += 1
        else:
            _change_column(connection, known, column, transform, retypes=retypes)
    _set_key(connection, dataset_of(connection, revision), revision, columns)
    return created


def _counterpart(asset: Asset, column: OutputColumn) -> Column | None:
    by_id = {one.id: one for one in asset.columns}
    by_name = {one.field_name: one for one in asset.columns}
    found = by_id.get(column.dataset_column_id or 0) or by_name.get(column.field_name)
    if found is not None and found.is_computed:
        raise failed(f"Column {column.field_name} of {asset.id} is computed by the portal")
    return found


def _create_column(
    connection: sqlite3.Connection, asset: Asset, column: OutputColumn, transform: Transform
) -> None:
    last = max((one.position for one in asset.columns), default=0)
    draft = Column(0, column.field_name, column.display_name, transform.output_soql_type,
                   last + 1, 0, _details(column, {}))  # fmt: skip
    asset_store.add_column(connection, asset, draft)


def _details(column: OutputColumn, known: dict[str, Any]) -> dict[str, Any]:
    given = {"description": column.description, "format": column.format, "flags": column.flags}
    return known | {name: value for name, value in given.items() if value}


def _change_column(
    connection: sqlite3.Connection,
    known: Column,
    column: OutputColumn,
    transform: Transform,
    *,
    retypes: bool,
) -> None:
    data_type = known.data_type
    if retypes and not fits(data_type, transform):
        data_type = transform.output_soql_type
    asset_store.change_column(
        connection,
        Column(known.id, column.field_name, column.display_name, data_type, known.position,
               known.slot, _details(column, known.details)),
    )  # fmt: skip


def _set_key(
    connection: sqlite3.Connection, asset: Asset, revision: Revision, columns: list[OutputColumn]
) -> None:
    """Set the row identifier of the schema; an update of data never removes a row identifier."""
    wanted = next((column.field_name for column in columns if column.is_primary_key), None)
    key = asset.key_column
    if wanted == (key.field_name if key else None):
        return
    named = {column.field_name for column in columns}
    if wanted is None and (revision.action != "replace" or (key and key.field_name not in named)):
        return
    if revision.action == "replace":  # the existing rows will be replaced
        connection.execute(f"DELETE FROM rows_{asset.table_id}")
    row_identifier_change.assign(connection, asset, row_identifier_change.choose(asset, wanted))


def fits(data_type: str, transform: Transform) -> bool:
    """Return True if a transform's values can be stored in a column of this type."""
    given, wanted = TYPES[transform.output_soql_type], TYPES[data_type]
    if wanted.kind in ("shape", "object"):
        return given.name == wanted.name
    return given.kind == wanted.kind


def failed(message: str) -> refusals.Refusal:
    """Return the refusal for a revision that cannot be applied."""
    return refusals.publishing(400, "task_failed", message)


def dataset_of(connection: sqlite3.Connection, revision: Revision) -> Asset:
    """Return the current dataset of a revision. Raises Refusal if the dataset was deleted."""
    found = asset_store.find(connection, revision.fourfour)
    if found is None:
        raise failed(f"There is no dataset {revision.fourfour} anymore")
    return found
