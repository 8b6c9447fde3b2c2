"""The rows to send, the rows rejected or held back, and rows of the dataset to remove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.model.finding import Severity
from sodasheet.model.report import RejectedRow
from sodasheet.staging.check.check_findings import VALUE_LENGTH, value_of
from sodasheet.staging.check.conditions import Condition
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.registry import compile_cell

if TYPE_CHECKING:
    from sodasheet.model.dataset import Column

#: SQL for the numbers of the rows that are not sent, rejected or held back.
LEFT_OUT = "SELECT _row FROM left_out"

#: Identifiers processed at a time.
_CHUNK = 5000


def create_rejected(stage: Stage, conditions: Iterable[Condition]) -> tuple[int, int]:
    """Create the table `rejected(_row)` of rows rejected by a finding.

    Gives their number, and how many rows of the source are left, those `as_sent` among them. A row
    that was too broken to be in the table `source` at all is among the rejected ones as well.
    """
    run = stage.connection.execute
    run(
        "CREATE OR REPLACE TABLE rejected AS SELECT DISTINCT _row FROM found "
        f"WHERE code IN ({_rejecting(conditions)})"
    )
    row = run(
        "SELECT (SELECT count(*) FROM rejected), "
        "(SELECT count(*) FROM source WHERE _row NOT IN (SELECT _row FROM rejected))"
    ).fetchone()
    return (int(row[0]), int(row[1]) + stage.as_sent) if row else (0, 0)


def rejected_rows(
    stage: Stage, conditions: Sequence[Condition], identifier: Projected | None, limit: int
) -> tuple[RejectedRow, ...]:
    """Return the first `limit` rejected rows, each with the first reason found."""
    key = identifier.text if identifier is not None else "NULL"
    rows = stage.connection.execute(
        f"""
        SELECT f._row, {key}, f.code, left({value_of(conditions)}, {VALUE_LENGTH}) FROM (
            SELECT _row, min(code) AS code, first(value ORDER BY code) AS value FROM found
            WHERE code IN ({_rejecting(conditions)}) GROUP BY _row ORDER BY _row LIMIT {int(limit)}
        ) f LEFT JOIN source USING (_row) ORDER BY f._row
        """
    ).fetchall()
    return tuple(
        RejectedRow(
            row,
            key or None,
            conditions[code].column,
            value,
            conditions[code].says,
            conditions[code].reason,
        )
        for row, key, code, value in rows
    )


def _rejecting(conditions: Iterable[Condition]) -> str:
    codes = [condition.code for condition in conditions if condition.severity is Severity.REJECT]
    return ", ".join(map(str, codes)) or "NULL"


def create_selection(stage: Stage) -> None:
    """Create the tables `held_back(_row)` and `removals(key, value)`, both empty."""
    run = stage.connection.execute
    run("CREATE OR REPLACE TABLE held_back (_row BIGINT)")
    run("CREATE OR REPLACE TABLE removals (key VARCHAR, value VARCHAR)")
    run(
        "CREATE OR REPLACE VIEW left_out AS"
        " SELECT _row FROM rejected UNION ALL SELECT _row FROM held_back"
    )


def forget_fresh(stage: Stage) -> None:
    """Drop the row hashes of an earlier check (staging/diff/row_hashes.py)."""
    stage.connection.execute("DROP TABLE IF EXISTS fresh")


def hold(stage: Stage, query: str) -> int:
    """Hold back the rows whose `_row` the query selects, unless already rejected.

    Gives how many they are.
    """
    inserted = stage.connection.execute(
        f"INSERT INTO held_back SELECT _row FROM (SELECT _row FROM source) SEMI JOIN ({query})"
        " USING (_row) ANTI JOIN left_out USING (_row)"
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def count_held(stage: Stage) -> int:
    """Count the rows that are held back and not rejected."""
    return _number(stage, "held_back WHERE _row NOT IN (SELECT _row FROM rejected)")


def name_removals(stage: Stage, column: Column | None, values: Iterable[str]) -> int:
    """Record the distinct rows of the dataset to remove; return their number.

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


def require_apart(stage: Stage, identifier: Projected) -> None:
    """Raise SodaSheetError if one request would both write and remove a row."""
    table = values_from([identifier], stage.table)
    found = stage.connection.execute(
        f"SELECT k FROM (SELECT _row, {identifier.typed.key} AS k FROM {table})"
        f" SEMI JOIN removals ON k = removals.key WHERE _row NOT IN ({LEFT_OUT}) LIMIT 1"
    ).fetchone()
    if found is not None:
        raise SodaSheetError(
            f"The row {found[0]} was about to be written and deleted by the same request.",
            "Nothing was sent; please report this.",
        )


def _key(column: Column) -> str:
    return compile_cell(Cell(column, "value", "parsed")).key or "value"


def _number(stage: Stage, table: str) -> int:
    row = stage.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
