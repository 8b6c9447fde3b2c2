"""Which rows go: the good ones that are not held back, and rows of the dataset to be removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.staging.check.projection import Projected, values_from
from sodasheet.staging.sql import Rows
from sodasheet.staging.stage import Stage
from sodasheet.staging.types.compiled import Cell
from sodasheet.staging.types.registry import compile_cell

if TYPE_CHECKING:
    from sodasheet.model.column import Column
    from sodasheet.staging.check.check import Checked

#: SQL for the numbers of the rows that stay behind, rejected or held back.
LEFT_OUT = "SELECT _row FROM left_out"

#: Identifiers taken at a time.
_CHUNK = 5000


def create_selection(stage: Stage) -> None:
    """Make the tables `held_back(_row)` and `removals(key, value)`, both empty."""
    run = stage.connection.execute
    run("CREATE OR REPLACE TABLE held_back (_row BIGINT)")
    run("CREATE OR REPLACE TABLE removals (key VARCHAR, value VARCHAR)")
    run(
        "CREATE OR REPLACE VIEW left_out AS"
        " SELECT _row FROM rejected UNION ALL SELECT _row FROM held_back"
    )


def forget_fresh(stage: Stage) -> None:
    """Drop what was found out about the rows of an earlier check (staging/diff/row_hashes.py)."""
    stage.connection.execute("DROP TABLE IF EXISTS fresh")


def hold(stage: Stage, query: str) -> int:
    """Hold back the rows whose `_row` the query gives, but for those that stay behind anyway.

    Gives how many they are.
    """
    inserted = stage.connection.execute(
        f"INSERT INTO held_back SELECT _row FROM (SELECT _row FROM source) SEMI JOIN ({query})"
        " USING (_row) ANTI JOIN left_out USING (_row)"
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def count_held(stage: Stage) -> int:
    """How many rows are held back that would go otherwise."""
    return _number(stage, "held_back WHERE _row NOT IN (SELECT _row FROM rejected)")


def name_removals(stage: Stage, column: Column | None, values: Iterable[str]) -> int:
    """Write down which rows of the dataset are to go, each once; how many there are in all.

    `values` are identifiers as the dataset spells them, `column` is theirs, or None for `:id`.
    """
    key = "value" if column is None else _key(column)
    values = iter(values)
    while chunk := list(islice(values, _CHUNK)):
        stage.connection.execute(
            f"INSERT INTO removals SELECT DISTINCT ON (key) * FROM (SELECT {key} AS key, value"
            " FROM (SELECT value AS parsed, value FROM (SELECT unnest(?::VARCHAR[]) AS value)))"
            " WHERE key NOT IN (SELECT key FROM removals)",
            [chunk],
        )
    return _number(stage, "removals")


def require_apart(checked: Checked, identifier: Projected) -> None:
    """Raise SodaSheetError where one request would write a row and remove it too."""
    table = values_from([identifier], checked.stage.table)
    found = checked.stage.connection.execute(
        f"SELECT k FROM (SELECT _row, {identifier.typed.key} AS k FROM {table})"
        f" SEMI JOIN removals ON k = removals.key WHERE _row NOT IN ({LEFT_OUT}) LIMIT 1"
    ).fetchone()
    if found is not None:
        raise SodaSheetError(
            f"The row {found[0]} was about to be written and deleted by the same request.",
            "Nothing was sent; please report this.",
        )


def removal_objects(checked: Checked) -> Iterator[bytes]:
    """A JSON object for each row that is to go (portal-api.md B.2, point 5)."""
    field = json.dumps(checked.removed_by, ensure_ascii=False)
    for (value,) in checked.stage.each("SELECT value FROM removals"):
        text = json.dumps(value, ensure_ascii=False)
        yield f'{{{field}:{text},":deleted":true}}'.encode()


def removal_values(checked: Checked, size: int) -> Iterator[list[str]]:
    """The identifiers of the rows that are to go, `size` at a time."""
    for rows in checked.stage.fetched("SELECT value FROM removals", size):
        yield [value for (value,) in rows]


@dataclass(frozen=True, slots=True)
class Scan:
    """How the rows that go are read: from `table`, with `order` behind the query.

    `whole` says that rows that stay behind are among them and are for the reader to leave out.
    """

    table: Rows
    order: str
    whole: bool


def scan(checked: Checked) -> Scan:
    """DuckDB streams a plain scan in the order of the table, and a join would lose that order, so
    the few rows that stay behind are left to the reader. Where most of them stay behind, those
    that go are picked out first and sorted, so that the others are never written out.
    """
    if checked.held * 2 < checked.good:
        return Scan(checked.stage.table, "", whole=True)
    return Scan(going(checked), " ORDER BY _row", whole=False)


def going(checked: Checked) -> Rows:
    """The rows that go and no others, in no order, picked out before anything is made of them."""
    table = checked.stage.table
    picked = f"{table.name} ANTI JOIN left_out ON left_out._row = {_of(table)}"
    return Rows(picked, _of(table))


def _of(table: Rows) -> str:
    """The row's number, told apart from the one it is compared with."""
    return f"{table.name}._row" if table.row == "_row" else table.row


def _key(column: Column) -> str:
    return compile_cell(Cell(column, "value", "parsed")).key or "value"


def _number(stage: Stage, table: str) -> int:
    row = stage.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
