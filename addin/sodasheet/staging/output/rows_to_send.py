"""Reading the rows to be sent, and the dataset's rows to be removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sodasheet.staging.check.check_result import CheckResult
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
