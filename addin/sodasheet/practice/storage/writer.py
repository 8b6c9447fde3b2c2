"""Applying the rows of one request: insert, update, delete (portal-api.md B.2).

Rows are taken in blocks. A block never holds the same row twice: before a row that the block
already touches is taken, the block is written, so the rows of a request act in their order and the
last one wins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sodasheet.practice import refusals
from sodasheet.practice.storage.assets import Asset
from sodasheet.practice.storage.database import now_text
from sodasheet.practice.storage.identifier import missing_key
from sodasheet.practice.storage.names import row_number, version_name
from sodasheet.practice.types.registry import Stored
from sodasheet.practice.types.scalars import MaltypedError

_BLOCK = 1_000
_SHOWN = 200  # characters of a bad value that are told back
NO_RECORD = "no record is found"


@dataclass
class Summary:
    """What became of the rows of one request; `errors` holds (position, identifier) of each.

    `by_key` and `by_sid` say how many rows that were there were found by the row identifier and
    how many by `:id`.
    """

    created: int = 0
    updated: int = 0
    deleted: int = 0
    by_key: int = 0
    by_sid: int = 0
    errors: list[tuple[int, Any]] = field(default_factory=list)


@dataclass
class _Row:
    """One row on its way: values by place in the column list, only those that were given."""

    index: int
    key: str | None
    sid: int | None
    delete: bool
    shown_key: Any = None
    version: str | None = None
    places: tuple[int, ...] = ()
    values: list[Stored] = field(default_factory=list)


@dataclass(frozen=True)
class WriteRules:
    """How the rows of one request are to be read, and whether its sender may delete.

    Rows at the places `left_out` are not applied and count as errors. A `classic` dataset ignores
    fields it does not know, takes an empty text for null, and a missing checkbox for false.
    """

    csv: bool
    may_delete: bool
    left_out: frozenset[int] = frozenset()
    classic: bool = False


class Writer:
    """Applies rows to one dataset inside a transaction the caller holds open."""

    def __init__(self, connection: sqlite3.Connection, asset: Asset, rules: WriteRules) -> None:
        self._connection = connection
        self._asset = asset
        self._rules = rules
        self._table = f"rows_{asset.table_id}"
        self._columns = [column for column in asset.columns if not column.is_computed]
        self._key = asset.key_column
        self._key_place = self._columns.index(self._key) if self._key else -1
        self._parsers: dict[str, tuple[int, Callable[[Any], Stored]]] = {
            column.field_name: (
                place,
                column.type.from_csv if rules.csv else column.type.from_json,
            )
            for place, column in enumerate(self._columns)
        }
        self._now = now_text()
        self._summary = Summary()
        self._inserting = self._insert_sql()
        unchecked = 0 if rules.classic else None
        self._blank = [
            unchecked if column.type.kind == "boolean" else None for column in self._columns
        ]

    def empty(self) -> None:
        """Remove every row; a replace starts so, and does not count them as deleted."""
        self._connection.execute(f"DELETE FROM {self._table}")

    def apply(self, rows: Iterable[Any]) -> Summary:
        """Apply rows in order; raises Refusal for the first that cannot be applied at all."""
        block: list[_Row] = []
        touched: set[Any] = set()
        for index, raw in enumerate(rows):
            row = self._read(index, raw)
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

    def _mixes(self, block: list[_Row], row: _Row) -> bool:
        """Whether the same row could be in the block under its other name."""
        by_sid = row.key is None and row.sid is not None
        return bool(block) and self._key is not None and by_sid != (block[-1].key is None)

    # --- reading one row -------------------------------------------------------------------------

    def _read(self, index: int, raw: Any) -> _Row:
        if isinstance(raw, list) and len(raw) == 1:
            return self._named(_Row(index, None, None, delete=True), raw[0])
        if not isinstance(raw, dict):
            raise refusals.service(
                400,
                "soda.row.upsert-row-not-an-object",
                "Upsert row is not an object",
                value=str(raw)[:_SHOWN],
            )
        delete = raw.get(":deleted") == "true" if self._rules.csv else raw.get(":deleted") is True
        return self._marked(index, raw) if delete else self._valued(index, raw)

    def _marked(self, index: int, raw: dict[str, Any]) -> _Row:
        """A row that says it is to be deleted; all but its identifier is ignored."""
        key_name = self._key.field_name if self._key else None
        row = _Row(index, None, None, delete=True)
        if key_name is not None and raw.get(key_name) not in (None, ""):
            value = self._parse(key_name, raw[key_name])[1]
            row.key, row.shown_key = self._keyed(value), raw[key_name]
            return row
        if raw.get(":id") is None:
            raise refusals.service(
                400, "soda.row.delete-without-primary-key", "Delete row without primary key"
            )
        return self._named(row, raw[":id"])

    def _named(self, row: _Row, name: Any) -> _Row:
        row.sid, row.shown_key = row_number(name, plain=True) or -1, name
        return row

    def _valued(self, index: int, raw: dict[str, Any]) -> _Row:
        row = _Row(index, None, None, delete=False)
        places: list[int] = []
        parsers = self._parsers
        for name, value in raw.items():
            if name in parsers:
                place, kept = self._parse(name, value)
                places.append(place)
                row.values.append(kept)
            elif not name.startswith(":") and not self._rules.classic:
                raise refusals.invalid(f"Illegal field name sent: {name}")
        row.places = tuple(places)
        self._identify(row, raw)
        return row

    def _identify(self, row: _Row, raw: dict[str, Any]) -> None:
        if raw.get(":version") is not None:
            row.version = str(raw[":version"])
        if self._key is not None and self._key_place in row.places:
            row.key = self._keyed(row.values[row.places.index(self._key_place)])
            row.shown_key = raw[self._key.field_name]
        if row.key is None and raw.get(":id") is not None:
            self._named(row, raw[":id"])
        elif row.key is None and self._key is not None:
            raise missing_key(self._key)
        if row.key is None and row.sid is not None and self._key_place in row.places:
            raise missing_key(self._key)  # type: ignore[arg-type]

    def _keyed(self, value: Stored) -> str | None:
        return None if value in (None, "") else self._key.type.key(value)  # type: ignore[union-attr]

    def _parse(self, name: str, value: Any) -> tuple[int, Stored]:
        place, parser = self._parsers[name]
        if value is None or (value == "" and (self._rules.csv or self._rules.classic)):
            return place, None
        try:
            return place, parser(value)
        except (MaltypedError, RecursionError) as error:
            expected = self._columns[place].type.soda_name
            raise refusals.maltyped(name, expected, str(value)[:_SHOWN]) from error

    # --- writing a block -------------------------------------------------------------------------

    def _write(self, block: list[_Row]) -> None:
        known = self._known(block)
        inserts: list[_Row] = []
        updates: dict[tuple[int, ...], list[tuple[_Row, int]]] = {}
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

    def _known(self, block: list[_Row]) -> dict[Any, tuple[int, int]]:
        """(sid, version) of the rows of the block that exist, by identifier or by sid."""
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

    def _check_version(self, row: _Row, version: int) -> None:
        if row.version is not None and row.version != version_name(version):
            raise refusals.service(
                409,
                "soda.row.dataset-version-mismatch",
                "Row version mismatch (version_mismatch)",
                value=row.shown_key,
            )

    def _check_new(self, row: _Row) -> None:
        if row.key is None and row.sid is not None:
            raise refusals.row_missing(str(row.shown_key))
        if row.version is not None:
            raise refusals.invalid("Version given for a new row (version_on_new_row)")

    def _count_match(self, row: _Row) -> None:
        self._summary.by_key += row.key is not None
        self._summary.by_sid += row.key is None

    def _insert_sql(self) -> str:
        names = "".join(f", c{column.slot}" for column in self._columns)
        marks = ", ?" * len(self._columns)
        return (
            f"INSERT INTO {self._table} (rowkey, created_at, updated_at, version{names})"
            f" VALUES (?, ?, ?, 1{marks})"
        )

    def _insert(self, rows: list[_Row]) -> None:
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

    def _update(self, places: tuple[int, ...], rows: list[tuple[_Row, int]]) -> None:
        names = "".join(f", c{self._columns[place].slot} = ?" for place in places)
        self._connection.executemany(
            f"UPDATE {self._table} SET updated_at = ?, version = version + 1{names} WHERE sid = ?",
            ((self._now, *row.values, sid) for row, sid in rows),
        )
        self._summary.updated += len(rows)

    def _delete(self, row: _Row, found: tuple[int, int] | None) -> None:
        if not self._rules.may_delete:
            raise refusals.denied(f"delete rows of view {self._asset.id}")
        if found is None:
            self._summary.errors.append((row.index, row.shown_key))
            return
        self._connection.execute(f"DELETE FROM {self._table} WHERE sid = ?", (found[0],))
        self._count_match(row)
        self._summary.deleted += 1
