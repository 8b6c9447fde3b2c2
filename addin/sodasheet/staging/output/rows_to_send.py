"""The rows to send in source order, and their JSON for the portal in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any

from sodasheet.errors import Refused, SodaSheetError
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.load.csv_loader import LINE_SIZE
from sodasheet.staging.sql_quoting import Rows, literal
from sodasheet.staging.staged_table import Stage


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
    """A way to read the rows to send: from `table`, with `order` after the query.

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
    """Return only the rows to send, unordered and unconverted."""
    table = checked.stage.table
    picked = f"{table.name} ANTI JOIN left_out ON left_out._row = {_of(table)}"
    return Rows(picked, _of(table))


def _of(table: Rows) -> str:
    """Return the row's number, distinct from the number to compare."""
    return f"{table.name}._row" if table.row == "_row" else table.row


#: JSON takes at most this many times the bytes of a character (a control character: six).
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
    # One column at a time: a complete row of this kind may not fit in memory.
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
    """True if every column is filled by a separate source column."""
    sources = [one.filled.sources for one in projected]
    return all(len(some) == 1 for some in sources) and len(set(sources)) == len(sources)


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The most rows and bytes of one batch; `limit` is the most rows of all, for a trial.

    Rows to be removed count like rows of the source for a batch, and not for the limit.
    """

    rows: int = 5000
    bytes: int = 4_000_000
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A request: source row numbers, and a JSON array with an object for each row.

    Behind them come the objects of `removals` rows of the dataset that are to go.
    """

    rows: tuple[int, ...]
    body: bytes
    removals: int = 0


def batches(checked: CheckResult, limits: BatchLimits = BatchLimits()) -> Generator[Batch]:
    """Yield the sendable rows in as few batches as the limits allow.

    A single row of more than `limits.bytes` goes alone. Raises Refused if the check stopped.
    """
    rows: list[int | None] = []
    objects: list[bytes] = []
    size = 2
    for row, text in chain(islice(_objects(checked), limits.limit), _removals(checked)):
        if rows and (len(rows) == limits.rows or size + len(text) > limits.bytes):
            yield _batch(rows, objects)
            rows, objects, size = [], [], 2
        rows.append(row)
        objects.append(text)
        size += len(text) + 1
    if rows:
        yield _batch(rows, objects)


def body(checked: CheckResult, limit: int | None = None) -> Iterator[bytes]:
    """Yield all sendable rows, or the first `limit`, as pieces of a single JSON array."""
    opening = b"["
    for batch in batches(checked, BatchLimits(limit=limit)):
        yield opening + batch.body[1:-1]
        opening = b","
    yield b"]" if opening == b"," else b"[]"


def identifiers(checked: CheckResult, size: int) -> Iterator[list[tuple[int, str]]]:
    """Yield source row and identifier of every sendable row, `size` at a time.

    Identifiers are as the portal compares them: 1.0 and 01 are both 1 in a number column.
    """
    identifier = checked.identifier
    if identifier is None:
        raise Refused("No source column fills the row identifier.", "Map a source column to it.")
    table = partial(values_from, [identifier])
    rows = _sendable(
        checked, lambda rows: f"SELECT _row, {identifier.typed.key} FROM {table(rows)}"
    )
    while chunk := list(islice(rows, size)):
        yield chunk


def touched_identifiers(checked: CheckResult, size: int) -> Iterator[list[str]]:
    """Yield the identifiers of rows that are sent and of rows that are also deleted."""
    if checked.sendable:
        for chunk in identifiers(checked, size):
            yield [value for _, value in chunk]
    yield from removal_values(checked, size)


def _batch(rows: list[int | None], objects: list[bytes]) -> Batch:
    """Return a batch of rows that each have a number, and of removals, which have none."""
    numbers = tuple(row for row in rows if row is not None)
    return Batch(numbers, b"[" + b",".join(objects) + b"]", len(rows) - len(numbers))


def _removals(checked: CheckResult) -> Iterator[tuple[None, bytes]]:
    return ((None, text) for text in removal_objects(checked) if checked.removals)


def _objects(checked: CheckResult) -> Iterator[tuple[int, bytes]]:
    """Yield source row and JSON object of every sendable row."""
    for row, text in _sendable(checked, partial(_query, checked)):
        if text is None:
            raise SodaSheetError(
                f"Row {row:,} passed the check but cannot be written.",
                "Nothing more was sent; please report this row.",
            )
        # Each member has a comma before it. Omitting the first in SQL would copy all text.
        yield row, b"{%b}" % text[1:]


def _query(checked: CheckResult, table: Rows) -> str:
    """Return SQL for row number and JSON members, the latter NULL if a value has no JSON.

    `concat` skips NULL, hence the CASE: a key must never be lost in silence.
    """
    projected, method = checked.projected, checked.plan.method
    names = [f"j{index}" for index in range(len(projected))]
    pieces = "".join(f", {one.piece} AS {name}" for one, name in zip(projected, names, strict=True))
    deleted = [literal(f",{json.dumps(':deleted')}:true")] if method is Method.DELETE else []
    whole = f"concat({', '.join([*names, *deleted])})"
    missing = " OR ".join(f"{name} IS NULL" for name in names)
    return (
        f"SELECT _row, CASE WHEN {missing} THEN NULL ELSE encode({whole}) END "
        f"FROM (SELECT _row{pieces} FROM {values_from(projected, table)})"
    )


def _sendable(checked: CheckResult, query: Callable[[Rows], str]) -> Iterator[tuple[int, Any]]:
    """Yield the rows of `query` to send, in source order.

    Those that stay behind come as a second stream where the scan does not leave them out.
    """
    if checked.stopped:
        raise Refused("The check found something that stops the push.", "Check its findings.")
    stage, way = checked.stage, scan_rows(checked)
    rows = stage.each(query(way.table) + way.order)
    if not way.whole:
        yield from rows
        return
    left_out = _numbers(stage, f"{LEFT_OUT} ORDER BY _row")
    skip = next(left_out, None)
    for row in rows:
        while skip is not None and skip < row[0]:
            skip = next(left_out, None)
        if row[0] != skip:
            yield row


def _numbers(stage: Stage, query: str) -> Iterator[int]:
    return (row[0] for row in stage.each(query))
