"""Compare the rows before, as sent, and now; derive the rows to restore or delete.

`before` holds the rows as they were, `now` as they are, `sent` what the push did
(staging/restore/sent_rows.py). A row that is as it was needs nothing; one that is as it was sent
is brought back; any other has been changed by someone else since.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.model.dataset import Column
from sodasheet.model.method import Method
from sodasheet.staging.diff.dataset_rows import load_dataset_rows, quoted, read_raw
from sodasheet.staging.restore.edits_of_others import OthersRows, note_others
from sodasheet.staging.restore.restore_counts import ConflictingRow, RestoreCounts
from sodasheet.staging.restore.sent_rows import REMOVED, ROWS, SentRows
from sodasheet.staging.restore.snapshot_source import RowsToRestore, write_restore_source
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.canonical_text import hash_text, row_hash
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES


@dataclass(frozen=True, slots=True)
class RestoreInputs:
    """Pages of the snapshot, current pages, and the folder of the sent rows.

    `others` says which of these rows hold something of others.
    """

    before: Sequence[Path]
    now: Sequence[Path]
    folder: Path
    sent: SentRows
    others: OthersRows


class RestorePlan:
    """The rows of a run on a separate stage; `columns` are the writable columns."""

    def __init__(
        self,
        stage: Stage,
        columns: Sequence[Column],
        identifier: Column | None,
        traces: RestoreInputs,
    ) -> None:
        self._stage, self._columns, self._sent = stage, tuple(columns), traces.sent
        self._identifier = identifier
        for name, pages in (("before", traces.before), ("now", traces.now)):
            load_dataset_rows(stage, pages, self._columns, identifier)
            stage.connection.execute(f"ALTER TABLE held RENAME TO {name}")
            self._find_empty_texts(name, pages)
        for name, file in (("sent", ROWS), ("removed", REMOVED)):
            self._take(name, traces.folder / file)
        stage.connection.execute(f"CREATE TABLE way AS {self._judged()}")
        note_others(stage, traces.now, traces.others, whole=self.whole)

    @property
    def whole(self) -> bool:
        """True if all rows are restored together, because no identifier distinguishes them."""
        return self._identifier is None and self._sent.method is Method.REPLACE

    @property
    def repeats(self) -> bool:
        """True if the snapshot has a row twice, so that another row may be missing."""
        return bool(self._one("SELECT count(*) - count(DISTINCT id) FROM before"))

    def counted(self, *, force: bool) -> RestoreCounts:
        """Count the rows to undo; with `force`, including rows that others have changed."""
        going = self._one(f"SELECT count(*) FROM way WHERE {_GOING[force]}")
        back = self._one(f"SELECT count(*) FROM way WHERE {_BACK[force]}")
        changed = self._one(f"SELECT count(*) FROM way WHERE {_CHANGED}")
        first = self._one(f"SELECT min(coalesce(k, bid, nid)) FROM way WHERE {_CHANGED}")
        if self.whole and (going or back):
            back, going = self._one("SELECT count(*) FROM before"), 0
            going = 0 if back else self._one("SELECT count(*) FROM now")
        return RestoreCounts(back, going, changed, first, self.whole and back > 0)

    def changed_rows(self, most: int, *, all_rows: bool = False) -> list[ConflictingRow]:
        """Return the first rows that others have changed since, or that the undo affects."""
        which = f"{_BACK[True]} OR {_GOING[True]}" if all_rows else _CHANGED
        at = 3 + len(self._columns)
        values = [f"{side}.v{place}" for side in "bn" for place in range(at - 3)]
        rows = self._stage.each(
            f"SELECT way.k, had, has, {', '.join(values)} FROM way LEFT JOIN before b ON b.id = bid"
            f" LEFT JOIN now n ON n.id = nid WHERE {which}"
            f" ORDER BY coalesce(way.k, bid, nid) LIMIT {most}"
        )
        return [
            ConflictingRow(row[0], row[1], row[2], tuple(row[3:at]), tuple(row[at:]))
            for row in rows
        ]

    def write(self, putting: RowsToRestore, path: Path) -> None:
        """Write the rows to restore as a source; see `write_restore_source`."""
        write_restore_source(self._stage, putting, path)

    def going(self, *, force: bool) -> Iterator[str]:
        """Yield the identifiers, or else the `:id`s, of the rows to delete."""
        name = "k" if self._identifier is not None else "nid"
        where = "has" if self.whole else _GOING[force]
        return (value for (value,) in self._stage.each(f"SELECT {name} FROM way WHERE {where}"))

    def wanted(self, *, force: bool) -> str:
        """Return SQL for `:id` and `anew` of the rows to restore; `anew` means recreated."""
        where = "had" if self.whole else _BACK[force]
        return f"SELECT bid AS id, NOT has AS anew FROM way WHERE {where}"

    def _find_empty_texts(self, name: str, pages: Sequence[Path]) -> None:
        """Record which strings of a row are empty, not null, so that an undo restores these."""
        run = self._stage.connection.execute
        run(f"CREATE TABLE empty_{name} (id VARCHAR, texts VARCHAR)")
        texts = [one.field for one in self._columns if one.type in EMPTY_TEXT_TYPES]
        if not texts:
            return
        found = ", ".join(
            f"CASE WHEN {quoted(field)} = '' THEN '1' ELSE '0' END" for field in texts
        )
        for rows in read_raw(self._stage, pages, dict.fromkeys(texts, "VARCHAR")):
            run(
                f"INSERT INTO empty_{name} SELECT * FROM (SELECT {quoted(':id')}, concat({found})"
                f" AS texts FROM {rows}) WHERE contains(texts, '1')"
            )

    def _take(self, name: str, path: Path) -> None:
        """Load a Parquet file as a table."""
        shelved = self._stage.shelf / path.name
        try:
            shutil.copyfile(path, shelved)
            source = f"read_parquet({literal(str(shelved))})"
            self._stage.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")
        finally:
            shelved.unlink(missing_ok=True)

    def _judged(self) -> str:
        return self._by_identifier() if self._identifier is not None else self._by_likeness()

    def _by_identifier(self) -> str:
        """Return SQL for a line per row: its key and `:id`s, and its state now."""
        method = self._sent.method
        gone = {Method.DELETE: "true", Method.REPLACE: "s.k IS NULL"}.get(method, "r.k IS NOT NULL")
        as_sent = (
            f"CASE WHEN {gone} THEN n.id IS NULL ELSE n.id IS NOT NULL AND {self._alike()} END"
        )
        touched = "" if method is Method.REPLACE else " WHERE s.k IS NOT NULL OR r.k IS NOT NULL"
        return (
            "SELECT coalesce(b.k, n.k) AS k, b.id AS bid, n.id AS nid, b.id IS NOT NULL AS had,"
            f" n.id IS NOT NULL AS has, b.w IS NOT DISTINCT FROM n.w AS as_before,"
            f" {as_sent} AS as_sent"
            f" FROM ({self._narrow('before')}) b FULL JOIN ({self._narrow('now')}) n ON b.k = n.k"
            " LEFT JOIN sent s ON s.k = coalesce(b.k, n.k)"
            f" LEFT JOIN removed r ON r.k = coalesce(b.k, n.k){touched}"
        )

    def _by_likeness(self) -> str:
        """Return the same if only `:id` distinguishes rows, which a restored row loses.

        Rows with equal values are as good as each other, so they are counted off.
        """
        if self.whole:
            return self._whole()
        blank = (
            " AND ".join(f"n.{self._name(field)} IS NULL" for field in self._unwritten) or "true"
        )
        hashed = hash_text([f"n.{self._name(field)}" for field in self._sent.hashed])
        return (
            "WITH fresh AS (SELECT n.id AS nid, row_number() OVER (PARTITION BY h ORDER BY id) AS"
            f" nth, h FROM (SELECT n.*, CASE WHEN {blank} THEN {hashed} END AS h FROM now n"
            " ANTI JOIN before b ON b.id = n.id) n), ours AS (SELECT h, row_number() OVER"
            " (PARTITION BY h) AS nth FROM sent)"
            " SELECT NULL AS k, NULL AS bid, nid, false AS had, nid IS NOT NULL AS has,"
            " false AS as_before, nid IS NOT NULL AS as_sent"
            " FROM ours LEFT JOIN fresh USING (h, nth)"
            " UNION ALL SELECT NULL, b.id, n.id, true, n.id IS NOT NULL, n.id IS NOT NULL, n.id IS"
            " NULL FROM removed r JOIN before b ON b.id = r.value LEFT JOIN now n ON n.id = b.id"
        )

    def _whole(self) -> str:
        """Return SQL over all rows before and now, equal rows matched in order."""
        whole = hash_text([f"v{place}" for place in range(len(self._columns))])
        hashed = hash_text([self._name(field) for field in self._sent.hashed])
        blank = " AND ".join(f"{self._name(field)} IS NULL" for field in self._unwritten) or "true"
        nth = "row_number() OVER (PARTITION BY {0} ORDER BY id)"
        return (
            f"WITH b AS (SELECT id, w, {nth.format('w')} AS nth FROM"
            f" (SELECT id, {whole} AS w FROM before)),"
            f" n AS (SELECT id, w, h, {nth.format('w')} AS nth, {nth.format('h')} AS sth FROM"
            f" (SELECT id, {whole} AS w, CASE WHEN {blank} THEN {hashed} END AS h FROM now)),"
            " s AS (SELECT h, row_number() OVER (PARTITION BY h) AS sth FROM sent),"
            " m AS (SELECT n.*, s.h IS NOT NULL AS ours FROM n LEFT JOIN s USING (h, sth))"
            " SELECT NULL AS k, b.id AS bid, m.id AS nid, b.id IS NOT NULL AS had,"
            " m.id IS NOT NULL AS has, b.id IS NOT NULL AND m.id IS NOT NULL AS as_before,"
            " m.id IS NULL OR m.ours AS as_sent FROM b FULL JOIN m USING (w, nth)"
            " UNION ALL SELECT NULL, NULL, NULL, false, false, false, false"
            " FROM s ANTI JOIN n USING (h, sth)"
        )

    def _narrow(self, table: str) -> str:
        """Return SQL for the compared part of a table's rows.

        Hashes are used instead of the values, so that a join of a million wide rows needs little
        memory.
        `w` is the whole row, `u` the columns that the push did not write, `h` those it wrote.
        """
        whole = row_hash([f"v{place}" for place in range(len(self._columns))])
        unwritten = row_hash([self._name(field) for field in self._unwritten])
        kept = "".join(f", {self._name(field)}" for field in self._sent.kept)
        if table == "before":
            return f"SELECT id, k, {whole} AS w, {unwritten} AS u{kept} FROM before"
        hashed = hash_text([self._name(field) for field in self._sent.hashed])
        blank = " AND ".join(f"{self._name(field)} IS NULL" for field in self._unwritten) or "true"
        return (
            f"SELECT id, k, {whole} AS w, {unwritten} AS u, {blank} AS bare, {hashed} AS h{kept}"
            " FROM now"
        )

    def _alike(self) -> str:
        """Return SQL that is true if a row is as sent, apart from its old values."""
        sent = self._sent
        conditions = ["coalesce(n.h = s.h, false)"]
        for place, field in enumerate(sent.kept):
            name, x = self._name(field), f"s.x{place}"
            left = f"CASE WHEN {x} IS NULL THEN b.{name} ELSE nullif(substr({x}, 2), '') END"
            conditions.append(f"n.{name} IS NOT DISTINCT FROM {left}")
        if self._unwritten:
            # A row that was new has nothing in the columns that were not written.
            kept = "CASE WHEN b.id IS NULL THEN n.bare ELSE b.u = n.u END"
            conditions.append("n.bare" if sent.method is Method.REPLACE else kept)
        return " AND ".join(conditions)

    @property
    def _unwritten(self) -> list[str]:
        """The fields that the push did not write."""
        return [one.field for one in self._columns if one.field not in self._sent.fields]

    def _name(self, field: str) -> str:
        fields = [one.field for one in self._columns]
        return f"v{fields.index(field)}"

    def _one(self, query: str) -> Any:
        row = self._stage.connection.execute(query).fetchone()
        return row[0] if row else 0


#: Conditions over the table `way`, without and with force. Rows that others have changed are left
#: unchanged unless forced.
_EMPTY = "(SELECT texts FROM empty_{0} e WHERE e.id = {1})"
_EXACT = (
    f"(as_before AND {_EMPTY.format('before', 'bid')}"
    f" IS NOT DISTINCT FROM {_EMPTY.format('now', 'nid')})"
)
_CHANGED = "NOT as_before AND NOT as_sent"
_GOING = {False: "NOT had AND has AND as_sent", True: "NOT had AND has"}
_BACK = {
    False: f"had AND NOT {_EXACT} AND as_sent",
    True: f"had AND NOT {_EXACT}",
}
