"""The SQLite file: opening, tables, transactions."""

from __future__ import annotations

import sqlite3
import threading
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
_PATIENCE = 120.0  # seconds that a writer waits for the previous writer
_MOST_IDLE = 4


def now_text() -> str:
    """Return the current time as a fixed timestamp, to the millisecond."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now_seconds() -> int:
    """Return the current time in epoch seconds, as in metadata."""
    return int(time.time())


class Database:
    """The file; every request has a separate connection.

    To open a connection reads all tables, and to close the last one moves the journal into the
    file, which takes longer than most requests: a few connections are kept for the next requests.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._most_idle = _MOST_IDLE
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
        """Return a connection with the functions that translated SoQL calls, for the caller alone.

        The caller hands the connection to `keep` if every query came to its end, or closes it.
        """
        with self._lock:
            if self._idle:
                return self._idle.pop()
        # The threads use a connection one after another.
        connection = sqlite3.connect(
            self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.executescript(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA temp_store = FILE;"
            " PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -32768;"
        )
        sqlite_functions.install(connection)
        return connection

    def keep(self, connection: sqlite3.Connection) -> None:
        """Keep an unused connection for the next caller of `connect`."""
        with self._lock:
            if len(self._idle) < self._most_idle and not connection.in_transaction:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close all idle connections, now and later."""
        with self._lock:
            self._most_idle = 0
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


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
