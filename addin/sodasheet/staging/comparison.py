"""The source's rows joined with the dataset's: which are new, changed, unchanged, deleted.

Two steps keep it small. First the rows are joined by their identifiers and told apart by a number
of 128 bits made of their values; then only those that differ are looked at cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import Any

from sodasheet.model.column import Column
from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.model.preview import Change, ChangeKind
from sodasheet.staging.canonical import ours, row_hash, shown
from sodasheet.staging.checks import Checked
from sodasheet.staging.held import Held
from sodasheet.staging.projection import Projected, values_from
from sodasheet.staging.selection import LEFT_OUT
from sodasheet.staging.sql import Rows, any_of

#: Rows taken from DuckDB at a time.
_FETCHED = 1000

#: Characters of a whole row that are shown as one text.
ROW_LENGTH = 4000


class Kind(IntEnum):
    """What becomes of a row, as the table `compared` says it."""

    SAME = 0
    CHANGED = 1
    DELETED = 2
    NEW = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of the dataset, what fills it, and its place in `held`.

    `keeps` says that a blank cell leaves the dataset's cell alone.
    """

    column: Column
    projected: Projected | None
    place: int
    keeps: bool

    @property
    def new(self) -> str:
        """SQL for the cell as it would be, over the names of `_mine`."""
        return "CAST(NULL AS VARCHAR)" if self.projected is None else f"o{self.place}"

    @property
    def differs(self) -> str:
        """SQL that is true where the cell would change."""
        kept = f"{self.new} IS NOT NULL AND " if self.keeps else ""
        return f"({kept}v{self.place} IS DISTINCT FROM {self.new})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the sendable rows would do to the rows of `held`.

    The stage has the table `compared(_row, rid, k, kind)`: source row, `:id`, row identifier and a
    `Kind`. A stage holds one comparison at a time.
    """

    checked: Checked
    held: Held | None
    pairs: tuple[Pair, ...]
    new: int
    changed: int
    deleted: int
    unchanged: int

    @property
    def unchanged_rows(self) -> str:
        """SQL for the `_row` of every source row that would change nothing."""
        return f"SELECT _row FROM compared WHERE kind = {Kind.SAME:d}"

    def deleted_rows(self) -> Iterator[tuple[str, str | None]]:
        """`:id` and row identifier of every row of the dataset that would go."""
        query = f"SELECT rid, k FROM compared WHERE kind = {Kind.DELETED:d}"
        yield from self._rows(query)

    def emptied(self) -> tuple[str, ...]:
        """Fields that hold values in the rows that stay and are touched, and would hold none."""
        if self.held is None or self.checked.plan.method is Method.DELETE:
            return ()
        some = _filled(self.checked, [pair for pair in self.pairs if pair.projected])
        bare = [pair for pair in self.pairs if not (pair.keeps or pair.column.field in some)]
        if not bare:
            return ()
        counts = ", ".join(f"count(v{pair.place})" for pair in bare)
        # A replace lets go of every row there is; other methods of those that they update.
        touched = (
            "" if self.checked.plan.method is Method.REPLACE
            else f"SEMI JOIN (SELECT rid FROM compared WHERE kind IN ({Kind.SAME:d},"
            f" {Kind.CHANGED:d})) ON rid = id"
        )  # fmt: skip
        (values,) = self._rows(f"SELECT {counts} FROM held {touched}")
        return tuple(pair.column.field for pair, n in zip(bare, values, strict=True) if n)

    def cells(self) -> int:
        """How many cells of changed rows would change."""
        if not self.changed:
            return 0
        each = " + ".join(f"CAST({pair.differs} AS INTEGER)" for pair in self.pairs)
        ((total,),) = self._rows(f"SELECT sum({each}) FROM {self._details()}")
        return int(total)

    def changes(self, most: int | None = None) -> Iterator[Change]:
        """Changed cells first, then rows that would go, then new ones, each by source row.

        All of them, or at most so many; then each kind has its share.
        """
        if most is None:
            cells = gone = born = None
        else:
            cells, gone, born = shares((self.cells(), self.deleted, self.new), most)
        # Every changed row has a changed cell, so that as many rows are enough.
        yield from islice(self._changed(cells), cells)
        yield from self._deleted(gone)
        yield from self._new(born)

    def _changed(self, limit: int | None) -> Iterator[Change]:
        if not self.changed:
            return
        values = "".join(f", {one.differs}, v{one.place}, {one.new}" for one in self.pairs)
        for row, key, *cells in self._rows(
            f"SELECT _row, c.k{values} FROM {self._details(limit)} ORDER BY _row"
        ):
            for place, pair in enumerate(self.pairs):
                differs, old, new = cells[3 * place : 3 * place + 3]
                if differs:
                    kind, field = pair.column.type, pair.column.field
                    yield Change(
                        ChangeKind.CHANGED, row, key, field, shown(kind, old), shown(kind, new)
                    )

    def _details(self, limit: int | None = None) -> str:
        """SQL for the changed rows with both texts of every cell."""
        most = "" if limit is None else f" ORDER BY _row LIMIT {limit:d}"
        rows = f"(SELECT * FROM compared WHERE kind = {Kind.CHANGED:d}{most})"
        mine = _mine(self.checked, self.pairs, rows)
        # Few of many: picked out first, so that no join takes all of them in hand.
        old = f"(SELECT * FROM held SEMI JOIN {rows} AS wanted ON wanted.rid = held.id)"
        return f"{rows} c JOIN {old} AS old ON old.id = c.rid JOIN ({mine}) USING (_row)"

    def _deleted(self, limit: int | None) -> Iterator[Change]:
        if not self.deleted:
            return
        columns = [(pair.column, f"v{pair.place}") for pair in self.pairs]
        most = "" if limit is None else f" LIMIT {limit:d}"
        rows = f"(SELECT * FROM compared WHERE kind = {Kind.DELETED:d} ORDER BY _row, k{most})"
        names = "".join(f", {name}" for _, name in columns)
        old = f"(SELECT * FROM held SEMI JOIN {rows} AS wanted ON wanted.rid = held.id)"
        query = (
            f"SELECT _row, c.k{names} FROM {rows} c JOIN {old} AS old ON old.id = c.rid"
            " ORDER BY _row, c.k, id"
        )  # fmt: skip
        for row, key, *values in self._rows(query):
            old = _one_text([column for column, _ in columns], values)
            yield Change(ChangeKind.DELETED, row, key, old=old)

    def _new(self, limit: int | None) -> Iterator[Change]:
        if not self.new:
            return
        most = "" if limit is None else f" LIMIT {limit:d}"
        rows = f"(SELECT _row, k FROM compared WHERE kind = {Kind.NEW:d} ORDER BY _row{most})"
        filled = [pair for pair in self.pairs if pair.projected]
        mine = _mine(self.checked, filled, rows)
        names = "".join(f", o{pair.place}" for pair in filled)
        query = f"SELECT _row, k{names} FROM {rows} JOIN ({mine}) USING (_row) ORDER BY _row"
        for row, key, *values in self._rows(query):
            new = _one_text([pair.column for pair in filled], values)
            yield Change(ChangeKind.NEW, row, key, new=new)

    def _rows(self, query: str) -> Iterator[Any]:
        cursor = self.checked.stage.cursor()
        try:
            cursor.execute(query)
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows
        finally:
            cursor.close()


def shares(counts: Sequence[int], most: int) -> list[int]:
    """How many of each kind are shown where not all can be: an equal part, and what is left over
    to the first that have more."""
    given = [min(count, most // len(counts)) for count in counts]
    for place, count in enumerate(counts):
        given[place] += min(count - given[place], most - sum(given))
    return given


def compare(checked: Checked, held: Held | None = None) -> Comparison:
    """Join the sendable rows with those of the dataset that are in question.

    `held` is None where none of them is: an append only adds. A replace must be given all rows.
    """
    pairs = tuple(_pairs(checked, held))
    query = _compared(checked, held, pairs)
    run = checked.stage.connection.execute
    run(f"CREATE OR REPLACE TABLE compared AS {query}")
    counted = run("SELECT kind, count(*) FROM compared GROUP BY kind").fetchall()
    counts = {Kind(kind): int(rows) for kind, rows in counted}
    order = (Kind.NEW, Kind.CHANGED, Kind.DELETED, Kind.SAME)
    return Comparison(checked, held, pairs, *(counts.get(kind, 0) for kind in order))


def _pairs(checked: Checked, held: Held | None) -> Iterator[Pair]:
    """What is compared: a replace touches every column, an upsert those that it fills."""
    filled = {one.filled.column.field: one for one in checked.projected}
    method = checked.plan.method
    columns = checked.plan.dataset.columns if held is None else held.columns
    upsert = method is Method.UPSERT
    for place, column in enumerate(columns):
        own = filled.get(column.field)
        if own is not None or (held is not None and not upsert):
            keeps = upsert and own is not None and own.filled.blank is Blank.KEEP
            yield Pair(column, own, place, keeps)


def _mine(checked: Checked, pairs: Sequence[Pair], only: str = "") -> str:
    """SQL for the rows that go: `_row` and the canonical text of each filled cell.

    `only` is SQL for the table whose `_row` names the few that are wanted of them.
    """
    projected = [pair.projected for pair in pairs if pair.projected]
    texts = "".join(f", {ours(p.projected)} AS o{p.place}" for p in pairs if p.projected)
    table = checked.stage.table
    where = "" if only else f" WHERE _row NOT IN ({LEFT_OUT})"
    if only:
        # Picked out before anything is worked out of them.
        row = f"{table.name}._row" if table.row == "_row" else table.row
        table = Rows(f"{table.name} SEMI JOIN {only} AS chosen ON chosen._row = {row}", row)
    return f"SELECT _row{texts} FROM {values_from(projected, table)}{where}"


def _keyed(checked: Checked) -> str:
    """SQL for `_row` and row identifier `mk` of the sendable rows."""
    identifier = checked.identifier
    if identifier is None:
        return (
            f"SELECT _row, CAST(NULL AS VARCHAR) AS mk FROM source WHERE _row NOT IN ({LEFT_OUT})"
        )
    table = values_from([identifier], checked.stage.table)
    return f"SELECT _row, {ours(identifier)} AS mk FROM {table} WHERE _row NOT IN ({LEFT_OUT})"


def _compared(checked: Checked, held: Held | None, pairs: tuple[Pair, ...]) -> str:
    method = checked.plan.method
    if held is None:
        return (
            f"SELECT _row, CAST(NULL AS VARCHAR) AS rid, mk AS k, {Kind.NEW:d} AS kind"
            f" FROM ({_keyed(checked)})"
        )
    if method is Method.DELETE:
        return (
            f"SELECT _row, id AS rid, k, {Kind.DELETED:d} AS kind"
            f" FROM ({_keyed(checked)}) JOIN (SELECT id, k FROM held) ON mk = k"
        )
    if checked.plan.dataset.identifier is None:
        return _whole_rows(checked, pairs)
    return _by_identifier(checked, pairs)


def _by_identifier(checked: Checked, pairs: tuple[Pair, ...]) -> str:
    kept = [pair for pair in pairs if pair.keeps]
    sure = [pair for pair in pairs if not pair.keeps]
    outer = "FULL" if checked.plan.method is Method.REPLACE else "LEFT"
    identifier = checked.plan.dataset.row_identifier
    key = next(pair for pair in pairs if pair.column.field == identifier)
    own = "".join(f", o{pair.place}" for pair in kept)
    old = "".join(f", v{pair.place}" for pair in kept)
    differs = any_of(["mh <> th", *(pair.differs for pair in kept)])
    return f"""
        SELECT _row, rid, coalesce(k, mk) AS k, CASE WHEN rid IS NULL THEN {Kind.NEW:d}
            WHEN _row IS NULL THEN {Kind.DELETED:d} WHEN {differs} THEN {Kind.CHANGED:d}
            ELSE {Kind.SAME:d} END AS kind
        FROM (SELECT _row, o{key.place} AS mk, {_hash(sure, mine=True)} AS mh{own}
            FROM ({_mine(checked, pairs)}))
        {outer} JOIN (SELECT id AS rid, k, {_hash(sure, mine=False)} AS th{old} FROM held)
        ON mk = k"""


def _whole_rows(checked: Checked, pairs: tuple[Pair, ...]) -> str:
    """Without an identifier equal rows are as good as each other: the first with the first."""
    mine = (
        f"SELECT _row, {_hash(pairs, mine=True)} AS mh, row_number() OVER"
        f" (PARTITION BY mh ORDER BY _row) AS mn FROM ({_mine(checked, pairs)})"
    )
    theirs = (
        f"SELECT id AS rid, {_hash(pairs, mine=False)} AS th, row_number() OVER"
        " (PARTITION BY th ORDER BY id) AS tn FROM held"
    )
    return f"""
        SELECT _row, rid, CAST(NULL AS VARCHAR) AS k, CASE WHEN rid IS NULL THEN {Kind.NEW:d}
            WHEN _row IS NULL THEN {Kind.DELETED:d} ELSE {Kind.SAME:d} END AS kind
        FROM ({mine}) FULL JOIN ({theirs}) ON mh = th AND mn = tn"""


def _hash(pairs: tuple[Pair, ...] | list[Pair], *, mine: bool) -> str:
    return row_hash([pair.new if mine else f"v{pair.place}" for pair in pairs])


def _filled(checked: Checked, pairs: list[Pair]) -> set[str]:
    """The fields that a sendable row gives a value."""
    projected = [pair.projected for pair in pairs if pair.projected]
    if not projected:
        return set()
    tests = ", ".join(f"bool_or(NOT ({one.blank}))" for one in projected)
    row = checked.stage.connection.execute(
        f"SELECT {tests} FROM {values_from(projected, checked.stage.table)}"
        f" WHERE _row NOT IN ({LEFT_OUT})"
    ).fetchone()
    return {one.filled.column.field for one, some in zip(projected, row or (), strict=True) if some}


def _one_text(columns: list[Column], values: list[str | None]) -> str:
    """A row as one text, its blank cells left out."""
    told = (
        f"{column.field}: {shown(column.type, value)}"
        for column, value in zip(columns, values, strict=True)
        if value is not None
    )
    text = ", ".join(told)
    return text if len(text) <= ROW_LENGTH else text[: ROW_LENGTH - 1] + "…"
