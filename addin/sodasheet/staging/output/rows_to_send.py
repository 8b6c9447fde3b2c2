"""Reading the rows to be sent, their size, and the dataset's rows to be removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.load.csv_loader import LINE_SIZE
from sodasheet.staging.sql_quoting import Rows


def removal_objects(checked: CheckResult) -> Iterator[bytes]:
    """Yield a JSON object for each row to remove (portal-api.md B.2, point 5)."""
    field = json.dumps(checked.removed_by, ensure_ascii=False)
    for (value,) in checked.stage.each("SELECT value FROM removals"):
        text = json.dumps(value, ensure_ascii=False)
        yield f'{{{field}:{text},":deleted":true}}'.encode()


def removal_values(checked: CheckResult, size: int) -> Iterator[list[str]]:
    """Yield the identifiers of the rows to remove, `size` at a time."""
    for rows in checked.stage.fetched("SELECT value FROM removals", size):
        yield [value for (value,) in rows]


@dataclass(frozen=True, slots=True)
class RowScan:
    """A way to read the rows to send: from `table`, with `order` behind the query.

    `whole` says that rows that are not sent are among them, for the reader to skip.
    """

    table: Rows
    order: str
    whole: bool


def scan_rows(checked: CheckResult) -> RowScan:
    """Return how to read the selected rows in source order.

    DuckDB streams a plain scan in table order, and a join would lose that order, so the few rows
    that are not sent are left to the reader to skip. If most of them are not sent, those that are
    get selected first and sorted, so that the others are never written out.
    """
    if checked.held * 2 < checked.good:
        return RowScan(checked.stage.table, "", whole=True)
    return RowScan(selected_rows(checked), " ORDER BY _row", whole=False)


def selected_rows(checked: CheckResult) -> Rows:
    """Return the rows to send and no others, unordered, before anything is made of them."""
    table = checked.stage.table
    picked = f"{table.name} ANTI JOIN left_out ON left_out._row = {_of(table)}"
    return Rows(picked, _of(table))


def _of(table: Rows) -> str:
    """Return the row's number, distinct from the number to compare."""
    return f"{table.name}._row" if table.row == "_row" else table.row


#: A character takes at most so many times its bytes in JSON (a control character: six).
_SWELL = 6


def oversized(checked: CheckResult, limit: int) -> tuple[int, int] | None:
    """Return the first sendable row whose JSON exceeds `limit` bytes, and its size, or None.

    Only where the source's cells are large enough for it are the rows worked out.
    """
    names = sum(len(one.filled.column.field) + _SWELL for one in checked.projected)
    # No line that was loaded is longer, and no cell of it is sent twice.
    single = checked.stage.spool.of_lines and _each_cell_once(checked.projected)
    if single and _SWELL * (LINE_SIZE + names) <= limit:
        return None
    raw = " + ".join(f"strlen({one.raw})" for one in checked.projected)
    if checked.stopped or not raw:
        return None
    table = checked.stage.table
    most = f"{_SWELL} * ({raw}) + {_SWELL * names}"
    large = checked.stage.connection.execute(
        f"SELECT {table.row} AS _row FROM {table.name} WHERE {most} > {limit:d}"
    ).fetchall()
    sizes = {int(row): 1 for (row,) in large}
    # One column at a time: all of such a row at once may be more than there is memory for.
    for one in checked.projected if sizes else ():
        for row, size in _sizes(checked, one, sizes):
            sizes[row] += size
    gone = checked.stage.connection.execute(LEFT_OUT).fetchall() if sizes else []
    left_out = {row for (row,) in gone}
    over = ((row, size) for row, size in sorted(sizes.items()) if size > limit)
    return next((found for found in over if found[0] not in left_out), None)


def _sizes(checked: CheckResult, one: Projected, rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the bytes of a column's part of these rows."""
    table = values_from([one], checked.stage.table)
    return checked.stage.connection.execute(
        f"SELECT _row, coalesce(strlen({one.piece}), 0) FROM {table}"
        " WHERE _row IN (SELECT unnest(?::BIGINT[]))",
        [list(rows)],
    ).fetchall()


def _each_cell_once(projected: Sequence[Projected]) -> bool:
    """True if every column is filled by a source column of its own."""
    sources = [one.filled.sources for one in projected]
    return all(len(some) == 1 for some in sources) and len(set(sources)) == len(sources)
