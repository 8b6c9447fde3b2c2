"""The check: every row against the dataset, by SQL, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.report import RejectedRow
from sodasheet.staging.cancel import raise_if_cancelled
from sodasheet.staging.check.conditions import Watch, column_watch, count_and_keep, watch_of
from sodasheet.staging.check.duplicates import keep_duplicates
from sodasheet.staging.check.findings import cell_groups, create_found, in_order
from sodasheet.staging.check.mapping_findings import about, mapping_findings
from sodasheet.staging.check.native_cells import native_findings
from sodasheet.staging.check.plan import CheckPlan, filled_columns
from sodasheet.staging.check.projection import Projected, Seen, project
from sodasheet.staging.check.reasons import REASONS
from sodasheet.staging.check.rejected import create_rejected, rejected_rows, write_findings
from sodasheet.staging.check.selection import (
    count_held,
    create_selection,
    forget_fresh,
    hold,
    name_removals,
    require_apart,
)
from sodasheet.staging.check.source_faults import fault_watches, keep_faults
from sodasheet.staging.constants import constant_findings
from sodasheet.staging.sql import Rows, literal
from sodasheet.staging.stage import Stage

__all__ = ["CheckPlan", "Checked", "check"]

#: Rows that the portal edge rejects at a time.
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. A stage holds one check at a time: the next one replaces it.

    `findings` are grouped, gravest first. `rejected` counts the rows that will not be sent,
    `good` the others; of these `held` are not to go now. The rest is `sendable`, none where
    something stops the push. `removals` counts rows of the dataset that the same request deletes,
    named by the field `removed_by`. `projected` and `watches` are for the other modules of this
    room.
    """

    stage: Stage
    plan: CheckPlan
    findings: tuple[FindingGroup, ...]
    rejected: int
    good: int
    projected: tuple[Projected, ...]
    watches: tuple[Watch, ...]
    held: int = 0
    removals: int = 0
    removed_by: str = ""

    @property
    def stopped(self) -> bool:
        """Whether nothing can be sent as things stand."""
        return any(group.severity is Severity.STOP for group in self.findings)

    @property
    def sendable(self) -> int:
        """How many rows are ready to be sent."""
        return 0 if self.stopped else self.good - self.held

    @property
    def identifier(self) -> Projected | None:
        """The row identifier's column, where the mapping fills it."""
        field = self.plan.dataset.row_identifier
        return next((one for one in self.projected if one.filled.column.field == field), None)

    def rejected_rows(self, limit: int) -> tuple[RejectedRow, ...]:
        """The first `limit` rejected rows in the source's order, each with its first reason."""
        return rejected_rows(self.stage, self.watches, self.identifier, limit)

    def write_findings(self, path: Path) -> None:
        """Write every single finding to `path` as UTF-8 CSV: row, column, value, reason, message.

        In the source's order, behind those that name no row. Raises SodaSheetError where the file
        cannot be written.
        """
        single = {watch.reason for watch in self.watches}
        others = [group for group in self.findings if group.reason not in single]
        write_findings(self.stage, self.watches, others, path)

    def reject(self, reason: str, rows: Iterable[tuple[int, str]]) -> Checked:
        """The same check with more rows rejected: `rows` are source rows and their identifiers.

        `reason` is a key of `REASONS`; the identifier must be mapped.
        """
        identifier = self.identifier
        assert identifier is not None  # noqa: S101 - rows are looked up by identifier only
        watch = watch_of(len(self.watches), REASONS[reason], identifier)
        rows = iter(rows)
        while chunk := list(islice(rows, _CHUNK)):
            self.stage.connection.execute(
                f"INSERT INTO found (_row, code) SELECT unnest(?::BIGINT[]), {watch.code}",
                [[row for row, _ in chunk]],
            )
        watches = (*self.watches, watch)
        groups = cell_groups(self.stage, list(watches))
        added = [group for group in groups if group.reason == reason]
        findings = in_order([*self.findings, *added])
        rejected, good = create_rejected(self.stage, watches)
        held = count_held(self.stage) + self.stage.as_sent if self.held else 0
        return replace(
            self, watches=watches, findings=findings, rejected=rejected, good=good, held=held
        )

    def hold_back(self, query: str) -> Checked:
        """The same check with the rows whose `_row` the SQL gives held back, on top of others.

        They are good and no finding; they are only not to be sent now.
        """
        return replace(self, held=self.held + hold(self.stage, query))

    def remove(self, field: str, values: Iterable[str]) -> Checked:
        """The same check with rows of the dataset to be deleted by the request that sends its rows.

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
            require_apart(self, identifier)
        # A request that only removes rows is none without work to do.
        left = tuple(group for group in self.findings if not count or group.reason != "no-rows")
        return replace(self, findings=left, removals=count, removed_by=field)


#: What no cell of a source without control characters has to be searched for.
_CONTROLS = frozenset({"control-characters"})

#: Which rows a check has to look at; None is all of them.
Unknown = Callable[[Stage, tuple[Projected, ...]], Rows | None]


def check(stage: Stage, plan: CheckPlan, unknown: Unknown = lambda *_: None) -> Checked:
    """Check every row of `stage`, one scan per column, and leave the rejected ones in a table.

    `unknown` says which rows to look at where the others have passed the same check before; row
    identifiers are compared with those of all rows nevertheless.
    Raises UsageProblem where a declared format or a time zone cannot be read, Cancelled where the
    user stops it.
    """
    projected = project(plan, filled_columns(plan, stage.headers), partial(_knows_zone, stage))
    columns = [one for one in projected if one.filled.sources]
    create_found(stage)
    forget_fresh(stage)
    some = unknown(stage, projected)
    watches, seen = _check_columns(stage, plan, columns, some or stage.table)
    if some is None:
        projected = tuple(
            one.settled(seen.get(one.filled.column.field, Seen())) for one in projected
        )
        columns = [one for one in projected if one.filled.sources]
    identifier = next(
        (one for one in columns if one.filled.column.field == plan.dataset.row_identifier), None
    )
    if identifier is not None:
        watch = watch_of(len(watches), REASONS["duplicate-identifier"], identifier)
        watches.append(watch)
        keep_duplicates(stage, identifier, watch.code)
    _check_faults(stage, columns, watches)
    rejected, good = create_rejected(stage, watches)
    create_selection(stage)
    return Checked(
        stage,
        plan,
        in_order([*_wholes(stage, plan, projected), *cell_groups(stage, watches)]),
        rejected,
        good,
        projected,
        tuple(watches),
    )


def _check_columns(
    stage: Stage, plan: CheckPlan, columns: list[Projected], table: Rows
) -> tuple[list[Watch], dict[str, Seen]]:
    """The watches of all columns, and what the cells of each are like."""
    watches: list[Watch] = []
    seen: dict[str, Seen] = {}
    natives = stage.spool.natives
    never = frozenset[str]() if stage.spool.controls else _CONTROLS
    for projected in columns:
        raise_if_cancelled(stage.progress)
        (first, *others) = projected.filled.sources
        native = natives[first] if natives is not None and not others else None
        watch = column_watch(plan, projected, native, never)
        for slug in watch.conditions:
            watch.codes[slug] = len(watches)
            watches.append(watch_of(len(watches), REASONS[slug], projected))
        seen[projected.filled.column.field] = count_and_keep(stage, watch, table)
    return watches, seen


def _check_faults(stage: Stage, columns: list[Projected], watches: list[Watch]) -> None:
    if not stage.faults:
        return
    mapped = {source for one in columns for source in one.filled.sources}
    about_cells = [watch for watch in watches if watch.filled is not None]
    for watch, column in list(fault_watches(stage, mapped, len(watches))):
        silenced = [
            other.code
            for other in about_cells
            if column is None or (other.filled is not None and column in other.filled.sources)
        ]
        keep_faults(stage, watch, column, silenced)
        watches.append(watch)


def _wholes(stage: Stage, plan: CheckPlan, projected: tuple[Projected, ...]) -> list[FindingGroup]:
    """Findings about the source, the mapping and whole columns."""
    found = [*stage.findings, *mapping_findings(plan, stage.headers)]
    if stage.rows == 0:
        found.append(about("no-rows"))
    found.extend(constant_findings(stage, projected))
    found.extend(native_findings([one.filled for one in projected], stage.spool.natives))
    return found


def _knows_zone(stage: Stage, name: str) -> bool:
    """DuckDB will do the arithmetic, so DuckDB is asked."""
    query = f"SELECT count(*) FROM pg_timezone_names() WHERE name = {literal(name)}"
    row = stage.connection.execute(query).fetchone()
    return bool(row and row[0])
