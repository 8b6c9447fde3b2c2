"""The Publishing API from the first byte to the last poll, against the practice portal."""

from __future__ import annotations

import csv
import io
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from socrata_practice import PracticePortal
from sodasheet.errors import Cancelled, PortalError, SignInError, UnknownOutcome
from sodasheet.model.credentials import Credentials
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.revision import ACTIONS, Action, Revision, Revisions
from sodasheet.portal.publishing.schema_errors import CellError
from sodasheet.portal.publishing.schemas import InputSchema, OutputSchema, parsed
from sodasheet.portal.publishing.target_columns import Target
from sodasheet.portal.publishing.task_set_reply import TaskSet, TaskState
from sodasheet.portal.publishing.upload_file import create_source
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.write_result import Reply
from sodasheet.sources.spool import Spool
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.csv_output import csv_header, csv_pieces, publishable
from sodasheet.staging.staged_table import Stage

PERMITS = "prmt-7x2d"
TREES = "tree-6h3n"
REQUESTS = "rqst-5m8p"
VIEW = "view-2j7f"
ROW = "sodasheet_row"

QUICK = Patience(connect=5, read=10, write=10, pause=0, poll=0.05)


@pytest.fixture
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def safe_practice(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[PracticePortal]:
    """The same over TLS, with certificates that this computer trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with PracticePortal(ssl_context=context) as portal:
        yield portal


def sign_in(practice: PracticePortal, role: str = "owner", **more: Any) -> PortalSession:
    account = practice.account(role)
    credentials = Credentials(account.key_id, account.key_secret)
    return PortalSession(practice.url, credentials, **({"patience": QUICK} | more))


@dataclass
class Prepared:
    """A revision with a file, read and converted."""

    rows: RowsClient
    revision: Revision
    input: InputSchema
    output: OutputSchema

    def apply(self) -> TaskSet:
        return self.revision.finish(self.revision.apply(self.output.id))


Row = Sequence[str]


def table(fields: Row, *rows: Row) -> bytes:
    """A CSV whose records say that they come from row 2 on."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([ROW, *fields])
    writer.writerows([number, *row] for number, row in enumerate(rows, 2))
    return out.getvalue().encode()


def without_id(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row's own columns; reading by pages asks for the portal's own id too."""
    return {name: value for name, value in row.items() if name != ":id"}


def prepared(
    session: PortalSession, dataset_id: str, action: Action, fields: Row, *rows: Row, **more: Any
) -> Prepared:
    dataset = replace(read_dataset(session, dataset_id), **more)
    if action == "update":
        # As if the dataset had no other columns, which a revision would have to include.
        columns = tuple(column for column in dataset.columns if column.field in fields)
        dataset = replace(dataset, columns=columns)
    revision = Revisions(session, dataset.id).create(action)
    source = create_source(revision, "rows.csv")
    source.upload([table(fields, *rows)])
    schema = parsed(source)
    output = schema.output(Target(dataset, action, ROW, tuple(fields))).finished()
    return Prepared(RowsClient(session, dataset), revision, schema, output)


def test_a_replace_leaves_exactly_the_rows_of_the_file(practice: PracticePortal) -> None:
    session = sign_in(practice)
    text = 'Say "hi",\r\n  Zoë ☂ '
    work = prepared(
        session,
        REQUESTS,
        "replace",
        ("request_id", "opened", "category", "closed"),
        ("1", "2020-01-01T10:00:00.000", text, "1"),
        ("12345678901234567890.5", "", "", "0"),
        ("3", "", "x", ""),
    )

    assert (work.input.rows, work.input.error_count, work.output.error_count) == (3, 0, 0)
    assert list(work.input.errors()) == list(work.output.errors()) == []
    work.output.require_identifier()
    assert work.rows.count() == 0, "nothing is applied yet"
    ended = work.apply()

    assert ended.state is TaskState.SUCCESSFUL
    assert ended.counts == Reply(3, 0, 0, 0)
    found = {row["request_id"]: without_id(row) for row in work.rows.rows()}
    assert found == {
        "1": {
            "request_id": "1",
            "opened": "2020-01-01T10:00:00.000",
            "category": text,
            "closed": True,
        },
        "12345678901234567890.5": {"request_id": "12345678901234567890.5", "closed": False},
        "3": {"request_id": "3", "category": "x"},
    }
    assert work.revision.again().closed


def test_a_replace_keeps_the_columns_that_the_file_does_not_fill(practice: PracticePortal) -> None:
    session = sign_in(practice)
    before = read_dataset(session, TREES)
    work = prepared(session, TREES, "replace", ("species", "height_m"), ("Oak", "12.50"))

    assert work.apply().counts == Reply(1, 0, 0, 0)

    after = read_dataset(session, TREES)
    assert [(c.field, c.type) for c in after.columns] == [(c.field, c.type) for c in before.columns]
    assert after.row_identifier is None
    assert [without_id(row) for row in work.rows.rows()] == [
        {"species": "Oak", "height_m": "12.50"}
    ]


def test_an_update_changes_only_the_columns_of_the_file(practice: PracticePortal) -> None:
    session = sign_in(practice)
    rows = RowsClient(session, read_dataset(session, PERMITS))
    before = {row["permit_no"]: row for row in rows.rows()}
    known, cleared = list(before)[:2]
    work = prepared(
        session,
        PERMITS,
        "update",
        ("permit_no", "notes"),
        (known, "changed"),
        (cleared, ""),
        ("NEW-1", "added"),
    )
    work.output.require_identifier()

    assert work.apply().counts == Reply(1, 2, 0, 0)

    after = {row["permit_no"]: row for row in rows.rows()}
    assert after.pop("NEW-1")["notes"] == "added"
    assert after[known] == before[known] | {"notes": "changed"}
    before[cleared].pop("notes", None)
    assert after[cleared] == before[cleared]
    assert {key: row for key, row in after.items() if key != known} == {
        key: row for key, row in before.items() if key != known
    }
    assert read_dataset(session, PERMITS).row_identifier == "permit_no"


def test_an_update_that_lacks_columns_of_the_dataset_is_refused(practice: PracticePortal) -> None:
    session = sign_in(practice)
    dataset = read_dataset(session, REQUESTS)
    source = create_source(Revisions(session, REQUESTS).create("update"), "rows.csv")
    source.upload([table(("request_id", "category"), ("1", "x"))])

    with pytest.raises(PortalError, match=r'every column of dataset .*: "closed", ') as caught:
        parsed(source).output(Target(dataset, "update", ROW, ("request_id", "category")))
    assert "Nothing was changed" in caught.value.remedy


def test_an_update_without_a_row_identifier_appends(practice: PracticePortal) -> None:
    session = sign_in(practice)
    work = prepared(session, TREES, "update", ("species",), ("Ginkgo",), ("Ginkgo",))
    before = work.rows.count()

    assert work.apply().counts == Reply(2, 0, 0, 0)
    assert work.rows.count() == before + 2


def test_a_delete_removes_the_rows_that_are_named(practice: PracticePortal) -> None:
    session = sign_in(practice)
    rows = RowsClient(session, read_dataset(session, PERMITS))
    keys = [row["permit_no"] for row in rows.rows(select="permit_no")]
    work = prepared(session, PERMITS, "delete", ("permit_no",), (keys[0],), (keys[7],))

    assert work.apply().counts.deleted == 2
    assert [row["permit_no"] for row in rows.rows(select="permit_no")] == [
        key for key in keys if key not in (keys[0], keys[7])
    ]


def test_cells_that_cannot_be_converted_are_told_with_their_row(practice: PracticePortal) -> None:
    session = sign_in(practice)
    rows = [(str(n), "2020-01-01", "1") for n in range(1, 1301)]
    rows[4] = ("n/a", "2020-01-01", "maybe")
    rows[1299] = ("1300", "01/02/2020 or so", "0")
    work = prepared(session, REQUESTS, "replace", ("request_id", "opened", "closed"), *rows)

    errors = list(work.output.errors())

    assert work.output.error_count
    assert {(error.row, error.field) for error in errors} == {
        (6, "request_id"),
        (6, "closed"),
        (1301, "opened"),
    }
    assert [error for error in errors if error.field == "request_id"] == [
        CellError(6, "request_id", "n/a", 'Unable to convert "n/a" from text to number')
    ]
    assert work.apply().counts.created == 1298, "rows with an error are left out"
    assert ROW not in {column.field for column in read_dataset(session, REQUESTS).columns}


def test_more_errors_than_a_page_holds_are_all_told(practice: PracticePortal) -> None:
    rows = [("x",) for _ in range(1203)]
    work = prepared(sign_in(practice), REQUESTS, "replace", ("request_id",), *rows)

    assert [error.row for error in work.output.errors()] == list(range(2, 1205))


def test_broken_records_are_told_with_their_row(practice: PracticePortal) -> None:
    session = sign_in(practice)
    dataset = read_dataset(session, REQUESTS)
    source = create_source(Revisions(session, dataset.id).create("replace"), "rows.csv")
    source.upload([table(("request_id", "category"), ("1", "a")), b"17,2\r\n18,3,b,too,much\r\n"])

    schema = parsed(source)

    assert schema.error_count == 2
    assert list(schema.errors()) == [
        CellError(17, None, None, "the portal read 2 cells instead of 3"),
        CellError(18, None, None, "the portal read 5 cells instead of 3"),
    ]


@pytest.mark.parametrize("keys", [("1", "1"), ("1", "")])
def test_a_row_identifier_that_is_none_is_refused(
    practice: PracticePortal, keys: tuple[str, str]
) -> None:
    work = prepared(
        sign_in(practice), REQUESTS, "replace", ("request_id",), *((key,) for key in keys)
    )

    with pytest.raises(PortalError, match='blank or repeated values in the row identifier "req'):
        work.output.require_identifier()


def test_the_approval_queue_is_told_apart_and_nothing_is_changed(practice: PracticePortal) -> None:
    practice.settings.approval_datasets = [REQUESTS]
    work = prepared(sign_in(practice), REQUESTS, "replace", ("request_id",), ("1",))

    ended = work.apply()

    assert ended.state is TaskState.APPROVAL
    assert work.rows.count() == 0
    with pytest.raises(PortalError, match="until someone there approves it"):
        ended.require_success(work.revision.session.host)


def test_a_task_that_fails_says_why_and_nothing_is_changed(practice: PracticePortal) -> None:
    session = sign_in(practice)
    # At the end the portal detects that the species of trees cannot be the row identifier.
    wrong = {"row_identifier": "species"}
    work = prepared(session, TREES, "update", ("species",), ("Ginkgo",), **wrong)
    before = list(work.rows.rows())

    ended = work.apply()

    assert ended.state is TaskState.FAILED
    with pytest.raises(PortalError, match=r"could not apply the push: \w+") as caught:
        ended.require_success(session.host)
    assert caught.value.reason == "apply-failed"
    assert list(work.rows.rows()) == before


def test_a_task_that_takes_its_time_is_waited_for(practice: PracticePortal) -> None:
    practice.settings.task_seconds = 0.3
    work = prepared(sign_in(practice), REQUESTS, "replace", ("request_id",), ("1",))
    seen: list[str] = []

    begun = work.revision.apply(work.output.id)
    ended = work.revision.finish(begun, lambda task: seen.append(task.status))

    assert ended.state is TaskState.SUCCESSFUL
    assert begun.state is TaskState.WORKING
    assert len(set(seen)) > 1
    assert seen[-1] == "successful"


def test_who_does_not_want_to_wait_learns_later_how_it_ended(practice: PracticePortal) -> None:
    practice.settings.task_seconds = 0.3
    wish: list[bool] = []
    session = sign_in(practice, stop=lambda: bool(wish))
    work = prepared(session, REQUESTS, "replace", ("request_id",), ("1",))
    begun = work.revision.apply(work.output.id)

    with pytest.raises(UnknownOutcome, match="You stopped it"):
        work.revision.finish(begun, lambda _: wish.append(True))

    wish.clear()
    (task,) = Revisions(session, REQUESTS).get(work.revision.seq).tasks
    ended = work.revision.finish(task)
    assert (ended.id, ended.state, ended.counts.created) == (begun.id, TaskState.SUCCESSFUL, 1)


def test_a_discarded_revision_is_closed_and_changes_nothing(practice: PracticePortal) -> None:
    session = sign_in(practice)
    work = prepared(session, REQUESTS, "replace", ("request_id",), ("1",))
    revisions = Revisions(session, REQUESTS)
    assert [one.seq for one in revisions.open()] == [work.revision.seq]

    work.revision.discard()
    work.revision.discard()

    assert revisions.open() == ()
    assert work.rows.count() == 0
    with pytest.raises(PortalError):
        work.revision.apply(work.output.id)


def test_who_stops_while_rows_are_converted_changes_nothing(practice: PracticePortal) -> None:
    stopped: list[bool] = []
    session = sign_in(practice, stop=lambda: bool(stopped))
    revision = Revisions(session, REQUESTS).create("replace")
    source = create_source(revision, "rows.csv")
    source.upload([table(("request_id",), *((str(n),) for n in range(200_000)))])
    stopped.append(True)

    with pytest.raises(Cancelled, match="while the portal was reading the rows"):
        parsed(source)
    revision.discard()
    assert revision.again().closed


def test_what_is_no_dataset_has_no_revisions(practice: PracticePortal) -> None:
    with pytest.raises(PortalError) as caught:
        Revisions(sign_in(practice), VIEW).create("replace")
    assert caught.value.status in (400, 403, 404)

    with pytest.raises(PortalError, match="no dataset none-0000"):
        Revisions(sign_in(practice), "none-0000").create("replace")


def test_who_may_not_change_the_dataset_opens_no_revision(practice: PracticePortal) -> None:
    with pytest.raises(
        PortalError, match="does not have permission to do this to dataset rqst-5m8p"
    ):
        Revisions(sign_in(practice, "viewer"), REQUESTS).create("replace")
    with pytest.raises(SignInError):
        Revisions(PortalSession(practice.url, None, QUICK), REQUESTS).create("replace")


def test_a_column_that_the_dataset_lost_is_named(practice: PracticePortal) -> None:
    session = sign_in(practice)
    dataset = read_dataset(session, REQUESTS)
    gone = replace(dataset.columns[2], field="gone_by_now")
    dataset = replace(dataset, columns=(*dataset.columns, gone))
    source = create_source(Revisions(session, REQUESTS).create("update"), "rows.csv")
    source.upload([table(("request_id", "gone_by_now"), ("1", "x"))])

    with pytest.raises(PortalError, match=r'every column of .*"gone_by_now"') as caught:
        parsed(source).output(Target(dataset, "update", ROW, ("request_id", "gone_by_now")))
    assert "map the columns again" in caught.value.remedy


# --- from the sheet to the portal and back, over TLS ----------------------------------------------

HEADERS = ("No", "Opened", "Issued", "Value", "Seen", "Site", "Lat", "Lon", "Parcel", "Notes")


@dataclass
class Sheet:
    """A source of permits."""

    rows: Sequence[Row]
    name: str = "Permits"

    def spool(self, folder: Path, progress: Any, *, careful: bool = False) -> Spool:
        path = folder / "spool.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows([number, *row] for number, row in enumerate(self.rows, 2))
        return Spool(path, HEADERS, "0" * 64, rows=len(self.rows))


def mapping() -> Mapping:
    columns = (
        ColumnRule("No", "permit_no"),
        ColumnRule("Opened", "opened", formats=("%m/%d/%Y",)),
        ColumnRule("Issued", "issued"),
        ColumnRule("Value", "declared_value", formats=("$1,234.50",)),
        ColumnRule("Seen", "inspected", formats=("yes/no",)),
        ColumnRule("Site", "website"),
        ColumnRule("Parcel", "parcel"),
        ColumnRule("Notes", "notes"),
        ColumnRule(field="permit_type", constant="Sign"),
    )
    return Mapping(columns, (PointRule("location", "Lat", "Lon"),))


@pytest.fixture
def stage_of(tmp_path: Path) -> Callable[..., Any]:
    return lambda rows: Stage.open(Sheet(rows), tmp_path, Silent())


def published(session: PortalSession, checked: CheckResult) -> TaskSet:
    """The whole sequence, as in a run."""
    header, dataset = csv_header(checked), checked.plan.dataset
    action = ACTIONS[checked.plan.method]
    revision = Revisions(session, dataset.id).create(action)
    source = create_source(revision, "permits.csv")
    source.upload(piece.body for piece in csv_pieces(checked))
    target = Target(dataset, action, header.row, header.fields)
    output = parsed(source).output(target).finished()
    assert (output.rows, output.error_count) == (checked.sendable, 0)
    output.require_identifier()
    return revision.finish(revision.apply(output.id))


@pytest.mark.parametrize("method", [Method.REPLACE, Method.UPSERT, Method.APPEND])
def test_rows_land_the_same_as_over_soda2(
    safe_practice: PracticePortal, stage_of: Callable[..., Any], method: Method
) -> None:
    """All types at once, in many small chunks, compared with SODA2 on another portal."""
    from sodasheet.staging.output.rows_to_send import body

    square = "POLYGON ((-72.7 41.5, -72.6 41.5, -72.6 41.6, -72.7 41.5))"
    rows = [
        (f"P-{n}", "02/03/2001", "2001-02-03T04:05:06+02:00", f"${n:,}.50", "yes" if n % 2 else
         "no", f"https://example.org/{n}", "41.5", f"-72.{n}", square, f' "{n}",\n Zoë ☂')
        for n in range(1, 400)
    ]  # fmt: skip
    rows.append(("P-0", *[""] * 9))
    safe_practice.settings.chunk_size = 4096
    session = sign_in(safe_practice)
    dataset = read_dataset(session, PERMITS)
    if method is not Method.REPLACE:
        # As if the dataset had no other columns, which a revision would have to include.
        filled = {one.field for one in (*mapping().columns, *mapping().points)}
        dataset = replace(
            dataset, columns=tuple(column for column in dataset.columns if column.field in filled)
        )
    with PracticePortal() as judge, stage_of(rows) as stage:
        judged = sign_in(judge)
        checked = check(stage, CheckPlan(dataset, mapping(), method))
        assert [group.message for group in checked.findings if group.severity != "note"] == []
        assert publishable(checked) is None

        ended = published(session, checked)

        client = RowsClient(judged, read_dataset(judged, PERMITS))
        pieces = body(checked)
        expected = (
            client.replace(pieces) if method is Method.REPLACE else client.send(b"".join(pieces))
        )
        assert ended.counts == replace(expected, version=None)
        assert everything(session) == everything(judged)
    assert session.traffic.requests > 15


def everything(session: PortalSession) -> dict[str, Any]:
    rows = RowsClient(session, read_dataset(session, PERMITS)).rows()
    return {row["permit_no"]: row for row in rows}
