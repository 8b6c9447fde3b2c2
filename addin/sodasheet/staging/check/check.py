"""The check of every row against the dataset, in SQL, and its result: the rows to send."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import AMOUNT_TYPES
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.report import RejectedRow
from sodasheet.staging.check.check_findings import (
    cell_groups,
    create_found,
    in_order,
    write_findings,
)
from sodasheet.staging.check.check_plan import CheckPlan, filled_columns
from sodasheet.staging.check.conditions import (
    Condition,
    column_conditions,
    condition_of,
    count_and_keep,
    keep_duplicates,
    unusual_conditions,
)
from sodasheet.staging.check.distinct_cells import (
    MOST_ROWS_CELL_BY_CELL,
    distinct_cells,
    repeating_columns,
)
from sodasheet.staging.check.finding_reasons import REASONS
from sodasheet.staging.check.mapping_findings import about, constant_findings, mapping_findings
from sodasheet.staging.check.mapping_sql import ColumnStats, Projected, project
from sodasheet.staging.check.numbers_instead_of_text import native_findings
from sodasheet.staging.check.row_selection import (
    count_held,
    create_rejected,
    create_selection,
    forget_fresh,
    hold,
    name_removals,
    rejected_rows,
    require_apart,
)
from sodasheet.staging.check.trimmed_blanks import trimmed_notes
from sodasheet.staging.check.unreadable_cell_findings import fault_conditions, keep_faults
from sodasheet.staging.load.non_data_rows import ColumnFacts
from sodasheet.staging.sql_quoting import Rows, literal
from sodasheet.staging.staged_table import Stage

#: Reasons that cannot occur in a source without control characters.
_CONTROLS = frozenset({"control-characters"})

#: Which rows a check has to look at; None is all of them.
RowsToCheck = Callable[[Stage, tuple[Projected, ...]], Rows | None]


def check(stage: Stage, plan: CheckPlan, unknown: RowsToCheck = lambda *_: None) -> CheckResult:
    """Check every row of `stage`, one scan per column, and store the rejected rows in a table.

    `unknown` says which rows to look at where the others have passed the same check before; row
    identifiers are compared with those of all rows nevertheless.
    Raises UsageProblem if a declared format or a time zone cannot be read, Cancelled if the
    user stops it.
    """
    plan = replace(plan, facts=replace(plan.facts, file=stage.name))
    projected = project(plan, filled_columns(plan, stage.headers), partial(_knows_zone, stage))
    columns = [one for one in projected if one.filled.sources]
    create_found(stage)
    forget_fresh(stage)
    some = unknown(stage, projected)
    conditions, seen = _check_columns(stage, plan, columns, some)
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
    stage: Stage, plan: CheckPlan, columns: list[Projected], some: Rows | None
) -> tuple[list[Condition], dict[str, ColumnStats]]:
    """Return the conditions of all columns, and statistics of each column's cells.

    `some` are the rows that are checked, None all of them.
    """
    conditions: list[Condition] = []
    seen: dict[str, ColumnStats] = {}
    cell_by_cell = some is not None or stage.rows <= MOST_ROWS_CELL_BY_CELL
    repeating = frozenset[int]() if cell_by_cell else repeating_columns(stage, columns)
    natives = stage.spool.natives
    never = frozenset[str]() if stage.spool.controls else _CONTROLS
    for projected in columns:
        stage.raise_if_cancelled()
        (first, *others) = projected.filled.sources
        made = projected.filled.rule.template is not None or projected.filled.place is not None
        native = None if natives is None or others or made else natives[first]
        condition = column_conditions(plan, projected, native, never)
        for slug in condition.conditions:
            condition.codes[slug] = len(conditions)
            conditions.append(condition_of(len(conditions), REASONS[slug], projected))
        distinct = distinct_cells(stage, first) if first in repeating and not others else None
        seen[projected.filled.column.field] = count_and_keep(
            stage, condition, some or stage.table, distinct
        )
    return conditions, seen


#: Types whose settled cells have no letters.
_WORDLESS = AMOUNT_TYPES | {"calendar_date"}


def _column_facts(columns: list[Projected], seen: dict[str, ColumnStats]) -> ColumnFacts:
    """Return known facts about all cells of source columns."""
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
    """True if DuckDB, which does the arithmetic, knows the zone."""
    query = f"SELECT count(*) FROM pg_timezone_names() WHERE name = {literal(name)}"
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])


#: Rows that the portal edge rejects at a time.
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check. A stage holds a single result: replaced by the next check.

    `findings` are grouped, gravest first. `rejected` counts the rows that will not be sent,
    `good` the others; of these `held` are not to go now. The rest is `sendable`, none where
    something stops the push. `removals` counts rows of the dataset that the same request deletes,
    named by the field `removed_by`. `hidden` are source columns whose values are
    not to be shown. `projected` and `conditions` are for the other modules of this
    room.
    """

    stage: Stage
    plan: CheckPlan
    findings: tuple[FindingGroup, ...]
    rejected: int
    good: int
    projected: tuple[Projected, ...]
    conditions: tuple[Condition, ...]
    held: int = 0
    removals: int = 0
    removed_by: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def stopped(self) -> bool:
        """True if nothing can be sent yet."""
        return any(group.severity is Severity.STOP for group in self.findings)

    @property
    def sendable(self) -> int:
        """Number of rows that are ready to be sent."""
        return 0 if self.stopped else self.good - self.held

    @property
    def nothing_left(self) -> bool:
        """True if every row is already in the dataset."""
        return bool(self.held) and not self.sendable and not self.removals

    @property
    def identifier(self) -> Projected | None:
        """The row identifier's column, if filled by the mapping."""
        field = self.plan.dataset.row_identifier
        return next((one for one in self.projected if one.filled.column.field == field), None)

    @property
    def looks_up_identifiers(self) -> bool:
        """True if the push depends on which identifiers the dataset has."""
        by_presence = self.plan.method in (Method.APPEND, Method.DELETE)
        return by_presence and not self.stopped and self.plan.dataset.identifier is not None

    def rejected_rows(self, limit: int) -> tuple[RejectedRow, ...]:
        """Return the first `limit` rejected rows in source order, each with its first reason."""
        key = self.identifier
        if key is not None and key.filled.label in self.hidden:
            key = None
        return rejected_rows(self.stage, self.conditions, key, limit)

    def write_findings(self, path: Path) -> None:
        """Write every finding to `path` as UTF-8 CSV: row, column, value, reason, message.

        In the source's order, behind those that name no row. Raises SodaSheetError if the file
        cannot be written.
        """
        single = {condition.reason for condition in self.conditions}
        others = [group for group in self.findings if group.reason not in single]
        write_findings(self.stage, self.conditions, others, path)

    def hide(self, columns: Collection[str]) -> CheckResult:
        """Return the result without the values of these source columns in findings or reports.

        Faults of the source may name several columns at once, so their values are hidden too.
        """
        if not columns:
            return self
        conditions = tuple(
            replace(one, hidden=one.filled is None or one.column in columns)
            for one in self.conditions
        )
        codes = {(one.reason, one.column) for one in conditions if one.hidden}
        again = {
            (group.reason, group.column): group
            for group in cell_groups(self.stage, [*conditions])
            if (group.reason, group.column) in codes
        }
        findings = tuple(again.get((group.reason, group.column), group) for group in self.findings)
        return replace(self, conditions=conditions, findings=findings, hidden=frozenset(columns))

    def reject(self, reason: str, rows: Iterable[tuple[int, str]]) -> CheckResult:
        """Return the result with more rows rejected: source rows and their identifiers.

        `reason` is a key of `REASONS`; the identifier must be mapped.
        """
        identifier = self.identifier
        assert identifier is not None  # noqa: S101 - rows are looked up by identifier only
        condition = condition_of(len(self.conditions), REASONS[reason], identifier)
        condition = replace(condition, hidden=condition.column in self.hidden)
        rows = iter(rows)
        while chunk := list(islice(rows, _CHUNK)):
            self.stage.connection.execute(
                f"INSERT INTO found (_row, code) SELECT unnest(?::BIGINT[]), {condition.code}",
                [[row for row, _ in chunk]],
            )
        conditions = (*self.conditions, condition)
        groups = cell_groups(self.stage, list(conditions))
        added = [group for group in groups if group.reason == reason]
        findings = in_order([*self.findings, *added])
        rejected, good = create_rejected(self.stage, conditions)
        held = count_held(self.stage) + self.stage.as_sent if self.held else 0
        return replace(
            self, conditions=conditions, findings=findings, rejected=rejected, good=good, held=held
        )

    def hold_back(self, query: str) -> CheckResult:
        """Return the result with more rows held back: the rows whose `_row` the SQL selects.

        They are good and no finding; they are only not to be sent now.
        """
        return replace(self, held=self.held + hold(self.stage, query))

    def remove(self, field: str, values: Iterable[str]) -> CheckResult:
        """Return the result with dataset rows for the same request to delete.

        `field` is the row identifier's, or `:id`; `values` are as the dataset spells them. Raises
        SodaSheetError if one of them is to be sent as well.
        """
        if self.removed_by not in ("", field):
            raise SodaSheetError(
                f"Rows to delete are identified by both {self.removed_by} and {field}.",
                "Nothing was sent; please report this.",
            )
        count = name_removals(self.stage, self.plan.dataset.column(field), values)
        identifier = self.identifier
        if identifier is not None and identifier.filled.column.field == field:
            require_apart(self.stage, identifier)
        # A request that only removes rows still has work to do.
        left = tuple(group for group in self.findings if not count or group.reason != "no-rows")
        return replace(self, findings=left, removals=count, removed_by=field)
