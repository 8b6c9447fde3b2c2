"""Writing whole columns of values into a dataset, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any

from socrata_practice import refusals
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.storage.database import now_text
from socrata_practice.storage.row_identifier_change import missing_key

Cells = list[Any]
_TOGETHER = 50
"""Rows of one statement: starting and ending a statement costs as much as a row does."""


@dataclass
class Counts:
    """Counts of rows by result."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    errors: int = 0
    by_key: bool = False

    def reported(self) -> dict[str, int]:
        """Return the six keys of upsert_complete."""
        return {
            "Errors": self.errors,
            "Rows Created": self.created,
            "Rows Updated": self.updated,
            "Rows Deleted": self.deleted,
            "By RowIdentifier": (self.updated + self.deleted) if self.by_key else 0,
            "By SID": 0,
        }


@dataclass(frozen=True)
class BulkRules:
    """Behaviors that rest on a guess of the contract."""

    clears_omitted: bool = False
    refuses_duplicates: bool = False


class BulkWriter:
    """Writes blocks of values: a list of cells for each of `columns`, None to skip a column."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        asset: Asset,
        columns: list[Column | None],
        action: str,
        rules: BulkRules,
    ) -> None:
        self.columns = columns
        self._connection = connection
        self._asset = asset
        self._action = action
        self._table = f"rows_{asset.table_id}"
        self._index = f"rowkey_{asset.table_id}"
        self._key = asset.key_column
        self._key_place = columns.index(self._key) if self._key in columns else -1
        self._rules = rules
        self._seen: set[str | None] = set()
        self._now = now_text()
        self._taken = 0
        self._counts = Counts(by_key=self._key is not None)
        self._before = 0
        self._upsert_sql = cache(self._upsert_statement)

    def _upsert_statement(self, rows: int) -> str:
        """Return the statement for a number of rows: the identifier and cells of each."""
        slots = [column.slot for column in self.columns if column is not None]
        names = "".join(f", c{slot}" for slot in slots)
        now = f"'{self._now}'"
        row = f"(?, {now}, {now}, 1{', ?' * len(slots)})"
        # An error ends the whole transaction, so that no single statement needs to be undone.
        sql = (
            f"INSERT OR FAIL INTO {self._table} (rowkey, created_at, updated_at, version{names})"
            f" VALUES {', '.join([row] * rows)}"
        )
        if self._key is None or self._action == "replace":
            return sql
        values = "".join(f", c{slot} = excluded.c{slot}" for slot in slots)
        if self._rules.clears_omitted:
            omitted = [one for one in self._asset.columns if one not in self.columns]
            values += "".join(f", c{one.slot} = NULL" for one in omitted if not one.is_computed)
        return (
            f"{sql} ON CONFLICT (rowkey) DO UPDATE SET updated_at = excluded.updated_at,"
            f" version = version + 1{values}"
        )

    def begin(self) -> None:
        """Prepare the table; a replace removes every row first."""
        if self._action == "replace":
            self._connection.execute(f"DELETE FROM {self._table}")
            # An index that is built once at the end costs less than one that grows with the rows.
            self._connection.execute(f"DROP INDEX {self._index}")
        if self._key is not None and self._key_place < 0:
            raise missing_key(self._key)
        if self._action == "delete" and self._key is None:
            raise refusals.publishing(
                400, "no_primary_key", f"Dataset {self._asset.id} has no row identifier"
            )
        self._before = self._rows()

    def _index_rows(self) -> None:
        """Build the index of a replaced table; of rows with the same identifier the last stays."""
        index = f"CREATE UNIQUE INDEX {self._index} ON {self._table} (rowkey)"
        try:
            self._connection.execute(index)
        except sqlite3.IntegrityError:
            self._connection.execute(
                f"DELETE FROM {self._table} WHERE rowkey IS NOT NULL AND sid NOT IN"
                f" (SELECT max(sid) FROM {self._table} WHERE rowkey IS NOT NULL GROUP BY rowkey)"
            )
            self._connection.execute(index)

    def _rows(self) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {self._table}").fetchone()[0])

    def write(self, cells: list[Cells]) -> None:
        """Write one block; raises Refusal for a row without a row identifier."""
        rows = len(cells[0])
        keys = self._keys(cells, rows)
        if self._rules.refuses_duplicates and self._key is not None:
            self._refuse_duplicates(keys)
        if self._action == "delete":
            self._delete(keys)
            return
        kept = [
            column for column, wanted in zip(cells, self.columns, strict=True) if wanted is not None
        ]
        self._upsert([keys, *kept], rows)
        self._taken += rows

    def _upsert(self, columns: list[Cells], rows: int) -> None:
        width = len(columns)
        flat: Cells = [None] * (rows * width)
        for place, column in enumerate(columns):
            flat[place::width] = column
        most = self._connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        together = max(1, min(_TOGETHER, most // width))
        self._connection.executemany(
            self._upsert_sql(together), zip(*[iter(flat)] * (together * width), strict=False)
        )
        rest = rows % together
        if rest:
            self._connection.execute(self._upsert_sql(rest), flat[-rest * width :])

    def _keys(self, cells: list[Cells], rows: int) -> list[str | None]:
        if self._key is None:
            return [None] * rows
        values = cells[self._key_place]
        if None in values or "" in values:
            raise missing_key(self._key)
        if self._key.type.kind == "text":
            return values
        return list(map(self._key.type.key, values))

    def _refuse_duplicates(self, keys: list[str | None]) -> None:
        before = len(self._seen)
        self._seen.update(keys)
        if len(self._seen) < before + len(keys):
            raise refusals.publishing(400, "duplicate_row_id", "Two rows have the same identifier")

    def _delete(self, keys: list[str | None]) -> None:
        before = self._connection.total_changes
        self._connection.executemany(
            f"DELETE FROM {self._table} WHERE rowkey = ?", ((key,) for key in keys)
        )
        deleted = self._connection.total_changes - before
        self._counts.deleted += deleted
        self._counts.errors += len(keys) - deleted

    def finish(self) -> Counts:
        """Write what is buffered and return the counts of all rows."""
        if self._action == "replace":
            self._index_rows()
        if self._action != "delete":
            self._counts.created = self._rows() - self._before
            self._counts.updated = self._taken - self._counts.created
        return self._counts
