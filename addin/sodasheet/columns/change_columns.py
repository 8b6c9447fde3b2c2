"""Change a dataset's columns one by one, verify the result, and undo a run.

A portal has no transaction for columns: if one of several changes fails, those before are changed
back before the error is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.columns.column_change_records import ColumnsRun, begin_run
from sodasheet.columns.requested_changes import AddedColumn, ColumnChange, RenamedField, after_field
from sodasheet.errors import Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.portal.column_edits import add_column, remove_column, rename_field
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def change_columns(
    session: PortalSession, dataset: Dataset, changes: Sequence[ColumnChange]
) -> ColumnsRun:
    """Make the changes, and return the record of the run.

    Raises PortalError if the portal refuses one (the columns are as before then), UnknownOutcome
    if that is not known, or if some of the changes could not be changed back.
    """
    run = begin_run(session.portal, dataset.id, dataset.name, changes)
    done: list[ColumnChange] = []
    try:
        for change in changes:
            _make(session, dataset, change)
            done.append(change)
    except UnknownOutcome as error:
        run.end("unknown", error.what)
        raise
    except SodaSheetError as error:
        left = _changed_back(session, dataset, done)
        if not left:
            run.end("failed", error.what)
            raise
        told = f"{error.what} Changed before that: {listed(one.words for one in left)}."
        run.end("unknown", told)
        raise UnknownOutcome(told, f"Undo run {run.run} when the portal answers again.") from error
    return _verified(session, dataset, run)


def _changed_back(
    session: PortalSession, dataset: Dataset, done: Sequence[ColumnChange]
) -> list[ColumnChange]:
    """Change columns back, the last change first; return the changes that remain."""
    left = []
    for change in reversed(done):
        try:
            _unmake(session, read_dataset(session, dataset.id), change)
        except SodaSheetError:
            left.append(change)
    return left


def values_lost(session: PortalSession, dataset: Dataset, run: ColumnsRun) -> dict[str, int]:
    """Return how many values an undo of a run would delete, by field. Raises PortalError."""
    rows = RowsClient(session, dataset)
    found = {}
    for change in run.changes:
        column = dataset.column(change.field) if isinstance(change, AddedColumn) else None
        if column is not None:
            count = rows.count(f"{field_name(column.field)} IS NOT NULL")
            if count:
                found[column.field] = count
    return found


def undo_columns(session: PortalSession, dataset: Dataset, run: ColumnsRun) -> ColumnsRun:
    """Change back the columns that are still as the run left them.

    Raises Refused if the run has changed nothing, or if a column has been changed since,
    PortalError.
    """
    if run.outcome == "failed":
        raise Refused(f"Run {run.run} failed and changed nothing.", "There is nothing to undo.")
    for change in run.changes:
        field = after_field(change)
        column = dataset.column(field)
        if column is None and run.outcome != "done":
            continue  # an interrupted run made only some of the changes
        if column is None:
            raise Refused(
                f"{dataset.name} no longer has the field {field}, which run {run.run} added.",
                "Change the columns on the portal instead.",
            )
        if isinstance(change, AddedColumn) and field == dataset.row_identifier:
            raise Refused(
                f"{column.label} is the row identifier now, so it cannot be removed.",
                "Choose another row identifier on the portal first.",
            )
    for change in reversed(run.changes):
        _unmake(session, dataset, change)
    return run.end("undone", f"Undone: {listed(one.words for one in run.changes)}.")


def _make(session: PortalSession, dataset: Dataset, change: ColumnChange) -> None:
    if isinstance(change, AddedColumn):
        add_column(session, dataset.id, change.name, change.field, change.type)
        return
    column = dataset.column(change.field)
    if column is not None and isinstance(change, RenamedField):
        rename_field(session, dataset.id, column.id, change.new)


def _unmake(session: PortalSession, dataset: Dataset, change: ColumnChange) -> None:
    column = dataset.column(after_field(change))
    if column is None:
        return
    if isinstance(change, RenamedField):
        rename_field(session, dataset.id, column.id, change.field)
    elif isinstance(change, AddedColumn):
        remove_column(session, dataset.id, column.id)


def _verified(session: PortalSession, dataset: Dataset, run: ColumnsRun) -> ColumnsRun:
    after = read_dataset(session, dataset.id)
    for change in run.changes:
        field = after_field(change)
        column = after.column(field)
        right = column is not None and (
            not isinstance(change, AddedColumn) or column.type == change.type
        )
        if not right:
            return run.end(
                "unknown",
                f"The portal accepted the changes but does not show the change to {field}.",
            )
    return run.end("done", f"Changed {dataset.name}: {listed(one.words for one in run.changes)}.")
