"""Replication lag: copies of rows that readers see while a write is not yet visible.

While a dataset lags, readers are given a copy of its rows made before the first write they may not
see yet; after the last such write has waited long enough they see the truth again.
"""

from __future__ import annotations

import sqlite3
import time

from socrata_practice.storage.asset import Asset


def keep(connection: sqlite3.Connection, asset: Asset, lag: float) -> None:
    """Copy the rows before a write, so that readers see the old rows for `lag` seconds."""
    if lag <= 0:
        return
    until = time.time() + lag
    if asset.is_behind:
        connection.execute(
            "UPDATE replicas SET until = max(until, ?) WHERE table_id = ?", (until, asset.table_id)
        )
        return
    _copy(connection, asset.table_id)
    connection.execute(
        "INSERT OR REPLACE INTO replicas VALUES (?, ?, ?)",
        (asset.table_id, asset.data_version, until),
    )


def _copy(connection: sqlite3.Connection, table: int) -> None:
    described = connection.execute(f"PRAGMA table_info(rows_{table})").fetchall()
    names = ", ".join(row["name"] for row in described if row["name"] != "sid")
    connection.execute(f"DROP TABLE IF EXISTS seen_{table}")
    connection.execute(f"CREATE TABLE seen_{table} (sid INTEGER PRIMARY KEY, {names})")
    connection.execute(
        f"INSERT INTO seen_{table} (sid, {names}) SELECT sid, {names} FROM rows_{table}"
    )
    connection.execute(f"CREATE INDEX seen_key_{table} ON seen_{table} (rowkey)")


def replicate(connection: sqlite3.Connection) -> None:
    """Make every write visible to readers; old copies are dropped when next made."""
    connection.execute("DELETE FROM replicas")
