"""Log dataset: one row for each run, in DataSync's own columns (docs/how-to/notifications.md).

Our additional columns are filled if the dataset has them. Columns are matched by name, ignoring
case, spaces and underscores: `Rows Updated` is `RowsUpdated` is `rows_updated`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sodasheet import __version__
from sodasheet.errors import Refused, UsageProblem
from sodasheet.model.dataset import (
    AMOUNT_TYPES,
    DATE_TYPES,
    TIMESTAMP_TYPES,
    Column,
    Dataset,
    type_words,
)
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.dataset import read_dataset, require_rights
from sodasheet.portal.dataset_address import is_dataset_id
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2.rows_client import RowsClient

#: Opens a session with the portal for writing.
Opener = Callable[[str], PortalSession]


_TEXT, _NUMBER, _FLAG, _TIME = "text", "number", "checkbox", "date & time"

#: Column types that accept each kind of value; text accepts every kind.
_TAKES = {
    _TEXT: {"text"},
    _NUMBER: AMOUNT_TYPES | {"double", "text"},
    _FLAG: {"checkbox", "text"},
    _TIME: DATE_TYPES | TIMESTAMP_TYPES | {"text"},
}

#: Types whose values contain a time zone.
_ZONED = frozenset({"date", "fixed_timestamp"})

_LANDED = (Outcome.DONE, Outcome.REJECTS)


def log_run(report: Report, job: Job, name: str, open_session: Opener) -> None:
    """Write the run's row into the job's log dataset.

    Raises SodaSheetError, which names the log dataset, if the row cannot be written.
    """
    wanted = job.notify.get("log_dataset", "")
    if not is_dataset_id(wanted):
        raise UsageProblem(
            f'notify.log_dataset is "{wanted}".', "Write a dataset id such as abcd-1234 there."
        )
    if wanted == job.dataset:
        raise Refused(
            f"The log dataset {wanted} is the dataset that the job pushes to, so no log row was "
            "written.",
            "Set another dataset as notify.log_dataset.",
        )
    with open_session(job.portal) as session:
        dataset = read_dataset(session, wanted)
        require_rights(dataset, Method.APPEND)
        row = _fitted(dataset, values(report, job, name))
        reply = RowsClient(session, dataset).send(json.dumps([row]).encode())
    if reply.errors:
        why = "; ".join(error.reason for error in reply.row_errors) or "no reason given"
        raise Refused(
            f"The log dataset {wanted} rejected the row: {why}.",
            "Correct the log dataset; its row identifier, if it has one, must be Run ID.",
        )


def values(report: Report, job: Job, name: str) -> dict[str, tuple[str, Any]]:
    """Return kind and value for every column that a log dataset may have.

    DataSync's columns come first; there `Success` and `Errors` exclude each other, but a run with
    rejected rows has both.
    """
    landed, rows = report.outcome in _LANDED, report.rows
    whole = report.outcome is Outcome.DONE
    return {
        "Date": (_TIME, datetime.fromisoformat(report.started)),
        "DatasetID": (_TEXT, report.target.dataset),
        "FileToPublish": (_TEXT, _file(report, job)),
        "PublishMethod": (_TEXT, job.method.value),
        "JobFile": (_TEXT, name or None),
        "RowsUpdated": (_NUMBER, rows.updated),
        "RowsCreated": (_NUMBER, rows.created),
        "RowsDeleted": (_NUMBER, rows.deleted),
        "Success": (_FLAG, True if landed else None),
        "Errors": (_TEXT, None if whole else report.summary),
        "DataSyncVersion": (_TEXT, f"SodaSheet {__version__}"),
        "Outcome": (_TEXT, report.outcome.value),
        "RunID": (_TEXT, report.run or None),
        "DatasetName": (_TEXT, report.target.name),
        "RowsSent": (_NUMBER, rows.sent),
        "RowsRejected": (_NUMBER, rows.rejected),
        "RowsInDataset": (_NUMBER, report.totals.after),
        "Seconds": (_NUMBER, round(report.traffic.seconds, 1)),
        "Summary": (_TEXT, report.summary),
        "User": (_TEXT, report.account.user),
        "Computer": (_TEXT, socket.gethostname()),
    }


def _file(report: Report, job: Job) -> str:
    """Return the file named in the job; for a live sheet, the name of the source."""
    if job.source.kind in ("file", "workbook"):
        return job.source.path
    return report.source.name if report.source else ""


def _fitted(dataset: Dataset, told: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """Return the values by field name, in the form of the dataset's columns.

    Raises Refused if a column's type does not fit its value, or if an essential column is missing.
    """
    columns = {_squeezed(name): name for name in told}
    row: dict[str, Any] = {}
    found: set[str] = set()
    for column in dataset.fillable:
        name = columns.get(_squeezed(column.field)) or columns.get(_squeezed(column.name))
        if name is None or name in found:
            continue
        found.add(name)
        kind, value = told[name]
        if column.type not in _TAKES[kind]:
            has, needs = type_words(column.type), type_words(kind)
            raise _unfit(dataset, f"its column {column.label} is {has} and not {needs}")
        if value is not None:
            row[column.field] = _as(column, value)
    if "Date" not in found or not found & {"Success", "Errors", "Outcome"}:
        raise _unfit(dataset, "it has no column Date, or none of Success, Errors and Outcome")
    return row


def _as(column: Column, value: Any) -> Any:
    """Return the value in the form of the column's type."""
    if isinstance(value, datetime):
        if column.type in _ZONED:
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return value.astimezone().strftime("%Y-%m-%dT%H:%M:%S.000")
    if column.type == "text":
        return json.dumps(value) if not isinstance(value, str) else value
    return value


def _squeezed(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _unfit(dataset: Dataset, why: str) -> Refused:
    return Refused(
        f"The dataset {dataset.name} ({dataset.id}) cannot be the log: {why}.",
        "Its columns are listed in docs/how-to/notifications.md; correct them, or set another "
        "dataset as notify.log_dataset.",
    )
