"""How the rows to be sent are read, and those of the dataset that are to be removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sodasheet.staging.check.result import CheckResult
from sodasheet.staging.sql import Rows


def removal_objects(checked: CheckResult) -> Iterator[bytes]:
    """A JSON object for each row that is to go (portal-api.md B.2, point 5)."""
    field = json.dumps(checked.removed_by, ensure_ascii=False)
    for (value,) in checked.stage.each("SELECT value FROM removals"):
        text = json.dumps(value, ensure_ascii=False)
        yield f'{{{field}:{text},":deleted":true}}'.encode()


def removal_values(checked: CheckResult, size: int) -> Iterator[list[str]]:
    """The identifiers of the rows that are to go, `size` at a time."""
    for rows in checked.stage.fetched("SELECT value FROM removals", size):
        yield [value for (value,) in rows]


@dataclass(frozen=True, slots=True)
class RowScan:
    """How the rows that go are read: from `table`, with `order` behind the query.

    `whole` says that rows that stay behind are among them and are for the reader to leave out.
    """

    table: Rows
    order: str
    whole: bool


def scan_rows(checked: CheckResult) -> RowScan:
    """DuckDB streams a plain scan in the order of the table, and a join would lose that order, so
    the few rows that stay behind are left to the reader. Where most of them stay behind, those
    that go are picked out first and sorted, so that the others are never written out.
    """
    if checked.held * 2 < checked.good:
        return RowScan(checked.stage.table, "", whole=True)
    return RowScan(selected_rows(checked), " ORDER BY _row", whole=False)


def selected_rows(checked: CheckResult) -> Rows:
    """The rows that go and no others, in no order, picked out before anything is made of them."""
    table = checked.stage.table
    picked = f"{table.name} ANTI JOIN left_out ON left_out._row = {_of(table)}"
    return Rows(picked, _of(table))


def _of(table: Rows) -> str:
    """The row's number, told apart from the one it is compared with."""
    return f"{table.name}._row" if table.row == "_row" else table.row
