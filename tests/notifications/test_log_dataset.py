"""Rows of the log dataset on a practice portal, in DataSync's layout and in others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet import __version__
from sodasheet.model.credentials import Credentials
from sodasheet.model.job import Job
from sodasheet.model.report import Outcome, RowCounts
from sodasheet.notifications.notify import log
from sodasheet.portal.http.session import PortalSession

from .conftest import job, report

#: The layout from DataSync's documentation (docs/how-to/notifications.md).
DATASYNC = {
    "Date": "calendar_date", "DatasetID": "text", "FileToPublish": "text", "PublishMethod": "text",
    "JobFile": "text", "RowsUpdated": "number", "RowsCreated": "number", "RowsDeleted": "number",
    "Success": "checkbox", "Errors": "text", "DataSyncVersion": "text",
}  # fmt: skip
OURS = {
    "Outcome": "text", "Run ID": "text", "dataset_name": "text", "rows sent": "number",
    "Rows Rejected": "number", "RowsInDataset": "text", "Seconds": "number", "Summary": "text",
    "User": "text", "Computer": "text", "Remarks of ours": "text",
}  # fmt: skip


@dataclass
class Logs:
    """Log datasets on a portal, and runs to write into them."""

    portal: PracticePortal
    dataset: str = ""

    def make(self, columns: dict[str, str], identifier: str | None = None) -> None:
        body = {
            "name": "Log",
            "columns": [{"name": name, "dataTypeName": kind} for name, kind in columns.items()],
            "metadata": {"rowIdentifier": identifier} if identifier else {},
        }
        self.dataset = self._call("POST", "/api/views.json", json=body)["id"]
        self._call("POST", f"/api/views/{self.dataset}/publication.json")

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", f"/resource/{self.dataset}.json")
        return found

    def write(self, made: Any = None, role: str = "publisher", **notify: str) -> list[str]:
        account = self.portal.account(role)
        key = Credentials(account.key_id, account.key_secret)
        return log(
            made or report(), self.job(**notify), "jobs/permits.json",
            lambda portal: PortalSession(portal, key),
        )  # fmt: skip

    def job(self, **notify: str) -> Job:
        return replace(job(**{"log_dataset": self.dataset, **notify}), portal=self.portal.url)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        owner = self.portal.account("owner")
        key = (owner.key_id, owner.key_secret)
        reply = requests.request(method, self.portal.url + path, auth=key, timeout=30, **options)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def logs(practice: PracticePortal) -> Logs:
    return Logs(practice)


def test_a_run_that_landed_is_a_row_in_datasyncs_own_layout(logs: Logs) -> None:
    logs.make(DATASYNC)

    assert logs.write(report(Outcome.DONE, rows=RowCounts(20, 3, 17, 0, 0))) == []

    local = datetime.fromisoformat("2024-04-13T21:21:54+00:00").astimezone()
    assert logs.rows() == [
        {
            "date": local.strftime("%Y-%m-%dT%H:%M:%S.000"),
            "datasetid": "abcd-1234",
            "filetopublish": "data/permits.csv",
            "publishmethod": "upsert",
            "jobfile": "jobs/permits.json",
            "rowsupdated": "17",
            "rowscreated": "3",
            "rowsdeleted": "0",
            "success": True,
            "datasyncversion": f"SodaSheet {__version__}",
        }
    ]


@pytest.mark.parametrize(
    ("outcome", "success"),
    [
        (Outcome.REJECTS, True),
        (Outcome.FAILED, None),
        (Outcome.REFUSED, None),
        (Outcome.UNKNOWN, None),
        (Outcome.CANCELLED, None),
    ],
)
def test_what_went_wrong_is_in_errors_and_counts_nobody_gave_are_blank(
    logs: Logs, outcome: Outcome, success: bool | None
) -> None:
    logs.make(DATASYNC)

    assert logs.write(report(outcome, rows=RowCounts())) == []

    (row,) = logs.rows()
    assert row["errors"].startswith("Updated Permits: 20 rows sent")
    assert row.get("success") is success
    assert row.keys().isdisjoint({"rowsupdated", "rowscreated", "rowsdeleted"})


def test_our_own_columns_are_filled_where_there_are_any(logs: Logs) -> None:
    logs.make({**DATASYNC, **OURS}, "run_id")

    assert logs.write() == []
    assert logs.write() == [], "the same run again is the same row"

    (row,) = logs.rows()
    assert row["outcome"] == "done with rejects"
    assert row["run_id"] == "20240413-212154-ab12"
    assert row["dataset_name"] == "Building Permits – Straße"
    assert (row["rows_sent"], row["rows_rejected"], row["rowsindataset"]) == ("20", "12", "322")
    assert (row["seconds"], row["user"]) == ("12.3", "Ann Steward")
    assert "remarks_of_ours" not in row


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"Name": "text"}, "it has no column Date, or none of Success, Errors and Outcome"),
        ({"Date": "text"}, "it has no column Date, or none of Success, Errors and Outcome"),
        (
            {"Date": "calendar_date", "Success": "number"},
            "its column Success · success is Number and not Yes/No",
        ),
    ],
)
def test_a_dataset_that_is_no_log_is_told_and_left_alone(
    logs: Logs, columns: dict[str, str], sentence: str
) -> None:
    logs.make(columns)

    (note,) = logs.write()

    told = note.text
    assert told.startswith("The run was not written to the log dataset: The dataset Log (")
    assert sentence in told
    assert "docs/how-to/notifications.md" in told
    assert logs.rows() == []


def test_dates_may_be_text_or_name_their_zone(logs: Logs) -> None:
    logs.make({"Date": "date", "Outcome": "text", "Success": "text"})

    assert logs.write() == []

    assert logs.rows() == [
        {"date": "2024-04-13T21:21:54.000Z", "outcome": "done with rejects", "success": "true"}
    ]


@pytest.mark.parametrize(
    ("notify", "role", "sentence"),
    [
        ({"log_dataset": "zzzz-9999"}, "publisher", "zzzz-9999"),
        ({"log_dataset": "abcd-1234"}, "publisher", "is the dataset that the job pushes to"),
        ({"log_dataset": "../../x"}, "publisher", "../../x"),
        ({}, "viewer", "Your account does not have permission to do this to dataset"),
    ],
)
def test_a_log_dataset_that_cannot_be_written_is_told(
    logs: Logs, notify: dict[str, str], role: str, sentence: str
) -> None:
    logs.make(DATASYNC)

    (note,) = logs.write(None, role, **notify)

    told = note.text
    assert told.startswith("The run was not written to the log dataset: ")
    assert sentence in told
    assert logs.rows() == []


def test_a_job_without_a_log_dataset_writes_nothing(logs: Logs) -> None:
    assert logs.write(log_dataset="") == []
    assert log(report(), None, "nowhere.json", _never) == []


def _never(portal: str) -> PortalSession:
    raise AssertionError(portal)


_: Callable[[str], PortalSession] = _never
