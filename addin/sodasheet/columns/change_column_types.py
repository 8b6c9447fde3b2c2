"""Change the data types of columns that have values.

No portal converts a column in place. All rows are downloaded, checked as values of the new types,
and written again by one revision whose output columns have these types; the portal applies it
wholly or not at all. The rows as they were stay on this computer for an undo.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.backup.back_up_dataset import settled_download
from sodasheet.columns.column_change_records import ColumnsRun, begin_run
from sodasheet.columns.requested_changes import RetypedColumn
from sodasheet.errors import Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.dataset import UNWRITABLE_TYPES, Dataset
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.model.report import RejectedRow
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.download import Download, opened
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.runs.journal import runs_folder
from sodasheet.push.runs.push_lock import dataset_lock
from sodasheet.push.send.last_look_and_own_write import LastLook
from sodasheet.push.send.publishing_transport import Publishing, RevisionPlan
from sodasheet.push.send.send_once import revision_obstacle
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.fitting_formats import suggest_formats
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.restore.rows_as_csv_and_parquet import (
    csv_source,
    load_table,
    shorten_links,
    write_csv,
)
from sodasheet.staging.sql_quoting import any_of
from sodasheet.staging.staged_table import Stage
from sodasheet.wording import counted, listed, part_of

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

_ROWS = "rows.csv"

#: How many rows that cannot be converted are shown.
EXAMPLES = 5

#: How many distinct values can be emptied at once.
_MOST_EMPTIED = 1000


@dataclass(frozen=True, slots=True)
class RetypePlan:
    """A type change, checked against the current rows of the dataset.

    `dataset` has the new types. `unfit` is how many values of each field do not convert,
    `examples` are the first rows with one. `formats` are those by which values are read.
    """

    dataset: Dataset
    changes: tuple[RetypedColumn, ...]
    before: Download
    checked: CheckResult
    unfit: dict[str, int]
    examples: tuple[RejectedRow, ...]
    formats: dict[str, str]

    @property
    def rows(self) -> int:
        """Number of rows of the dataset."""
        return self.before.rows

    def to_json(self) -> dict[str, Any]:
        """Return the plan as one JSON object."""
        return {
            "rows": self.rows,
            "unfit": self.unfit,
            "examples": [
                {"identifier": one.identifier, "column": one.column, "value": one.value,
                 "reason": one.reason}
                for one in self.examples
            ],
            "formats": self.formats,
        }  # fmt: skip


@contextmanager
def plan_retype(
    session: PortalSession,
    dataset: Dataset,
    changes: Sequence[RetypedColumn],
    room: Path,
    progress: Progress,
) -> Iterator[RetypePlan]:
    """Check the dataset's current rows against the new types, for the duration of a block.

    Nothing is written to the portal. Raises Refused if the rows cannot be written again, or the
    dataset cannot be read as of one moment.
    """
    lost = [column.label for column in dataset.columns if column.type in UNWRITABLE_TYPES]
    if lost:
        raise Refused(
            f"The rows of {dataset.name} cannot be rewritten: {lost[0]} contains files.",
            "Change the type on the portal instead.",
        )
    found = settled_download(session, dataset, room / "pages", progress)
    with _checked(dataset, changes, found, room, progress) as plan:
        yield plan


def retype(
    session: PortalSession, plan: RetypePlan, progress: Progress, *, empty_unfit: bool = False
) -> ColumnsRun:
    """Rewrite the rows with the new types, and return the record of the run.

    With `empty_unfit` values that do not convert become empty. Raises Refused if some do not and
    this was not asked for, or if others have changed the dataset meanwhile; PortalError if the
    portal refuses (nothing is changed then); UnknownOutcome.
    """
    dataset = plan.dataset
    checked = _emptied(plan) if empty_unfit and plan.unfit else plan.checked
    if checked.stopped or checked.rejected:
        raise unfit_error(plan)
    obstacle = revision_obstacle(checked)
    if obstacle:
        raise Refused(f"The rows of {dataset.name} cannot be rewritten. {obstacle}", "")
    run = begin_run(session.portal, dataset.id, dataset.name, plan.changes)
    _keep(plan.before, run)
    with dataset_lock(runs_folder(), session.portal, dataset.id, run.run):
        return _sent(session, dataset, checked, run, (plan.before, progress))


def undo_retype(
    session: PortalSession, dataset: Dataset, run: ColumnsRun, room: Path, progress: Progress
) -> ColumnsRun:
    """Rewrite the rows from before a run, with their earlier types.

    Raises Refused if others have changed the dataset since, or the rows are no longer there.
    """
    changes = [one for one in run.changes if isinstance(one, RetypedColumn)]
    state = RowsClient(session, dataset).state()
    as_left = all(_has_type(dataset, one.field, one.new) for one in changes)
    if not as_left or state is None or (state.rows, state.changed) != (run.rows, run.changed):
        raise Refused(
            f"{dataset.name} was changed since run {run.run}, and an undo would lose those"
            " changes.",
            "Change the types back instead; values that were emptied stay empty.",
        )
    if not run.folder.is_dir():
        raise Refused(
            f"The rows from before run {run.run} are no longer on this computer.",
            "Change the types back instead; values that were emptied stay empty.",
        )
    found = opened(run.folder)
    back = [RetypedColumn(one.field, one.new, one.old) for one in changes]
    with _checked(dataset, back, found, room, progress) as plan:
        if plan.checked.stopped or plan.checked.rejected:
            raise unfit_error(plan)
        with dataset_lock(runs_folder(), session.portal, dataset.id, run.run):
            done = _sent(session, plan.dataset, plan.checked, run, (None, progress))
    if done.outcome != "done":
        return done
    shutil.rmtree(run.folder, ignore_errors=True)
    return done.end("undone", f"Undone: {listed(one.words for one in run.changes)}.")


def unfit_error(plan: RetypePlan) -> Refused:
    """Return the error for values that cannot be converted."""
    told = listed(f"{count:,} in {field}" for field, count in plan.unfit.items())
    first = plan.examples[0] if plan.examples else None
    shown = f'; the first is "{first.value}": {first.reason}' if first else ""
    words = (
        f"Some values cannot be converted ({told})" if told else "The rows do not fit the new types"
    )
    return Refused(
        f"{words}, and nothing was changed{shown}.",
        "Correct these values first, or allow them to be emptied.",
    )


def _has_type(dataset: Dataset, field: str, kind: str) -> bool:
    column = dataset.column(field)
    return column is not None and column.type == kind


def _with_types(dataset: Dataset, changes: Sequence[RetypedColumn]) -> Dataset:
    kinds = {one.field: one.new for one in changes}
    columns = tuple(replace(one, type=kinds.get(one.field, one.type)) for one in dataset.columns)
    return replace(dataset, columns=columns)


@contextmanager
def _checked(
    dataset: Dataset,
    changes: Sequence[RetypedColumn],
    found: Download,
    room: Path,
    progress: Progress,
) -> Iterator[RetypePlan]:
    """Check downloaded rows against the dataset with the new types."""
    columns = tuple(one for one in found.columns if one.fillable and one.field in found.fields)
    with Stage.bare(dataset.name, len(columns), room, progress) as stage:
        load_table(stage, found.paths, columns)
        shorten_links(stage, columns)
        written = write_csv(stage, room / _ROWS)
    if written != found.rows:
        raise SodaSheetError(
            f"Only {part_of(written, found.rows, 'row')} of {dataset.name} could be written to "
            "disk.",
            "Nothing was sent; try again.",
        )
    after = _with_types(dataset, changes)
    fields = {one.field for one in changes}
    with Stage.open(open_source(csv_source(_ROWS), room), room, progress) as stage:
        progress.begin("checking")
        formats: dict[str, str] = {}
        rules = []
        for header, column in zip(stage.headers, columns, strict=True):
            target = after.column(column.field)
            told: tuple[str, ...] = ()
            if column.field in fields and target is not None:
                told = suggest_formats(stage, header, target)
                formats |= {column.field: told[0]} if told else {}
            rules.append(ColumnRule(header, column.field, formats=told, match=CONFIRMED))
        plan = CheckPlan(after, Mapping(tuple(rules), trim=False), Method.REPLACE)
        checked = check(stage, plan)
        unfit = {
            one.filled.column.field: count
            for one in checked.projected
            if (count := _count_unfit(checked, one))
        }
        examples = checked.rejected_rows(EXAMPLES)
        yield RetypePlan(after, tuple(changes), found, checked, unfit, examples, formats)


def _unfit(one: Projected) -> str:
    """Return SQL that is true for a value that does not fit the column's type."""
    problems = [condition for _, condition in one.typed.problems]
    wrong = any_of(problems) if problems else "false"
    # A date that cannot be read has no year, and so no wrong year.
    return f"NOT ({one.blank}) AND ({one.typed.good}) IS NOT TRUE AND ({wrong})"


def _count_unfit(checked: CheckResult, one: Projected) -> int:
    table = values_from([one], checked.stage.table)
    query = f"SELECT count(*) FROM {table} WHERE {_unfit(one)}"
    row = checked.stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _emptied(plan: RetypePlan) -> CheckResult:
    """Check again, reading values that cannot be converted as empty cells."""
    checked = plan.checked
    rules = []
    for one in checked.projected:
        table = values_from([one], checked.stage.table)
        query = (
            f"SELECT DISTINCT {one.text_name} FROM {table} WHERE {_unfit(one)}"
            f" LIMIT {_MOST_EMPTIED + 1}"
        )
        values = [text for (text,) in checked.stage.connection.execute(query).fetchall()]
        if len(values) > _MOST_EMPTIED:
            raise Refused(
                f"More than {_MOST_EMPTIED:,} different values of {one.filled.column.field} do not"
                " convert, and nothing was changed.",
                "Choose a type that fits the column.",
            )
        recode = tuple((text, "") for text in values)
        rules.append(replace(one.filled.rule, recode=recode))
    mapping = replace(checked.plan.mapping, columns=tuple(rules))
    return check(checked.stage, replace(checked.plan, mapping=mapping))


def _keep(found: Download, run: ColumnsRun) -> None:
    """Copy the current rows into the folder of the run. Raises SodaSheetError."""
    try:
        shutil.copytree(found.folder, run.folder)
    except OSError as error:
        shutil.rmtree(run.folder, ignore_errors=True)
        run.end("failed", "The rows could not be saved for an undo.")
        raise SodaSheetError(
            f"The rows cannot be saved for an undo: {error.strerror or error}.",
            "Nothing was changed. Free some disk space, and try again.",
        ) from error


def _sent(
    session: PortalSession,
    dataset: Dataset,
    checked: CheckResult,
    run: ColumnsRun,
    way: tuple[Download | None, Progress],
) -> ColumnsRun:
    """Write the rows with one revision, and end the run with what the portal then shows."""
    before, progress = way
    rows = RowsClient(session, dataset)
    state = RowState(before.after.rows, before.after.changed) if before else rows.state()
    look = LastLook(rows, dataset, progress, state, watched=True)
    count = state.rows if state else checked.good
    transport = Publishing(
        RevisionPlan(look, count, 0), PushContext(session, progress, Agreed()), _no_record
    )
    try:
        transport.push(checked, None)
    except SodaSheetError as error:
        # A failed undo leaves the run unchanged, so it can be undone again.
        unknown = isinstance(error, UnknownOutcome)
        if before is not None:
            run.end("unknown" if unknown else "failed", error.what)
        if before is not None and not unknown:
            shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return _verified(session, dataset, checked, run)


def _no_record(_step: str, **_detail: object) -> None:
    """For steps that need no journal: the run's own record and the portal's types are enough."""


def _verified(
    session: PortalSession, dataset: Dataset, checked: CheckResult, run: ColumnsRun
) -> ColumnsRun:
    after = read_dataset(session, dataset.id)
    state = RowsClient(session, after).state()
    for one in dataset.columns:
        if one.fillable and not _has_type(after, one.field, one.type):
            return run.end(
                "unknown",
                f"The portal accepted the rows but does not show the new type of {one.field}.",
            )
    known = replace(run, rows=state.rows, changed=state.changed) if state else run
    if state is not None and state.rows != checked.good:
        return known.end(
            "unknown",
            f"{counted(checked.good, 'row was', 'rows were')} sent, and the dataset has"
            f" {state.rows:,}.",
        )
    told = listed(one.words for one in run.changes)
    return known.end("done", f"Changed {dataset.name}: {told}.")
