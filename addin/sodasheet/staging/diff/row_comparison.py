"""Source rows compared with the dataset's: new, changed, unchanged, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

from sodasheet.model.dataset import Column
from sodasheet.model.method import Method
from sodasheet.model.preview import Change, ChangeKind
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.diff.dataset_rows import DatasetRows
from sodasheet.staging.diff.equal_lines import find_equal_rows
from sodasheet.staging.diff.row_join import (
    CellPair,
    Kind,
    Rest,
    cells_of,
    index_rows,
    joined,
    paired,
)
from sodasheet.staging.types.canonical_text import shown

#: Characters of a whole row that are shown as one string.
ROW_LENGTH = 4000
#: Changed rows whose cells are compared at once: both strings of every cell have to fit in memory.
TOGETHER = 50_000


@dataclass(frozen=True)
class Comparison:
    """The effect of the sendable rows on the rows of the dataset.

    The stage has the table `compared(_row, rid, k, kind)`: source row, `:id`, row identifier and a
    `Kind`, without most rows that are the same. A stage holds one comparison at a time. `filled`
    are the fields that a row to send gives a value, if it takes other rows than these to tell.
    """

    checked: CheckResult
    held: DatasetRows | None
    pairs: tuple[CellPair, ...]
    new: int
    changed: int
    deleted: int
    unchanged: int
    filled: frozenset[str] | None = None

    @property
    def unchanged_rows(self) -> str:
        """SQL for the `_row` of every row to send that would change nothing."""
        others = f"SELECT _row FROM compared WHERE kind <> {Kind.SAME:d} AND _row IS NOT NULL"
        return f"SELECT _row FROM source WHERE _row NOT IN ({LEFT_OUT}) AND _row NOT IN ({others})"

    def deleted_rows(self) -> Iterator[tuple[str, str | None]]:
        """Yield `:id` and row identifier of every row of the dataset that would be deleted."""
        query = f"SELECT rid, k FROM compared WHERE kind = {Kind.DELETED:d}"
        yield from self._rows(query)

    def emptied(self) -> tuple[str, ...]:
        """Return the fields that have values in touched rows, and would become empty."""
        if self.held is None or self.checked.plan.method is Method.DELETE:
            return ()
        some = self.filled
        if some is None:
            some = filled_fields(self.checked, [p.projected for p in self.pairs if p.projected])
        bare = [pair for pair in self.pairs if not (pair.keeps or pair.column.field in some)]
        if not bare:
            return ()
        # A row that stays the same has no value there either.
        touched = f"SELECT rid FROM compared WHERE kind IN ({Kind.CHANGED:d}, {Kind.DELETED:d})"
        values = self.held.count_filled([pair.place for pair in bare], touched)
        return tuple(pair.column.field for pair, n in zip(bare, values, strict=True) if n)

    def load_old_rows(self) -> None:
        """Read the dataset's rows that would change or be deleted, by cell, into the table `held`.

        Their pages must still be there. Raises SodaSheetError if they cannot be read.
        """
        if self.held is not None:
            self.held.load(
                f"SELECT rid FROM compared WHERE kind IN ({Kind.CHANGED:d}, {Kind.DELETED:d})"
            )

    @cached_property
    def cells(self) -> int:
        """Number of cells that would change in changed rows, computed only once."""
        if not self.changed:
            return 0
        self.load_old_rows()
        each = " + ".join(f"CAST({pair.differs} AS INTEGER)" for pair in self.pairs)
        total = 0
        for rows in self._changed_rows():
            ((found,),) = self._rows(f"SELECT sum({each}) FROM {self._details(rows)}")
            total += int(found or 0)
        return total

    def changes(self, most: int | None = None) -> Iterator[Change]:
        """Yield changed cells, then rows that would be deleted, then new rows, by source row.

        All of them, or at most a given number; then each kind has its share.
        """
        if most is None:
            cells = gone = born = None
        else:
            cells, gone, born = shares((self.cells, self.deleted, self.new), most)
        # Every changed row has a changed cell, so that as many rows are enough.
        yield from islice(self._changed(cells), cells)
        yield from self._deleted(gone)
        yield from self._new(born)

    def _changed(self, limit: int | None) -> Iterator[Change]:
        if not self.changed:
            return
        self.load_old_rows()
        values = "".join(f", {one.differs}, v{one.place}, {one.new}" for one in self.pairs)
        for rows in self._changed_rows(limit):
            for row, key, *cells in self._rows(
                f"SELECT _row, c.k{values} FROM {self._details(rows)} ORDER BY _row"
            ):
                yield from self._changes_of(row, key, cells)

    def _changes_of(self, row: int, key: str | None, cells: list[Any]) -> Iterator[Change]:
        for place, pair in enumerate(self.pairs):
            differs, old, new = cells[3 * place : 3 * place + 3]
            if differs:
                kind, field = pair.column.type, pair.column.field
                yield Change(
                    ChangeKind.CHANGED, row, key, field, shown(kind, old), shown(kind, new)
                )

    def _changed_rows(self, limit: int | None = None) -> Iterator[str]:
        """Yield SQL for the changed rows, several at a time by source row, up to a limit."""
        chosen = f"SELECT * FROM compared WHERE kind = {Kind.CHANGED:d}"
        if limit is not None:
            yield f"({chosen} ORDER BY _row LIMIT {limit:d})"
            return
        numbered = f"SELECT _row, row_number() OVER (ORDER BY _row) AS place FROM ({chosen})"
        edges = [
            row
            for (row,) in self._rows(
                f"SELECT _row FROM ({numbered}) WHERE place % {TOGETHER:d} = 0 ORDER BY _row"
            )
        ]
        for first, last in pairwise([None, *edges, None]):
            after = "" if first is None else f" AND _row > {first:d}"
            until = "" if last is None else f" AND _row <= {last:d}"
            yield f"({chosen}{after}{until})"

    def _details(self, rows: str) -> str:
        """Return SQL for these changed rows with old and new text of every cell."""
        mine = cells_of(self.checked, self.pairs, rows)
        # Few of many: selected first, so that no join processes all rows.
        old = f"(SELECT * FROM held SEMI JOIN {rows} AS wanted ON wanted.rid = held.id)"
        return f"{rows} c JOIN {old} AS old ON old.id = c.rid JOIN ({mine}) USING (_row)"

    def _deleted(self, limit: int | None) -> Iterator[Change]:
        if not self.deleted:
            return
        self.load_old_rows()
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
        mine = cells_of(self.checked, filled, rows)
        names = "".join(f", o{pair.place}" for pair in filled)
        query = f"SELECT _row, k{names} FROM {rows} JOIN ({mine}) USING (_row) ORDER BY _row"
        for row, key, *values in self._rows(query):
            new = _one_text([pair.column for pair in filled], values)
            yield Change(ChangeKind.NEW, row, key, new=new)

    def _rows(self, query: str) -> Iterator[Any]:
        return self.checked.stage.each(query)


def shares(counts: Sequence[int], most: int) -> list[int]:
    """Divide `most` among the kinds: equal parts, with the rest to the first."""
    given = [min(count, most // len(counts)) for count in counts]
    for place, count in enumerate(counts):
        given[place] += min(count - given[place], most - sum(given))
    return given


def find_rest(checked: CheckResult, held: DatasetRows) -> Rest | None:
    """Return the rows that have no equal on the other side, None if that takes a whole comparison.

    Raises as `load_dataset_rows`.
    """
    return find_equal_rows(checked, held, tuple(paired(checked, held)))


def compare(
    checked: CheckResult, held: DatasetRows | None = None, rest: Rest | None = None
) -> Comparison:
    """Join the sendable rows with the dataset's rows in question.

    `held` is None if none of them is: an append only adds. A replace must be given all rows. `rest`
    is what `find_rest` has found for them, if it was asked.
    """
    pairs = tuple(paired(checked, held))
    if held is not None:
        rest = rest or find_equal_rows(checked, held, pairs)
        index_rows(checked, held, pairs, rest)
    query = joined(checked, held, pairs, rest)
    run = checked.stage.connection.execute
    run(f"CREATE OR REPLACE TABLE compared AS {query}")
    counted = run("SELECT kind, count(*) FROM compared GROUP BY kind").fetchall()
    counts = {Kind(kind): int(rows) for kind, rows in counted}
    return Comparison(
        checked,
        held,
        pairs,
        new=counts.get(Kind.NEW, 0),
        changed=counts.get(Kind.CHANGED, 0),
        deleted=counts.get(Kind.DELETED, 0),
        unchanged=counts.get(Kind.SAME, 0) + (rest.equal if rest else 0),
    )


def filled_fields(checked: CheckResult, columns: Iterable[Projected]) -> frozenset[str]:
    """Return the fields that a sendable row gives a value, among the loaded rows."""
    stage = checked.stage
    loaded, left_out = stage.rows - stage.as_sent, stage.rows - checked.sendable
    some, projected = set[str](), list[Projected]()
    for one in columns:
        # More cells have values than rows are left out, so at least one must be sent.
        if one.blanks is not None and one.blanks + left_out < loaded:
            some.add(one.filled.column.field)
        else:
            projected.append(one)
    if not projected:
        return frozenset(some)
    tests = ", ".join(f"bool_or(NOT ({one.blank}))" for one in projected)
    row = stage.connection.execute(
        f"SELECT {tests} FROM {values_from(projected, stage.table)} WHERE _row NOT IN ({LEFT_OUT})"
    ).fetchone()
    found = zip(projected, row or (), strict=True)
    return frozenset(some) | {one.filled.column.field for one, is_filled in found if is_filled}


def _one_text(columns: list[Column], values: list[str | None]) -> str:
    """Return a row as a single text, without its blank cells."""
    told = (
        f"{column.field}: {shown(column.type, value)}"
        for column, value in zip(columns, values, strict=True)
        if value is not None
    )
    text = ", ".join(told)
    return text if len(text) <= ROW_LENGTH else text[: ROW_LENGTH - 1] + "…"
