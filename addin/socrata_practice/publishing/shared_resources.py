"""Resources of the Publishing API: files, database, threads, settings."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from socrata_practice.publishing.background_threads import Workers
from socrata_practice.publishing.source_cell_store import Blocks
from socrata_practice.settings import Settings
from socrata_practice.storage.database import Database


@dataclass(frozen=True)
class Context:
    """Resources shared by all requests and background work; `folder` contains uploads."""

    database: Database
    folder: Path
    settings: Settings = field(default_factory=Settings)
    workers: Workers = field(default_factory=Workers)
    _locks: dict[int, threading.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def bytes_path(self, source_id: int) -> Path:
        """Return the path of the uploaded bytes of a source."""
        return self.folder / f"source-{source_id}.bytes"

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for the caller alone."""
        connection = self.database.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self.database.keep(connection)

    @contextmanager
    def blocks(self, source_id: int) -> Iterator[Blocks]:
        """Open the cells of a source."""
        blocks = Blocks(self.folder / f"source-{source_id}.sqlite3")
        try:
            yield blocks
        finally:
            blocks.close()

    def turn(self, source_id: int) -> threading.Lock:
        """Hold the lock of a source, for one thread at a time."""
        return self._locks.setdefault(source_id, threading.Lock())
