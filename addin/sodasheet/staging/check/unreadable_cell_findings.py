"""Faults of the spool as findings, if they concern cells that are sent."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.sources.fault_log import FAULTS
from sodasheet.staging.check.conditions import NAMED_ROWS, Condition
from sodasheet.staging.staged_table import Stage


def fault_conditions(
    stage: Stage, mapped: set[int], code: int
) -> Iterator[tuple[Condition, int | None]]:
    """Yield a condition for each reason and column that has faults, with the column's position.

    `mapped` are the source columns that fill something; `code` is the first number that is free.
    """
    rows = stage.connection.execute(
        f"SELECT DISTINCT column_index, reason FROM faults WHERE _row NOT IN ({NAMED_ROWS})"
        " ORDER BY column_index NULLS FIRST, reason"
    ).fetchall()
    for column, reason in rows:
        if column is None or column in mapped:
            yield _watch(stage, code, column, reason), column
            code += 1


def keep_faults(stage: Stage, condition: Condition, column: int | None, codes: list[int]) -> None:
    """Insert the faults of one condition into `found`, replacing other findings of the cells.

    `codes` are the conditions of that column, or all of them where a whole row is broken.
    """
    place = "column_index IS NULL" if column is None else f"column_index = {column}"
    if codes:
        numbers = ", ".join(map(str, codes))
        stage.connection.execute(
            f"DELETE FROM found WHERE code IN ({numbers}) "
            f"AND _row IN (SELECT _row FROM faults WHERE {place})"
        )
    stage.connection.execute(
        f"INSERT INTO found (_row, code, value) SELECT _row, {condition.code}, value FROM faults "
        f"WHERE {place} AND reason = ? AND _row NOT IN ({NAMED_ROWS})",
        [condition.reason],
    )


def _watch(stage: Stage, code: int, column: int | None, reason: str) -> Condition:
    fault = FAULTS[reason]
    header = None if column is None else stage.headers[column]
    return Condition(
        code, reason, fault.severity, header, "NULL", fault.message, fault.message, fault.remedy
    )
