"""Adjustments of a request to its job: rows sent by a trial, rows that an undo deletes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.journal import Journal, runs_folder
from sodasheet.push.runs.run_recorder import last_of_trial, recorded, source_hash
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.row_selection import LEFT_OUT

#: In the folder of an undo: the field that names rows, then one of them a line, all as JSON.
REMOVALS = "removals.jsonl"


def apply_adjustments(order: PushRequest, checked: CheckResult) -> CheckResult:
    """The checked rows selected by the order; the same result on every call.

    Raises Refused if the trial that is to be gone on with had other rows.
    """
    if order.options.after_trial is not None:
        checked = _without_trial(order, order.options.after_trial, checked)
    if order.undoes is not None:
        field, *values = _lines(order.base / REMOVALS)
        checked = checked.remove(field, values) if values else checked
    return checked


def last_row(checked: CheckResult) -> int:
    """The number of the last row to send; 0 if there are none."""
    query = f"SELECT max(_row) FROM source WHERE _row NOT IN ({LEFT_OUT})"
    row = checked.stage.connection.execute(query).fetchone()
    return int(row[0] or 0) if row else 0


def write_removals(path: Path, field: str, values: Iterable[str]) -> None:
    """Record the rows that an undo removes; raises OSError."""
    with path.open("w", encoding="utf-8") as file:
        for value in (field, *values):
            file.write(json.dumps(value) + "\n")


def require_trial(run: str) -> None:
    """Raise UsageProblem if the run is not a trial with remaining rows."""
    journal = Journal(runs_folder())
    steps = journal.steps(run)
    if last_of_trial(steps) is None or recorded(steps) is None:
        raise UsageProblem(
            f"Run {run} is not a trial whose rows have landed.",
            "Push all rows, or name a trial.",
            (NextStep(Action.PUSH_ALL_ROWS), NextStep(Action.SHOW_HISTORY)),
        )
    by = journal.undone_by(run)
    if by is not None:
        raise UsageProblem(
            f"Run {run} was undone by run {by}, so its rows are no longer there.",
            "Push all rows.",
            (NextStep(Action.PUSH_ALL_ROWS),),
        )


def trial_before(order: PushRequest, sha256: str | None) -> str:
    """The run of a trial whose remaining rows this order could send; empty if there is none.

    It is the last push to the dataset that has landed, by the same method from the same source,
    whose hash that is.
    """
    job, journal = order.job, Journal(runs_folder())
    last = journal.last_landed(job.dataset, job.portal)
    if last is None or order.partial or last.method != job.method.value:
        return ""
    steps = journal.steps(last.run)
    same = last_of_trial(steps) is not None and source_hash(steps) == sha256
    return last.run if same and journal.undone_by(last.run) is None else ""


def _without_trial(order: PushRequest, run: str, checked: CheckResult) -> CheckResult:
    """The rows after the trial's rows; the trial's rows are held back."""
    journal = Journal(runs_folder())
    record, steps = journal.record(run), journal.steps(run)
    if record is None or (record.portal, record.dataset) != (order.job.portal, order.job.dataset):
        raise Refused(
            f"Run {run} did not push to {checked.plan.dataset.name}.",
            "Specify a trial run of this job.",
            (NextStep(Action.SHOW_HISTORY),),
        )
    if source_hash(steps) != checked.stage.sha256:
        raise Refused(
            f"{checked.stage.name} has changed since run {run} sent its first rows.",
            "Undo the trial and push all rows, or restore the earlier source.",
            (NextStep(Action.UNDO_RUN, run=run),),
        )
    return checked.hold_back(f"SELECT _row FROM source WHERE _row <= {last_of_trial(steps) or 0:d}")


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, ValueError) as error:
        raise SodaSheetError(
            f"The rows that the undo should remove cannot be read from {path}.",
            "Undo the run again.",
        ) from error
