"""Rows that will not be sent, and every single finding as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from sodasheet.errors import SodaSheetError
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.report import RejectedRow
from sodasheet.sources.grid.cell_text import disarmed
from sodasheet.staging.check.conditions import Condition
from sodasheet.staging.check.finding_groups import VALUE_LENGTH, sentence, value_of
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.staged_table import Stage

COLUMNS = ("row", "column", "value", "reason", "message")


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


def create_rejected(stage: Stage, conditions: Iterable[Condition]) -> tuple[int, int]:
    """Create the table `rejected(_row)` of rows with a finding that rejects them.

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


def write_findings(
    stage: Stage, conditions: Sequence[Condition], others: Iterable[FindingGroup], path: Path
) -> None:
    """Write `others` and then every row's findings to `path`; formulas are disarmed."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for group in others:
                first = group.examples[0] if group.examples else None
                row = first.row if first else None
                writer.writerow(_line(row, group.column, "", (group.reason, group.message)))
            _write_rows(stage, conditions, writer)
    except OSError as error:
        raise SodaSheetError(
            f"The findings cannot be written to {path}: {error.strerror}.",
            "Close the file if another program has it open, or choose another place.",
        ) from error


def _write_rows(stage: Stage, conditions: Sequence[Condition], writer: _Writer) -> None:
    query = (
        f"SELECT f._row, f.code, {value_of(conditions)}, f.other FROM found f "
        "LEFT JOIN source USING (_row) ORDER BY f._row, f.code"
    )
    for row, code, value, other in stage.each(query):
        condition = conditions[code]
        words = condition.reason, sentence(condition, row, value, other)
        writer.writerow(_line(row, condition.column, value, words))


def _line(
    row: int | None, column: str | None, value: str, words: tuple[str, str]
) -> tuple[object, ...]:
    reason, message = words
    return row, disarmed(column or ""), disarmed(value), reason, message


def _rejecting(conditions: Iterable[Condition]) -> str:
    codes = [condition.code for condition in conditions if condition.severity is Severity.REJECT]
    return ", ".join(map(str, codes)) or "NULL"
