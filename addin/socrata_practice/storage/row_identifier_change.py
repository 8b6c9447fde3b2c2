"""Making a column the row identifier of a dataset, or none."""

from __future__ import annotations

import sqlite3

from socrata_practice import refusals
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.types.registry import KEY_KINDS


def choose(asset: Asset, wanted: object) -> Column | None:
    """Return the column of a `rowIdentifier`: an id, its digits, a field name, or "0" for none.

    Raises Refusal if no column is meant or its type cannot identify a row.
    """
    if wanted in (None, 0, "0", ""):
        return None
    for column in asset.columns:
        if str(wanted) in (str(column.id), column.field_name):
            if column.type.kind not in KEY_KINDS or column.is_computed:
                break
            return column
    raise refusals.service(
        400,
        "soda.invalid-row-identifier",
        f"Invalid row identifier: {wanted}",
        column=str(wanted),
    )


def assign(connection: sqlite3.Connection, asset: Asset, column: Column | None) -> None:
    """Make `column` the row identifier and index the rows by it.

    Raises Refusal if a row has no value in it or two rows have the same.
    """
    asset_store.update(connection, asset.id, row_identifier=None if column is None else column.id)
    table = f"rows_{asset.table_id}"
    connection.execute(f"UPDATE {table} SET rowkey = NULL")
    if column is None:
        return
    key = column.type.key
    rows = connection.execute(f"SELECT c{column.slot}, sid FROM {table} ORDER BY sid").fetchall()
    if any(value in (None, "") for value, _ in rows):
        raise missing_key(column)
    try:
        connection.executemany(
            f"UPDATE {table} SET rowkey = ? WHERE sid = ?",
            ((key(value), sid) for value, sid in rows),
        )
    except sqlite3.IntegrityError as error:
        raise refusals.service(
            400,
            "soda.column.not-unique",
            f"Column '{column.field_name}' is not unique",
            column=column.field_name,
        ) from error


def missing_key(column: Column) -> refusals.Refusal:
    """Return the refusal for a row without a row identifier."""
    return refusals.service(
        400,
        "soda.row.primary-key-nonexistent-or-null",
        f"Row identifier '{column.field_name}' is missing or null (no_primary_key)",
        column=column.field_name,
    )
