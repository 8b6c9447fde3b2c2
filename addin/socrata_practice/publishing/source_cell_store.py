"""The cells of a source, block by block and column by column, in a separate SQLite file.

A file per source keeps long work on one upload from holding up writers of the datasets. What is in
it can be made again from the uploaded bytes, so nothing is done to have it survive a crash.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

ROWS = 5_000
"""Rows in a block; the last one may have fewer."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS input_blocks (
    position INTEGER, block INTEGER, cells TEXT, PRIMARY KEY (position, block)
);
CREATE TABLE IF NOT EXISTS output_blocks (
    transform_id INTEGER, block INTEGER, cells TEXT, PRIMARY KEY (transform_id, block)
);
CREATE TABLE IF NOT EXISTS row_errors (position INTEGER PRIMARY KEY, error TEXT);
CREATE TABLE IF NOT EXISTS cell_errors (
    transform_id INTEGER, row INTEGER, error TEXT, PRIMARY KEY (transform_id, row)
) WITHOUT ROWID;
"""
Cells = list[Any]


def _text(cells: Cells) -> bytes:
    return orjson.dumps(cells)


class Blocks:
    """The open file of blocks; not shared between threads."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, timeout=600, isolation_level=None)
        self.connection.executescript(
            # Cells of a block are some 50 kB of text: small pages would make long chains of them.
            # One writer at a time: a rollback journal writes them once, a write-ahead log twice.
            "PRAGMA page_size = 65536; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;"
            f" PRAGMA mmap_size = {1 << 30}; {_SCHEMA}"
        )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    # --- cells -----------------------------------------------------------------------------------

    def put_input(self, block: int, columns: list[Cells]) -> None:
        """Store one block of the file's cells."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO input_blocks VALUES (?, ?, ?)",
            [(position, block, _text(cells)) for position, cells in enumerate(columns, 1)],
        )

    def input_cells(self, position: int, block: int) -> Cells:
        """Return a column of a block exactly as in the file; positions start at 1."""
        return self._cells("SELECT cells FROM input_blocks WHERE position = ? AND block = ?",
                           position, block)  # fmt: skip

    def put_output(self, transform_id: int, block: int, cells: Cells) -> None:
        """Store one block of a transform's values."""
        self._put_output(transform_id, block, _text(cells))

    def put_unchanged(self, transform_id: int, block: int, position: int) -> None:
        """Store that a transform's values in one block are the cells of a column of the file."""
        self._put_output(transform_id, block, position)

    def _put_output(self, transform_id: int, block: int, kept: bytes | int) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO output_blocks VALUES (?, ?, ?)", (transform_id, block, kept)
        )

    def output_cells(self, transform_id: int, block: int) -> Cells:
        """Return the values of a transform in one block; None for a cell with an error."""
        return self._cells("SELECT cells FROM output_blocks WHERE transform_id = ? AND block = ?",
                           transform_id, block)  # fmt: skip

    def _cells(self, sql: str, *keys: int) -> Cells:
        row = self.connection.execute(sql, keys).fetchone()
        if row is None:
            return []
        if not isinstance(row[0], bytes):
            return self.input_cells(int(row[0]), keys[1])
        found: Cells = orjson.loads(row[0])
        return found

    # --- errors ----------------------------------------------------------------------------------

    def put_row_errors(self, errors: list[tuple[int, dict[str, Any]]]) -> None:
        """Store rows with the wrong number of cells, by their position in the file."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO row_errors VALUES (?, ?)",
            [(position, json.dumps(error)) for position, error in errors],
        )

    def row_errors(self, limit: int, offset: int) -> list[dict[str, Any]]:
        """Return one page of the rows with the wrong number of cells."""
        rows = self.connection.execute(
            "SELECT position, error FROM row_errors ORDER BY position LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [{"offset": position, "error": json.loads(error)} for position, error in rows]

    def put_cell_errors(self, transform_id: int, errors: list[tuple[int, dict[str, Any]]]) -> None:
        """Store the errors of a transform by row."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO cell_errors VALUES (?, ?, ?)",
            [(transform_id, row, json.dumps(error)) for row, error in errors],
        )

    def count_errors(self, transform_id: int) -> int:
        """Return the number of a transform's cells that are errors."""
        counted = self.connection.execute(
            "SELECT count(*) FROM cell_errors WHERE transform_id = ?", (transform_id,)
        )
        return int(counted.fetchone()[0])

    def count_error_rows(self, transform_ids: list[int]) -> int:
        """Return the number of rows with an error in any of the transforms."""
        counted = self.connection.execute(
            f"SELECT count(DISTINCT row) FROM cell_errors WHERE {_among(transform_ids)}"
        )
        return int(counted.fetchone()[0])

    def error_rows(self, transform_ids: list[int], limit: int, offset: int) -> list[int]:
        """Return one page of the rows with an error in any of the transforms, in order."""
        rows = self.connection.execute(
            f"SELECT DISTINCT row FROM cell_errors WHERE {_among(transform_ids)}"
            " ORDER BY row LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [row for (row,) in rows]

    def bad_rows(self, transform_ids: list[int], block: int) -> set[int]:
        """Return the positions within a block of the rows with an error."""
        first = block * ROWS
        rows = self.connection.execute(
            f"SELECT DISTINCT row FROM cell_errors WHERE {_among(transform_ids)}"
            " AND row >= ? AND row < ?",
            (first, first + ROWS),
        )
        return {row - first for (row,) in rows}

    def cell_errors(
        self, transform_ids: list[int], rows: list[int]
    ) -> dict[tuple[int, int], dict[str, Any]]:
        """Return errors by (transform, row) for some rows."""
        if not rows:
            return {}
        found = self.connection.execute(
            f"SELECT transform_id, row, error FROM cell_errors WHERE {_among(transform_ids)}"
            " AND row BETWEEN ? AND ?",
            (min(rows), max(rows)),
        )
        return {(transform, row): json.loads(error) for transform, row, error in found}

    def places(self, rows: list[int]) -> list[int]:
        """Return the positions of usable rows in the file, counting rows of the wrong size too."""
        wrong = [
            position - rank
            for rank, (position,) in enumerate(
                self.connection.execute("SELECT position FROM row_errors ORDER BY position")
            )
        ]
        return [row + bisect_right(wrong, row) for row in rows]


def _among(transform_ids: list[int]) -> str:
    return f"transform_id IN ({','.join(str(int(one)) for one in transform_ids)})"
