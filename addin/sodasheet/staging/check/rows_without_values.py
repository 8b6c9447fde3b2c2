"""Rows without a value in any column that is sent: these are ignored like blank rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.staging.check.check_plan import CheckPlan, emptiable_columns
from sodasheet.staging.check.mapping_sql import cleaned
from sodasheet.staging.load.non_data_rows import number_rows
from sodasheet.staging.sql_quoting import trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.wording import counted

#: How many rows are shown with their text, and the characters of each string.
_EXAMPLES, _LENGTH = 20, 80

#: Columns that are tested first: a condition on thousands takes long to plan.
_LEADING = 8


def without_emptied_rows(stage: Stage, plan: CheckPlan) -> Stage:
    """Return the stage without the rows that would be published as empty rows.

    Cleanup may leave no value, or only columns that fill nothing may have some. A note says how
    many rows there are. If an identifier is sent, a row that lacks it is a finding, unless no
    column of the source has a value. Rows with broken cells are left to the check.
    """
    places = emptiable_columns(plan, stage.headers)
    if not places:
        return stage
    mapping = plan.mapping
    rules = {rule.source: rule for rule in mapping.columns if rule.source is not None}
    texts = [
        f"{_text(f'c{place}', rules.get(stage.headers[place], ColumnRule()), mapping)} = ''"
        for place in places
    ]
    if not _count(stage, texts[:_LEADING]):
        return stage
    broken = "_row NOT IN (SELECT _row FROM faults)"
    count = _count(stage, [*texts, broken])
    if not count:
        return stage
    empty = " AND ".join([*texts, broken])
    note = _note(stage, empty, count)
    spool = stage.spool if stage.spool.numbered else number_rows(stage.connection, stage.spool)
    stage.connection.execute(f"DELETE FROM source WHERE {empty}")
    spool = replace(spool, findings=(*spool.findings, note))
    return replace(stage, spool=spool, rows=stage.rows - count)


def _text(cell: str, rule: ColumnRule, mapping: Mapping) -> str:
    """SQL for a cell after cleanup; surrounding blanks do not matter."""
    return cleaned(trimmed(cell), rule, mapping.missing)


def _count(stage: Stage, conditions: Iterable[str]) -> int:
    query = f"SELECT count(*) FROM source WHERE {' AND '.join(conditions)}"
    row = stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _note(stage: Stage, empty: str, count: int) -> FindingGroup:
    cells = ", ".join(f"nullif({trimmed(f'c{place}')}, '')" for place in range(len(stage.headers)))
    found = stage.connection.execute(
        f"SELECT _row, left(concat_ws(', ', {cells}), {_LENGTH}) FROM source WHERE {empty}"
        f" ORDER BY _row LIMIT {_EXAMPLES}"
    ).fetchall()
    what = counted(count, "row has", "rows have")
    left = "is" if count == 1 else "are"
    return FindingGroup(
        reason="rows-emptied",
        severity=Severity.NOTE,
        message=f"{what} no value in any column that is sent, and {left} left out like blank rows.",
        remedy=ROW_NOTES["rows-emptied"][1],
        count=count,
        examples=tuple(Finding(row, None, text) for row, text in found),
    )
