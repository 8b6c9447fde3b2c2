"""Undo a run: the necessary changes, and the request for these changes.

The way back is a push like any other: its source are the rows of the run's snapshot, it has its own
snapshot and journal, so it can be undone as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sodasheet.errors import PortalError, Refused, SodaSheetError
from sodasheet.model.dataset import Column, Dataset, type_words
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import CONFIRMED, VERBATIM, Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.portal.dataset import read_dataset, require_pushable
from sodasheet.portal.soda2.download import Download, Selection, download
from sodasheet.push.context import PushContext
from sodasheet.push.existing_identifiers import LOOKUP_SIZE
from sodasheet.push.request import PreviewSnapshot, PushRequest, UndoTarget
from sodasheet.push.request_adjustments import REMOVALS, write_removals
from sodasheet.push.undo.conflicts import EXAMPLES, ConflictError, CrossedError, in_words
from sodasheet.push.undo.undoable_run import UndoableRun, past_run
from sodasheet.staging.restore.edits_of_others import OthersRows
from sodasheet.staging.restore.restore_counts import RestoreCounts
from sodasheet.staging.restore.snapshot_source import RowsToRestore
from sodasheet.staging.restore.undo_plan import RestoreInputs, RestorePlan
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import scratch_folder

#: The rows to put back, in the folder of the undo.
ROWS = "put-back.csv"


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """Plan of an undo: rows to restore, rows to delete, rows that others changed.

    `first` names the first of the latter. `order` does it.
    """

    run: str
    dataset: Dataset
    back: int
    going: int
    changed: int
    first: str | None
    order: PushRequest

    def to_json(self) -> dict[str, Any]:
        """The same as one JSON object."""
        names = ("run", "back", "going", "changed", "first")
        return {name: getattr(self, name) for name in names} | {"dataset": self.dataset.id}


def plan_undo(
    run: str, desk: PushContext, folder: Path, *, force: bool = False, leave: bool = False
) -> UndoPlan:
    """Plan the undo of the run; write the needed files to `folder`.

    Nothing is written to the portal. Raises Refused if the run cannot be taken back, or others
    have changed its rows since, PortalError, Cancelled. `force` overwrites the rows of others,
    `leave` keeps them and undoes the rest, where there is a rest.
    """
    past = past_run(run)
    dataset = _dataset(past, desk)
    with scratch_folder() as room:
        others = _others(past, dataset)
        selection = _selection(past, others, room)
        now = download(desk.session, dataset, selection, room / "now", desk.progress)
        if not now.settled or now.changed:
            raise Refused(
                f"{dataset.name} cannot be compared with what run {run} sent: the portal does not"
                " yet show every write, or someone else is writing to it now.",
                "Try again in a few minutes.",
            )
        desk.progress.begin("comparing rows")
        with _compared(past, now, others, room, desk) as found:
            if found.repeats:
                raise _incomplete(past)
            way = found.counted(force=force)
            if not way.changed:
                _refuse_nothing(past, way, dataset)
            left = way.changed if leave and not force and _may_leave(past, found, way) else 0
            if not force and not left and (way.changed or past.crossed):
                raise _conflict(past, dataset, found, way)
            _refuse_nothing(past, way, dataset)
            order = _order(past, found, way, folder, force=force)
            if left:
                target = UndoTarget(run, leave_conflicts=True, left=left)
                order = replace(order, undo=target)
    seen = PreviewSnapshot(now.after.rows, now.after.updated, changed=now.after.changed)
    counted = (way.back, way.going, way.changed, way.first)
    return UndoPlan(run, dataset, *counted, replace(order, seen=seen))


def _incomplete(past: UndoableRun) -> Refused:
    return Refused(
        f"The portal listed a row twice when run {past.record.run} saved the earlier rows, so "
        "others may be missing.",
        f"Push the rows as they should be; the saved rows are in {past.folder}.",
    )


def _conflict(
    past: UndoableRun, dataset: Dataset, found: RestorePlan, way: RestoreCounts
) -> ConflictError:
    """Return the refusal to overwrite changes by others, with a few of the rows."""
    rows = found.changed_rows(EXAMPLES, all_rows=not way.changed)
    examples = [in_words(row, _columns(past), _always(past)) for row in rows]
    kind = ConflictError if way.changed else CrossedError
    error = kind(past.record.run, dataset, way, examples)
    error.rest = way.back + way.going if _may_leave(past, found, way) else 0
    return error


def _may_leave(past: UndoableRun, found: RestorePlan, way: RestoreCounts) -> bool:
    """True if rows changed by others can stay while the rest is undone."""
    return bool(way.changed and not found.whole and not past.crossed and (way.back or way.going))


def _others(past: UndoableRun, dataset: Dataset) -> OthersRows:
    """Return edits by others in the run's rows, outside the snapshot's columns."""
    known = {column.field for column in past.before.columns}
    added = tuple(one.field for one in dataset.fillable if one.field not in known)
    appended = past.sent.method is Method.APPEND
    return OthersRows(added, (past.landed.counts.updated or 0) if appended else 0)


def _dataset(past: UndoableRun, desk: PushContext) -> Dataset:
    """The dataset in its current state; raises Refused if the snapshot no longer fits."""
    before, run = past.before, past.record.run
    try:
        dataset = read_dataset(desk.session, before.dataset)
    except PortalError as error:
        if error.status in (404, 410):
            raise Refused(
                f"{before.name} ({before.dataset}) no longer exists on the portal, so run {run} "
                "cannot be"
                " undone.",
                f"Its earlier rows are saved in {before.folder}.",
            ) from error
        raise
    require_pushable(dataset, Method.REPLACE)
    if dataset.row_identifier != before.row_identifier:
        raise _other_schema(past, "its row identifier has changed")
    for old in _columns(past):
        new = dataset.column(old.field)
        if new is None:
            raise _other_schema(past, f"the column {old.label} no longer exists")
        if new.type != old.type:
            was, now = type_words(old.type), type_words(new.type)
            raise _other_schema(past, f"the column {old.label} was {was} and is now {now}")
        if not new.fillable:
            raise _other_schema(past, f"the column {old.label} can no longer be filled")
    return dataset


def _other_schema(past: UndoableRun, what: str) -> Refused:
    name, run = past.before.name, past.record.run
    return Refused(
        f"The schema of {name} has changed since run {run}: {what}.",
        f"Its earlier rows are saved in {past.folder}.",
    )


def _columns(past: UndoableRun) -> tuple[Column, ...]:
    """The columns of the snapshot that can be written."""
    selected = set(past.before.fields) or {column.field for column in past.before.columns}
    return tuple(one for one in past.before.columns if one.fillable and one.field in selected)


def _selection(past: UndoableRun, others: OthersRows, room: Path) -> Selection:
    """The rows that the run touched, if they can be identified."""
    fields = (*(column.field for column in _columns(past)), *others.fields)
    if past.before.row_identifier is None or past.before.whole:
        return Selection(fields)
    return Selection(fields, _identifiers(past, room))


def _identifiers(past: UndoableRun, room: Path) -> Iterator[list[str]]:
    """The identifiers of the rows that were sent or removed, in lists."""
    import duckdb

    folder = past.folder
    with duckdb.connect(config={"temp_directory": str(room)}) as connection:
        for name, column in (("sent.parquet", "k"), ("removed.parquet", "value")):
            connection.execute(f"SELECT {column} FROM read_parquet(?)", [str(folder / name)])
            while rows := connection.fetchmany(LOOKUP_SIZE):
                yield [value for (value,) in rows]


@contextmanager
def _compared(
    past: UndoableRun, now: Download, others: OthersRows, room: Path, desk: PushContext
) -> Iterator[RestorePlan]:
    columns = _columns(past)
    identifier = next((one for one in columns if one.field == past.before.row_identifier), None)
    with Stage.bare(past.before.name, len(columns), room, desk.progress) as stage:
        traces = RestoreInputs(past.before.paths, now.paths, past.folder, past.sent, others)
        yield RestorePlan(stage, columns, identifier, traces)


def _refuse_nothing(past: UndoableRun, way: RestoreCounts, dataset: Dataset) -> None:
    if not way.back and not way.going:
        raise Refused(
            f"{dataset.name} is already in its state before run {past.record.run}.",
            "There is nothing to do.",
        )


def _always(past: UndoableRun) -> tuple[str, ...]:
    """The fields to restore in an existing row: the fields that the run wrote."""
    fields = tuple(column.field for column in _columns(past))
    partial = past.sent.method is Method.UPSERT
    return tuple(one for one in fields if not partial or one in past.sent.fields)


def _order(
    past: UndoableRun, found: RestorePlan, way: RestoreCounts, folder: Path, *, force: bool
) -> PushRequest:
    """The push that performs the undo, with its source in `folder`."""
    identifier, always = past.before.row_identifier, _always(past)
    anew = tuple(one.field for one in _columns(past) if one.field not in always)
    try:
        putting = RowsToRestore(past.before.paths, found.wanted(force=force), always, anew)
        found.write(putting, folder / ROWS)
        values = found.going(force=force) if way.going else ()
        write_removals(folder / REMOVALS, identifier or ":id", values)
    except OSError as error:
        raise SodaSheetError(
            f"The files of the undo cannot be written to {folder}: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
    rules = tuple(_rule(field) for field in putting.fields)
    method = Method.UPSERT if identifier else Method.REPLACE if way.whole else Method.APPEND
    job = Job(
        past.before.portal,
        past.before.dataset,
        method,
        SourceSpec(path=ROWS, encoding="utf-8", separator=","),
        Mapping(rules, trim=False),
        Guards(max_shrink=1.0),
        delivery=past.delivery,
    )
    return PushRequest(job, folder, undo=UndoTarget(past.record.run, force, way.changed))


def _rule(field: str) -> ColumnRule:
    return ColumnRule(field, field, formats=(VERBATIM,), blank=Blank.KEEP, match=CONFIRMED)
