"""Archived versions of a dataset's rows: copies that can be restored."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from socrata_practice.storage.asset import Asset

_KEPT = 5


def _tables(connection: sqlite3.Connection, asset: Asset) -> list[int]:
    pattern = re.compile(rf"archive_{asset.table_id}_(\d+)")
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    found = (pattern.fullmatch(row["name"]) for row in rows)
    return sorted(int(match[1]) for match in found if match)


def keep(connection: sqlite3.Connection, asset: Asset) -> None:
    """Copy the rows before a write; the oldest copies are dropped."""
    name = f"archive_{asset.table_id}_{asset.data_version}"
    connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_{asset.table_id}")
    for version in _tables(connection, asset)[:-_KEPT]:
        connection.execute(f"DROP TABLE archive_{asset.table_id}_{version}")


def versions(connection: sqlite3.Connection, asset: Asset) -> list[dict[str, Any]]:
    """Return the archived versions, oldest first."""
    return [
        {"id": asset.id, "version": version, "rows": _count(connection, asset, version)}
        for version in _tables(connection, asset)
    ]


def _count(connection: sqlite3.Connection, asset: Asset, version: int) -> int:
    sql = f"SELECT count(*) FROM archive_{asset.table_id}_{version}"
    return int(connection.execute(sql).fetchone()[0])


def restore(connection: sqlite3.Connection, asset: Asset, version: int) -> bool:
    """Restore an archived version's rows; False if there is no such version.

    Columns that were added since are empty afterwards.
    """
    if version not in _tables(connection, asset):
        return False
    archived = f"archive_{asset.table_id}_{version}"
    names = ", ".join(row["name"] for row in connection.execute(f"PRAGMA table_info({archived})"))
    connection.execute(f"DELETE FROM rows_{asset.table_id}")
    connection.execute(
        f"INSERT INTO rows_{asset.table_id} ({names}) SELECT {names} FROM {archived}"
    )
    return True
