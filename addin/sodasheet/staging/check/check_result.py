"""The result of a check, and the rows that are to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.report import RejectedRow
from sodasheet.staging.check.conditions import Condition, condition_of
from sodasheet.staging.check.filled_columns import CheckPlan
from sodasheet.staging.check.finding_groups import cell_groups, in_order
from sodasheet.staging.check.finding_reasons import REASONS
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.check.rejected_rows import create_rejected, rejected_rows, write_findings
from sodasheet.staging.check.row_selection import count_held, hold, name_removals, require_apart
from sodasheet.staging.staged_table import Stage

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
        """True if nothing can be sent as things stand."""
        return any(group.severity is Severity.STOP for group in self.findings)

    @property
    def sendable(self) -> int:
        """Number of rows that are ready to be sent."""
        return 0 if self.stopped else self.good - self.held

    @property
    def nothing_left(self) -> bool:
        """True if the dataset has every row already."""
        return bool(self.held) and not self.sendable and not self.removals

    @property
    def identifier(self) -> Projected | None:
        """The row identifier's column, if filled by the mapping."""
        field = self.plan.dataset.row_identifier
        return next((one for one in self.projected if one.filled.column.field == field), None)

    def rejected_rows(self, limit: int) -> tuple[RejectedRow, ...]:
        """Return the first `limit` rejected rows in source order, each with its first reason."""
        key = self.identifier
        if key is not None and key.filled.label in self.hidden:
            key = None
        return rejected_rows(self.stage, self.conditions, key, limit)

    def write_findings(self, path: Path) -> None:
        """Write every single finding to `path` as UTF-8 CSV: row, column, value, reason, message.

        In the source's order, behind those that name no row. Raises SodaSheetError where the file
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
        """Return the result with more rows held back: rows whose `_row` the SQL selects.

        They are good and no finding; they are only not to be sent now.
        """
        return replace(self, held=self.held + hold(self.stage, query))

    def remove(self, field: str, values: Iterable[str]) -> CheckResult:
        """Return the result with rows of the dataset to be deleted by the same request.

        `field` is the row identifier's, or `:id`; `values` are as the dataset spells them. Raises
        SodaSheetError where one of them is to be sent as well.
        """
        if self.removed_by not in ("", field):
            raise SodaSheetError(
                f"Rows to be deleted are named by {self.removed_by} and by {field} at once.",
                "Nothing was sent; please report this.",
            )
        count = name_removals(self.stage, self.plan.dataset.column(field), values)
        identifier = self.identifier
        if identifier is not None and identifier.filled.column.field == field:
            require_apart(self.stage, identifier)
        # A request that only removes rows is none without work to do.
        left = tuple(group for group in self.findings if not count or group.reason != "no-rows")
        return replace(self, findings=left, removals=count, removed_by=field)
