"""Applying the rows of a request: insert, update, delete (portal-api.md B.2).

Rows are taken in blocks. A block never holds the same row twice: before a row that the block
already touches is taken, the block is written, so the rows of a request act in their order and the
last one wins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from socrata_practice import refusals
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.database import now_text
from socrata_practice.storage.generated_ids import version_name
from socrata_practice.storage.incoming_rows import Incoming, Reader, WriteRules

_BLOCK = 1_000
NO_RECORD = "no record is found"


@dataclass
class Summary:
    """The result of a request; `errors` contains (position, identifier) of each failed row.

    `by_key` and `by_sid` say how many rows that were there were found by the row identifier and
    how many by `:id`.
    """

    created: int = 0
    updated: int = 0
    deleted: int = 0
    by_key: int = 0
    by_sid: int = 0
    errors: list[tuple[int, Any]] = field(default_factory=list)


class Writer:
    """Applies rows to one dataset inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, asset: Asset, rules: WriteRules) -> None:
        self._connection = connection
        self._asset = asset
        self._rules = rules
        self._table = f"rows_{asset.table_id}"
        self._reader = Reader(asset, rules)
        self._columns = self._reader.columns
        self._has_key = asset.key_column is not None
        self._now = now_text()
        self._summary = Summary()
        self._inserting = self._insert_sql()
        unchecked = 0 if rules.classic else None
        self._blank = [
            unchecked if column.type.kind == "boolean" else None for column in self._columns
        ]

    def empty(self) -> None:
        """Remove every row for a replace, without counting them as deleted."""
        self._connection.execute(f"DELETE FROM {self._table}")

    def apply(self, rows: Iterable[Any]) -> Summary:
        """Apply rows in order; raises Refusal at the first row that cannot be applied."""
        block: list[Incoming] = []
        touched: set[Any] = set()
        for index, raw in enumerate(rows):
            row = self._reader.read(index, raw)
            if index in self._rules.left_out:
                self._summary.errors.append((index, row.shown_key))
                continue
            mark = row.key if row.key is not None else row.sid
            if len(block) >= _BLOCK or mark in touched or self._mixes(block, row):
                self._write(block)
                block, touched = [], set()
            block.append(row)
            if mark is not None:
                touched.add(mark)
        self._write(block)
        return self._summary

    def _mixes(self, block: list[Incoming], row: Incoming) -> bool:
        """Return True if the block could contain the same row under its other name."""
        by_sid = row.key is None and row.sid is not None
        return bool(block) and self._has_key and by_sid != (block[-1].key is None)

    def _write(self, block: list[Incoming]) -> None:
        known = self._known(block)
        inserts: list[Incoming] = []
        updates: dict[tuple[int, ...], list[tuple[Incoming, int]]] = {}
        for row in block:
            found = known.get(row.key if row.key is not None else row.sid)
            if row.delete:
                self._delete(row, found)
            elif found is not None:
                self._check_version(row, found[1])
                self._count_match(row)
                updates.setdefault(row.places, []).append((row, found[0]))
            else:
                self._check_new(row)
                inserts.append(row)
        self._insert(inserts)
        for places, rows in updates.items():
            self._update(places, rows)

    def _known(self, block: list[Incoming]) -> dict[Any, tuple[int, int]]:
        """Return (sid, version) of the block's existing rows, by identifier or by sid."""
        keys = [row.key for row in block if row.key is not None]
        sids = [row.sid for row in block if row.key is None and row.sid is not None]
        known: dict[Any, tuple[int, int]] = {}
        for name, wanted in (("rowkey", keys), ("sid", sids)):
            if wanted:
                marks = ",".join("?" * len(wanted))
                rows = self._connection.execute(
                    f"SELECT {name}, sid, version FROM {self._table} WHERE {name} IN ({marks})",
                    wanted,
                )
                known.update((row[0], (row[1], row[2])) for row in rows)
        return known

    def _check_version(self, row: Incoming, version: int) -> None:
        if row.version is not None and row.version != version_name(version):
            raise refusals.service(
                409,
                "soda.row.dataset-version-mismatch",
                "Row version mismatch (version_mismatch)",
                value=row.shown_key,
            )

    def _check_new(self, row: Incoming) -> None:
        if row.key is None and row.sid is not None:
            raise refusals.row_missing(str(row.shown_key))
        if row.version is not None:
            raise refusals.invalid("Version given for a new row (version_on_new_row)")

    def _count_match(self, row: Incoming) -> None:
        self._summary.by_key += row.key is not None
        self._summary.by_sid += row.key is None

    def _insert_sql(self) -> str:
        names = "".join(f", c{column.slot}" for column in self._columns)
        marks = ", ?" * len(self._columns)
        return (
            f"INSERT INTO {self._table} (rowkey, created_at, updated_at, version{names})"
            f" VALUES (?, ?, ?, 1{marks})"
        )

    def _insert(self, rows: list[Incoming]) -> None:
        width, now = len(self._columns), self._now
        every = tuple(range(width))
        records = []
        for row in rows:
            if row.places == every:
                values = row.values
            else:
                values = list(self._blank)
                for place, value in zip(row.places, row.values, strict=True):
                    values[place] = value
            records.append((row.key, now, now, *values))
        self._connection.executemany(self._inserting, records)
        self._summary.created += len(rows)

    def _update(self, places: tuple[int, ...], rows: list[tuple[Incoming, int]]) -> None:
        names = "".join(f", c{self._columns[place].slot} = ?" for place in places)
        self._connection.executemany(
            f"UPDATE {self._table} SET updated_at = ?, version = version + 1{names} WHERE sid = ?",
            ((self._now, *row.values, sid) for row, sid in rows),
        )
        self._summary.updated += len(rows)

    def _delete(self, row: Incoming, found: tuple[int, int] | None) -> None:
        if not self._rules.may_delete:
            raise refusals.denied(f"delete rows of view {self._asset.id}")
        if found is None and self._rules.ignores_missing:
            return
        if found is None:
            self._summary.errors.append((row.index, row.shown_key))
            return
        self._connection.execute(f"DELETE FROM {self._table} WHERE sid = ?", (found[0],))
        self._count_match(row)
        self._summary.deleted += 1
