"""DataSync's behavior for a job, where its terms differ from ours."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.errors import Refused
from sodasheet.jobs.named_job import NamedJob
from sodasheet.model.dataset import Dataset
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import Outcome, Report

#: The reason for a row to delete whose identifier does not exist.
_ABSENT = "identifier-unknown"


def as_datasync(named: NamedJob, dataset: Dataset) -> NamedJob:
    """Return the job with DataSync's method, whose append and upsert are the same.

    Rows are updated if the dataset has a row identifier, otherwise added
    (docs/how-to/move-from-datasync.md).
    """
    method = named.job.method
    if method not in (Method.APPEND, Method.UPSERT):
        return named
    meant = Method.UPSERT if dataset.row_identifier else Method.APPEND
    if meant is method:
        return named
    has = "has a row identifier" if dataset.row_identifier else "has no row identifier"
    note = f"{dataset.name} {has}, so DataSync's {method} is an {meant}."
    return replace(named, job=replace(named.job, method=meant), notes=(*named.notes, note))


def refuse_missing(named: NamedJob, dataset: Dataset) -> None:
    """Raise Refused if a replace leaves a column out, as DataSync does.

    Only with a control file that names the columns, and without a row identifier
    (docs/how-to/move-from-datasync.md).
    """
    mapping = named.job.mapping
    if named.job.method is not Method.REPLACE or mapping.by_field_name or dataset.row_identifier:
        return
    missing = [column.field for column in dataset.fillable if column.field not in mapping.filled]
    if missing:
        raise Refused(
            f"The control file does not fill {', '.join(missing)}, and a replace of "
            f"{dataset.name}, which has no row identifier, would leave them empty.",
            "Map them in the control file, or import it as a job and map them there.",
            (NextStep(Action.IMPORT_JOB),),
        )


def exit_code(named: NamedJob | None, report: Report, code: ExitCode) -> int:
    """Return 0 if DataSync would have ended with success, else 1.

    Rejected rows are a success if the job allows them; so is a delete of rows that are all
    gone already.
    """
    if code is ExitCode.DONE:
        return 0
    if named is None:
        return 1
    if code is ExitCode.REJECTS:
        return 0 if named.job.guards.max_rejected else 1
    gone = named.job.method is Method.DELETE and report.outcome is Outcome.REFUSED
    absent = sum(group.count for group in report.findings if group.reason == _ABSENT)
    rows = report.source.rows if report.source else 0
    return 0 if gone and rows and absent == rows else 1
