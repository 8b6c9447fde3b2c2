"""Storing assets and their columns in the database, and finding them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from socrata_practice.storage.asset import Asset, Column, Draft
from socrata_practice.storage.database import now_seconds
from socrata_practice.storage.generated_ids import new_dataset_id

_READ = """
SELECT a.*, t.data_version, t.rows_updated_at, t.rows_updated_by, r.seen_version,
    r.until AS seen_until
FROM assets a JOIN tables t ON t.id = a.table_id LEFT JOIN replicas r ON r.table_id = t.id
"""


def _column(row: sqlite3.Row) -> Column:
    return Column(
        id=row["id"],
        field_name=row["field_name"],
        name=row["name"],
        data_type=row["data_type"],
        position=row["position"],
        slot=row["table_column_id"],
        details=json.loads(row["details"]),
    )


def _asset(connection: sqlite3.Connection, row: sqlite3.Row) -> Asset:
    columns = connection.execute(
        "SELECT * FROM columns WHERE asset_id = ? ORDER BY position", (row["id"],)
    )
    kept = {key: row[key] for key in row.keys() if key != "details"}  # noqa: SIM118
    return Asset(**kept, details=json.loads(row["details"]), columns=tuple(map(_column, columns)))


def find(connection: sqlite3.Connection, name: str) -> Asset | None:
    """Return the asset with this id or alias."""
    row = connection.execute(f"{_READ} WHERE a.id = ? OR a.resource_name = ?", (name, name))
    found = row.fetchone()
    return None if found is None else _asset(connection, found)


def read(connection: sqlite3.Connection, asset_id: str) -> Asset:
    """Return the asset with this id, which must exist."""
    found = find(connection, asset_id)
    assert found is not None  # noqa: S101
    return found


def every(connection: sqlite3.Connection) -> list[Asset]:
    """Return all assets, by name."""
    rows = connection.execute(f"{_READ} ORDER BY a.name, a.id").fetchall()
    return [_asset(connection, row) for row in rows]


def create(connection: sqlite3.Connection, draft: Draft) -> str:
    """Store a new asset and return its id; a filtered view shares the rows of its base."""
    asset_id = draft.id or new_dataset_id()
    base = find(connection, draft.base_id) if draft.base_id else None
    table = base.table_id if base else _new_table(connection)
    now = now_seconds()
    published = now if draft.stage == "published" else None
    connection.execute(
        "INSERT INTO assets VALUES (?,?,?,?,?,?,?,NULL,?,?,?,?,?,?,?)",
        (
            *(asset_id, draft.name, draft.asset_type, draft.scope, draft.stage, draft.owner_id),
            *(draft.resource_name, table, draft.base_id, draft.filter),
            *(json.dumps(draft.details), now, published, now),
        ),
    )
    if base:
        _copy_columns(connection, base, asset_id)
    return asset_id


def _new_table(connection: sqlite3.Connection) -> int:
    table = connection.execute("INSERT INTO tables DEFAULT VALUES").lastrowid
    connection.execute(
        f"CREATE TABLE rows_{table} (sid INTEGER PRIMARY KEY AUTOINCREMENT, rowkey TEXT,"
        " created_at TEXT NOT NULL, updated_at TEXT NOT NULL, version INTEGER NOT NULL)"
    )
    connection.execute(f"CREATE UNIQUE INDEX rowkey_{table} ON rows_{table} (rowkey)")
    return int(table or 0)


def _copy_columns(connection: sqlite3.Connection, base: Asset, asset_id: str) -> None:
    for column in base.columns:
        _keep_column(connection, asset_id, column)


def _keep_column(connection: sqlite3.Connection, asset_id: str, column: Column) -> int:
    return int(
        connection.execute(
            "INSERT INTO columns (asset_id, field_name, name, data_type, position,"
            " table_column_id, details) VALUES (?,?,?,?,?,?,?)",
            (
                *(asset_id, column.field_name, column.name, column.data_type),
                *(column.position, column.slot, json.dumps(column.details)),
            ),
        ).lastrowid
        or 0
    )


def add_column(connection: sqlite3.Connection, asset: Asset, column: Column) -> int:
    """Store a new column and return its id; `id` and `slot` of the argument are not used."""
    slot = connection.execute(
        "UPDATE tables SET columns_made = columns_made + 1 WHERE id = ? RETURNING columns_made",
        (asset.table_id,),
    ).fetchone()[0]
    connection.execute(f"ALTER TABLE rows_{asset.table_id} ADD COLUMN c{slot}")
    if asset.is_behind:
        connection.execute(f"ALTER TABLE seen_{asset.table_id} ADD COLUMN c{slot}")
    kept = Column(0, column.field_name, column.name, column.data_type, column.position, slot,
                  column.details)  # fmt: skip
    return _keep_column(connection, asset.id, kept)


def change_column(connection: sqlite3.Connection, column: Column) -> None:
    """Update a column's names, type, position and details."""
    connection.execute(
        "UPDATE columns SET field_name = ?, name = ?, data_type = ?, position = ?, details = ?"
        " WHERE id = ?",
        (
            column.field_name,
            column.name,
            column.data_type,
            column.position,
            json.dumps(column.details),
            column.id,
        ),
    )


def remove_column(connection: sqlite3.Connection, column: Column) -> None:
    """Remove a column; its values stay in the table, unseen, and its position becomes a gap."""
    connection.execute("DELETE FROM columns WHERE id = ?", (column.id,))


def update(connection: sqlite3.Connection, asset_id: str, **values: Any) -> None:
    """Change stored values of an asset; keys are names from this code, never from a request."""
    if "details" in values:
        values["details"] = json.dumps(values["details"])
    values["modified_at"] = now_seconds()
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE assets SET {assignments} WHERE id = ?", (*values.values(), asset_id)
    )


def delete(connection: sqlite3.Connection, asset: Asset) -> None:
    """Remove an asset, the views on that asset, and its rows."""
    connection.execute("DELETE FROM assets WHERE id = ? OR base_id = ?", (asset.id, asset.id))
    if asset.base_id is None:
        connection.execute(f"DROP TABLE rows_{asset.table_id}")
        connection.execute(f"DROP TABLE IF EXISTS seen_{asset.table_id}")
        connection.execute("DELETE FROM replicas WHERE table_id = ?", (asset.table_id,))


def touch_rows(connection: sqlite3.Connection, asset: Asset, user_id: str) -> int:
    """Record that a user changed the rows; return the new version of the data."""
    row = connection.execute(
        "UPDATE tables SET data_version = data_version + 1, rows_updated_at = ?,"
        " rows_updated_by = ? WHERE id = ? RETURNING data_version",
        (now_seconds(), user_id, asset.table_id),
    ).fetchone()
    return int(row[0])
