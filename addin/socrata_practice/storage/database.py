"""The SQLite file: opening, tables, transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from socrata_practice.storage import sqlite_functions
from socrata_practice.storage.publishing_tables import ADDED_COLUMNS, PUBLISHING_TABLES

_SCHEMA = """
CREATE TABLE IF NOT EXISTS assets (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, asset_type TEXT NOT NULL, scope TEXT NOT NULL,
    stage TEXT NOT NULL, owner_id TEXT NOT NULL, resource_name TEXT UNIQUE,
    row_identifier INTEGER, table_id INTEGER NOT NULL, base_id TEXT, filter TEXT,
    details TEXT NOT NULL, created_at INTEGER NOT NULL, published_at INTEGER,
    modified_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asset_id TEXT NOT NULL REFERENCES assets ON DELETE CASCADE,
    field_name TEXT NOT NULL, name TEXT NOT NULL, data_type TEXT NOT NULL,
    position INTEGER NOT NULL, table_column_id INTEGER NOT NULL, details TEXT NOT NULL,
    UNIQUE (asset_id, field_name)
);
CREATE TABLE IF NOT EXISTS tables (
    id INTEGER PRIMARY KEY AUTOINCREMENT, columns_made INTEGER NOT NULL DEFAULT 0,
    data_version INTEGER NOT NULL DEFAULT 0, rows_updated_at INTEGER, rows_updated_by TEXT
);
CREATE TABLE IF NOT EXISTS replicas (
    table_id INTEGER PRIMARY KEY, seen_version INTEGER NOT NULL, until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS summaries (
    column_id INTEGER PRIMARY KEY REFERENCES columns ON DELETE CASCADE,
    data_version INTEGER NOT NULL, contents TEXT NOT NULL
);
"""
# Column and table numbers of a real portal are not small; starting high also keeps them from
# being mistaken for positions.
_FIRST_IDS = """
INSERT INTO sqlite_sequence (name, seq) SELECT 'columns', 540010000
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'columns');
INSERT INTO sqlite_sequence (name, seq) SELECT 'tables', 8100
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'tables');
"""
_PATIENCE = 120.0  # seconds a writer waits for the one before it


def now_text() -> str:
    """Return the current time as a fixed timestamp, to the millisecond."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now_seconds() -> int:
    """Return the current time in epoch seconds, as in metadata."""
    return int(time.time())


class Database:
    """The file; every request opens a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = self.connect()
        connection.executescript(
            "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;"
            f" {_SCHEMA} {PUBLISHING_TABLES} {_FIRST_IDS}"
        )
        for table, column, kind in ADDED_COLUMNS:
            known = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
            if column not in known:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        connection.close()

    def connect(self) -> sqlite3.Connection:
        """Open a connection with the functions that translated SoQL calls."""
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.executescript(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA temp_store = FILE;"
            " PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -32768;"
        )
        sqlite_functions.install(connection)
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction; one writer at a time, the others wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
