"""The check: every row against the dataset, by SQL, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sodasheet.errors import raise_if_cancelled
from sodasheet.model.finding import FindingGroup
from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.conditions import (
    Condition,
    column_conditions,
    condition_of,
    count_and_keep,
    keep_duplicates,
    unusual_conditions,
)
from sodasheet.staging.check.filled_columns import CheckPlan, filled_columns
from sodasheet.staging.check.finding_groups import cell_groups, create_found, in_order
from sodasheet.staging.check.finding_reasons import REASONS
from sodasheet.staging.check.mapping_findings import about, constant_findings, mapping_findings
from sodasheet.staging.check.mapping_sql import ColumnStats, Projected, project
from sodasheet.staging.check.numbers_instead_of_text import native_findings
from sodasheet.staging.check.rejected_rows import create_rejected
from sodasheet.staging.check.row_selection import (
    create_selection,
    forget_fresh,
)
from sodasheet.staging.check.trimmed_blanks import trimmed_notes
from sodasheet.staging.check.unreadable_cell_findings import fault_conditions, keep_faults
from sodasheet.staging.load.non_data_rows import ColumnFacts
from sodasheet.staging.sql_quoting import Rows, literal
from sodasheet.staging.staged_table import Stage

#: What no cell of a source without control characters has to be searched for.
_CONTROLS = frozenset({"control-characters"})

#: Which rows a check has to look at; None is all of them.
RowsToCheck = Callable[[Stage, tuple[Projected, ...]], Rows | None]


def check(stage: Stage, plan: CheckPlan, unknown: RowsToCheck = lambda *_: None) -> CheckResult:
    """Check every row of `stage`, one scan per column, and leave the rejected rows in a table.

    `unknown` says which rows to look at where the others have passed the same check before; row
    identifiers are compared with those of all rows nevertheless.
    Raises UsageProblem where a declared format or a time zone cannot be read, Cancelled where the
    user stops it.
    """
    plan = replace(plan, facts=replace(plan.facts, file=stage.name))
    projected = project(plan, filled_columns(plan, stage.headers), partial(_knows_zone, stage))
    columns = [one for one in projected if one.filled.sources]
    create_found(stage)
    forget_fresh(stage)
    some = unknown(stage, projected)
    conditions, seen = _check_columns(stage, plan, columns, some or stage.table)
    trimmed = [
        one
        for one in columns
        if not seen[one.filled.column.field].untrimmed
        and one.filled.column.field != plan.dataset.row_identifier
    ]
    if some is None:
        projected = tuple(
            one.specialized(seen.get(one.filled.column.field, ColumnStats())) for one in projected
        )
        columns = [one for one in projected if one.filled.sources]
    identifier = next(
        (one for one in columns if one.filled.column.field == plan.dataset.row_identifier), None
    )
    if identifier is not None:
        condition = condition_of(len(conditions), REASONS["duplicate-identifier"], identifier)
        conditions.append(condition)
        keep_duplicates(stage, identifier, condition.code)
    known = ColumnFacts() if some else _column_facts(columns, seen)
    conditions.extend(unusual_conditions(stage, plan, len(conditions), known))
    _check_faults(stage, columns, conditions)
    rejected, good = create_rejected(stage, conditions)
    create_selection(stage)
    wholes = _wholes(stage, plan, projected)
    if trimmed:
        wholes = [*wholes, *trimmed_notes(stage, trimmed, some or stage.table)]
    return CheckResult(
        stage,
        plan,
        in_order([*wholes, *cell_groups(stage, conditions)]),
        rejected,
        good,
        projected,
        tuple(conditions),
    )


def _check_columns(
    stage: Stage, plan: CheckPlan, columns: list[Projected], table: Rows
) -> tuple[list[Condition], dict[str, ColumnStats]]:
    """Return the conditions of all columns, and statistics of each column's cells."""
    conditions: list[Condition] = []
    seen: dict[str, ColumnStats] = {}
    natives = stage.spool.natives
    never = frozenset[str]() if stage.spool.controls else _CONTROLS
    for projected in columns:
        raise_if_cancelled(stage.progress)
        (first, *others) = projected.filled.sources
        made = projected.filled.rule.template is not None or projected.filled.place is not None
        native = None if natives is None or others or made else natives[first]
        condition = column_conditions(plan, projected, native, never)
        for slug in condition.conditions:
            condition.codes[slug] = len(conditions)
            conditions.append(condition_of(len(conditions), REASONS[slug], projected))
        seen[projected.filled.column.field] = count_and_keep(stage, condition, table)
    return conditions, seen


#: Types whose settled cells have no letters.
_WORDLESS = frozenset({"number", "money", "percent", "calendar_date"})


def _column_facts(columns: list[Projected], seen: dict[str, ColumnStats]) -> ColumnFacts:
    """Return what all cells of source columns are known to be."""
    settled = [one for one in columns if seen[one.filled.column.field].settled]
    wordless = (one for one in settled if one.filled.column.type in _WORDLESS)
    full = (one for one in settled if not seen[one.filled.column.field].blanks)
    return ColumnFacts(
        frozenset(one.filled.sources[0] for one in wordless),
        frozenset(one.filled.sources[0] for one in full),
    )


def _check_faults(stage: Stage, columns: list[Projected], conditions: list[Condition]) -> None:
    if not stage.faults:
        return
    mapped = {source for one in columns for source in one.filled.sources}
    about_cells = [condition for condition in conditions if condition.filled is not None]
    for condition, column in list(fault_conditions(stage, mapped, len(conditions))):
        silenced = [
            other.code
            for other in about_cells
            if column is None or (other.filled is not None and column in other.filled.sources)
        ]
        keep_faults(stage, condition, column, silenced)
        conditions.append(condition)


def _wholes(stage: Stage, plan: CheckPlan, projected: tuple[Projected, ...]) -> list[FindingGroup]:
    """Return findings about the source, the mapping and whole columns."""
    found = [*stage.findings, *mapping_findings(plan, stage.headers)]
    if stage.rows == 0:
        found.append(about("no-rows"))
    found.extend(constant_findings(stage, projected))
    if stage.spool.natives is not None:
        found.extend(native_findings([one.filled for one in projected], stage.spool.natives))
    return found


def _knows_zone(stage: Stage, name: str) -> bool:
    """True if DuckDB, which will do the arithmetic, knows the zone."""
    query = f"SELECT count(*) FROM pg_timezone_names() WHERE name = {literal(name)}"
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])
