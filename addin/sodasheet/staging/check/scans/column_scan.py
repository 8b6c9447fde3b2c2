"""Scan a column: findings of its cells, and facts about all of them.

Nearly all cells of most columns are `settled` (staging/types/compiled_type.py): a cheap condition
tells that nothing is wrong with them. Only the others are tried against every condition.
"""

from __future__ import annotations

from dataclasses import replace

from sodasheet.staging.check.conditions import TIDY, ColumnConditions
from sodasheet.staging.check.mapping_sql import ColumnStats, values_from
from sodasheet.staging.sql_quoting import Rows, trimmed
from sodasheet.staging.staged_table import Stage

#: Rows from the top that show if the cheap condition is worth its time.
_TRIED = 2048

#: Rows of a table that is looked at as a whole at once.
_SHORT = 25 * _TRIED

#: Conditions that the cheap one knows nothing of.
_UNKNOWN = frozenset({"control-characters", "long-number-identifier"})

#: Problems that an empty cell has.
_OF_EMPTY = frozenset({"blank-refused", "blank-identifier"})


def count_and_keep(stage: Stage, condition: ColumnConditions, table: Rows) -> ColumnStats:
    """Put every finding of a column in the rows of `table` into the table `found`."""
    settled = _settled(condition)
    if settled is None:
        return _count_all(stage, condition, table)
    raw = condition.projected.raw
    # An empty cell that may be a problem is left to the conditions.
    refused = bool(_OF_EMPTY & {*condition.conditions})
    top = Rows(f"(SELECT {raw} FROM {table.name} LIMIT {_TRIED})", table.row)
    # In a short table a statement takes longer to plan than to run.
    for some in (top, table) if stage.rows > _SHORT else (table,):
        # Two filters, since DuckDB asks the terms of one OR of all rows.
        rows, blanks, good = _counted(
            stage,
            f"SELECT count(*), count(*) FILTER ({raw} = ''), count(*) FILTER ({settled})"
            f" FROM {some.name}",
        )
        left = rows - good - (0 if refused else blanks)
        if left * 2 > rows:
            return _count_all(stage, condition, table)
    if not left:
        return ColumnStats(untrimmed=True, tidy=True, blanks=blanks, settled=True)
    harmless = settled if refused else f"{raw} = '' OR {settled}"
    others = Rows(f"{table.name} WHERE ({harmless}) IS NOT TRUE", table.row)
    seen = _count_all(stage, condition, others)
    return seen if refused else replace(seen, blanks=(seen.blanks or 0) + blanks)


def _settled(condition: ColumnConditions) -> str | None:
    """Return SQL that is true of cells without findings and of no empty cell; None if unknown."""
    one = condition.projected
    (first, *_) = one.filled.sources
    is_cell = one.raw == f"c{first}" and one.text in (one.raw, trimmed(one.raw))
    if one.typed.settled is None or not is_cell or _UNKNOWN & {*condition.conditions}:
        return None
    return one.typed.settled(one.raw)


def _counted(stage: Stage, query: str) -> tuple[int, ...]:
    return tuple(map(int, stage.connection.execute(query).fetchone() or ()))


def _count_all(stage: Stage, condition: ColumnConditions, table: Rows) -> ColumnStats:
    """Put every finding into the table `found`, trying every cell against every condition.

    One scan counts, and tells what all cells are like; only what occurs is scanned for again.
    """
    cursor = stage.connection
    cells = _cells(condition, table)
    counts = ["count(problem)", "count(*) FILTER (WHERE trimmed)", "count(*) FILTER (WHERE untidy)"]
    counts.append("count(*) FILTER (WHERE blank)")
    counts += [f"count(*) FILTER (WHERE note{index})" for index in range(len(condition.notes))]
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {cells}").fetchone() or ()
    problems, trimmed, untidy, blanks, *notes = (int(number) for number in row)
    if problems:
        kept = f"SELECT _row, problem FROM {cells} WHERE problem IS NOT NULL"
        cursor.execute(f"INSERT INTO found (_row, code) {kept}")
    for index, (slug, _) in enumerate(condition.notes):
        if notes[index]:
            code = condition.codes[slug]
            kept = f"SELECT _row, {code} FROM {cells} WHERE note{index}"
            cursor.execute(f"INSERT INTO found (_row, code) {kept}")
    return ColumnStats(untrimmed=not trimmed, tidy=not untidy, blanks=blanks)


def _cells(column: ColumnConditions, table: Rows) -> str:
    """Return SQL for the problem and notes of each cell, and for how plain the cell is."""
    one = column.projected
    source, tidy = values_from([one], table), one.typed.tidy
    untidy = "false"
    if tidy is not None:
        source = f"(SELECT *, {tidy.fits} AS {TIDY} FROM {source})"
        untidy = f"NOT ({one.blank} OR coalesce({TIDY}, false))"
    notes = "".join(f", {condition} AS note{i}" for i, (_, condition) in enumerate(column.notes))
    trimmed = "false" if one.text == one.raw else f"{one.text_name} <> {one.raw}"
    return (
        f"(SELECT _row, {column.problem_code} AS problem, {trimmed} AS trimmed, {untidy} AS untidy"
        f", {one.blank} AS blank{notes} FROM {source})"
    )
