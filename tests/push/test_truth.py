"""Cases in which a report was once incorrect: late or lost answers, lags, other writers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests

from sodasheet.errors import PortalError, Refused, SodaSheetError
from sodasheet.jobs.push_resume_undo import execute, request_from_memo, undo, with_memo
from sodasheet.model.credentials import Credentials
from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.learned_facts import counts_writes, note_shown
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

from .model.gateway import HONEST, Fault, Gateway, Killed
from .model.portal import DATASET, Portal, Reply

URL = "http://127.0.0.1:1"
PATIENCE = Patience(tries=1, unreachable=0, late=60, over=300)
PAGE = "<html><title>gateway</title>"
ROOMS = (
    "push.send.soda2_transport",
    "push.send.last_look_and_own_write",
    "push.conclusion",
    "portal.http.retries",
)


class Office:
    """A computer that pushes to the model portal through its gateway, in the portal's time."""

    def __init__(self, folder: Path, *, identifier: bool = True) -> None:
        self.folder = folder
        rows = [{"id": key, "name": f"old {key}", "amount": "1"} for key in "ab"]
        self.portal = Portal(identifier=identifier, rows=rows)
        self.gateway = Gateway(self.portal)
        self.stages: list[str] = []
        self.pushes = 0

    def push(
        self,
        method: str,
        rows: Sequence[Sequence[str]],
        fault: Fault = HONEST,
        *,
        transport: str | None = "soda2",
        meanwhile: dict[int, Callable[[], None]] | None = None,
        **job: Any,
    ) -> Report:
        """Push the rows (id, name, amount)."""
        fields = job.pop("fields", ("id", "name", "amount"))
        self.pushes += 1
        path = self.folder / f"rows-{self.pushes}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([fields, *rows])
        rules = tuple(ColumnRule(field, field, match="confirmed") for field in fields)
        made = Job(
            URL, DATASET, Method(method), SourceSpec(path=path.name), Mapping(rules),
            Guards(1.0, 9), **job,
        )  # fmt: skip
        order = with_memo(PushRequest(made, self.folder, RunOptions(transport=transport)))
        self.gateway.fault, self.gateway.meanwhile = fault, meanwhile or {}
        self.gateway.requests = 0

        return self.at_work(lambda desk: execute(order, desk))

    def resume(self, run: str) -> Report:
        record = Journal(runs_folder()).record(run)
        assert record is not None
        order = request_from_memo(record.order)
        return self.at_work(lambda desk: Run(order, desk, RunLog.of(run)).resume())

    def undo(self, run: str, *, force: bool = False) -> Report:
        return self.at_work(lambda desk: undo(run, desk, force=force))

    def at_work(self, work: Callable[[PushContext], Report]) -> Report:
        time = mock.Mock()
        time.time = time.monotonic = lambda: self.portal.now
        time.sleep = self.gateway.sleep
        with ExitStack() as stack:
            for room in ROOMS:
                stack.enter_context(mock.patch(f"sodasheet.{room}.time", time))
            session = PortalSession(URL, Credentials("id", "secret"), PATIENCE)
            session._wire.mount("http://", self.gateway)
            progress = Silent()
            progress.begin = lambda stage, _=None: self.stages.append(stage)  # type: ignore[method-assign]
            return work(PushContext(session, progress, Agreed()))

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.portal.rows]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return Office(tmp_path)


@pytest.fixture
def nameless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return Office(tmp_path, identifier=False)


def page(status: int) -> Reply:
    return Reply(status, PAGE)


def late(seconds: float | None, status: int = 504) -> Fault:
    return Fault(seconds, lies=True, answer=page(status))


# --- late and lost answers ---


def test_rows_that_land_late_are_waited_for(office: Office) -> None:
    report = office.push("upsert", [["a", "new", "2"]], late(30))

    assert (report.outcome, report.rows.sent) == (Outcome.DONE, 1)
    assert office.names == ["new", "old b"]
    wait = "waiting for the portal, which may still be working on the rows (at most 60 seconds)"
    assert wait in office.stages


def test_rows_that_land_later_still_are_unknown_and_keep_the_next_push_from_going(
    office: Office,
) -> None:
    first = office.push("upsert", [["a", "older", "2"]], late(200))
    assert first.outcome is Outcome.UNKNOWN
    assert NextStep(Action.RESUME_RUN, run=first.run) in first.steps
    assert "Nothing was changed" not in first.summary

    with pytest.raises(Refused, match="not finished"):
        office.push("upsert", [["a", "newer", "3"]])

    assert office.names == ["old a", "old b"]
    office.gateway.sleep(200)
    assert office.resume(first.run).outcome is Outcome.DONE
    assert office.push("upsert", [["a", "newer", "3"]]).outcome is Outcome.DONE
    assert office.names == ["newer", "old b"]


def test_a_write_that_never_arrives_is_sent_again_once_it_can_no_longer_land(
    office: Office,
) -> None:
    first = office.push("upsert", [["a", "new", "2"]], late(None))
    assert first.outcome is Outcome.UNKNOWN
    office.gateway.sleep(400)

    assert office.resume(first.run).outcome is Outcome.DONE
    assert office.names == ["new", "old b"]
    assert len(office.portal.commits) == 1


def test_a_kill_behind_a_write_leaves_it_unknown(office: Office) -> None:
    with pytest.raises(Killed):
        office.push("upsert", [["a", "older", "2"]], Fault(200.0, dies=True))

    with pytest.raises(Refused, match="not finished"):
        office.push("upsert", [["a", "newer", "3"]])

    office.gateway.sleep(10_000)
    assert office.names == ["older", "old b"]


def test_a_late_delete_does_not_take_a_row_that_was_entered_again(office: Office) -> None:
    report = office.push("delete", [["a"]], late(45), fields=("id",))

    assert (report.outcome, office.names) == (Outcome.DONE, ["old b"])
    office.portal.edit("colleague", [{"id": "a", "name": "again", "amount": "3"}])
    office.gateway.sleep(10_000)
    assert office.names == ["old b", "again"]


@pytest.mark.parametrize("status", [302, 400, 403, 409, 413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("own", [False, True], ids=["page", "JSON of a gateway"])
def test_an_answer_of_a_gateway_after_the_commit_is_not_believed(
    nameless: Office, status: int, own: bool
) -> None:
    answer = Reply(status, {"message": "Forbidden"}) if own else page(status)

    report = nameless.push("append", [["c", "new", "2"]], Fault(0.0, lies=True, answer=answer))

    assert report.outcome is Outcome.DONE, report.summary
    assert nameless.names == ["old a", "old b", "new"]


def test_the_portals_own_refusal_is_believed_at_once(office: Office) -> None:
    told = {"error": True, "code": "invalid_request", "message": "Illegal field name sent: name"}
    before = office.portal.now

    report = office.push(
        "upsert", [["a", "x", "2"]], Fault(None, lies=True, answer=Reply(400, told))
    )

    assert (report.outcome, office.portal.now) == (Outcome.FAILED, before)
    assert "Nothing was changed." in report.summary


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
@pytest.mark.parametrize("method", ["upsert", "replace", "append", "delete"])
def test_a_refusal_in_the_portals_own_words_after_the_commit_is_seen_through(
    office: Office, method: str, status: int
) -> None:
    told = {"error": True, "code": "invalid_request", "message": "Illegal field name sent: name"}
    fields = ("id",) if method == "delete" else ("id", "name", "amount")
    row = ["n" if method == "append" else "a", "x", "2"][: len(fields)]

    report = office.push(
        method, [row], Fault(0.0, lies=True, answer=Reply(status, told)), fields=fields
    )

    assert report.outcome is Outcome.DONE, report.summary
    assert len(office.portal.commits) == 1


def test_rows_that_others_changed_after_they_landed_are_not_said_never_to_have_landed(
    nameless: Office,
) -> None:
    first = nameless.push("replace", [["c", "new", "2"]], Fault(None, lies=True, answer=None))
    assert first.outcome is Outcome.UNKNOWN
    (body,) = nameless.gateway.lost
    nameless.portal.writer = "late"
    nameless.portal.answer(*body)
    nameless.portal.edit("colleague", [{"id": "d", "name": "theirs", "amount": "3"}])
    nameless.gateway.sleep(400)

    again = nameless.resume(first.run)

    assert again.outcome is Outcome.UNKNOWN
    assert nameless.names == ["new", "theirs"]


# --- false proof ---


@pytest.mark.parametrize("body", [{}, [], "", {"Rows Created": 0, "Rows Updated": 0, "Errors": 0}])
@pytest.mark.parametrize("landed", [True, False])
def test_an_answer_that_does_not_add_up_is_checked(office: Office, body: Any, landed: bool) -> None:
    fault = Fault(0.0 if landed else None, lies=True, answer=Reply(200, body))

    report = office.push("upsert", [["a", "new", "2"], ["c", "more", "2"]], fault)

    assert report.outcome is (Outcome.DONE if landed else Outcome.UNKNOWN), report.summary
    assert ("new" in office.names) is landed


def test_a_replace_that_did_not_clear_a_column_has_not_landed(office: Office) -> None:
    """The dataset has the new values already, but the third column is not blank."""
    rows = [["a", "old a"], ["b", "old b"]]

    report = office.push("replace", rows, late(None), fields=("id", "name"))

    assert report.outcome is Outcome.UNKNOWN
    assert [row["amount"] for row in office.portal.rows] == ["1", "1"]


def test_rows_of_somebody_else_are_not_taken_for_ours(office: Office) -> None:
    theirs = {"id": "c", "name": "theirs", "amount": "9"}
    report = office.push("append", [["c", "ours", "2"]], late(None))
    office.portal.edit("colleague", [theirs])
    again = office.resume(report.run)

    assert (report.outcome, again.outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
    assert office.names == ["old a", "old b", "theirs"]


def test_a_count_alone_proves_no_append(nameless: Office) -> None:
    report = nameless.push("append", [["c", "ours", "2"]], late(None))
    nameless.portal.edit("colleague", [{"id": "c", "name": "theirs", "amount": "9"}])

    again = nameless.resume(report.run)

    assert (report.outcome, again.outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)


# --- lag and other writers ---


@pytest.mark.parametrize("lag", [25, 400])
def test_an_undo_while_readers_lag_restores_the_newest_state_or_none(
    office: Office, lag: float
) -> None:
    office.push("upsert", [["a", "first", "2"]])
    office.portal.lag(lag)
    second = office.push("upsert", [["a", "second", "3"]])

    if lag > 60:  # it may not go without a snapshot of what is really there
        assert (second.outcome, second.guards.stopped_by) == (Outcome.REFUSED, "no-snapshot")
        assert office.names[0] == "first"
        return
    assert second.outcome is Outcome.DONE
    office.undo(second.run)
    assert office.names == ["first", "old b"]


def test_an_undo_is_refused_while_readers_lag(office: Office) -> None:
    report = office.push("upsert", [["a", "new", "2"]])
    office.portal.lag(400)

    with pytest.raises(Refused, match="cannot be compared"):
        office.undo(report.run)


def test_identifiers_are_not_looked_up_in_old_rows(office: Office) -> None:
    office.portal.lag(400)
    office.portal.edit("colleague", [{"id": "c", "name": "theirs", "amount": "9"}])

    report = office.push("append", [["c", "ours", "2"]], snapshot="off")

    assert (report.outcome, report.guards.stopped_by) == (Outcome.REFUSED, "not-settled")
    assert office.names[-1] == "theirs"


@pytest.mark.parametrize(
    ("transport", "request_number"),
    [*(("soda2", n) for n in range(4, 8)), *(("publishing", n) for n in range(4, 16))],
)
def test_an_edit_between_snapshot_and_send_is_kept_for_the_undo(
    office: Office, transport: str, request_number: int
) -> None:
    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])

    report = office.push(
        "upsert", [["a", "new", "2"]], transport=transport, meanwhile={request_number: meddle}
    )

    assert report.outcome is Outcome.DONE, report.summary
    assert [one.writer for one in office.portal.commits][:1] == ["colleague"]
    office.undo(report.run)
    assert office.names == ["edited", "old b"]


@pytest.mark.parametrize("request_number", range(4, 20))
def test_an_edit_is_seen_also_while_readers_lag_at_first(
    office: Office, request_number: int
) -> None:
    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])

    office.portal.lag(3)
    report = office.push(
        "replace", [["a", "new", "2"]], transport="publishing", meanwhile={request_number: meddle}
    )

    assert report.outcome is Outcome.DONE, report.summary
    if office.portal.commits[0].writer == "colleague":
        office.undo(report.run)
        assert office.names == ["edited", "old b"]


def test_an_edit_right_behind_the_write_is_not_taken_for_what_was_sent(office: Office) -> None:
    """The next push of the same file must find that run, although nothing has changed since."""
    note_shown(URL, counts_writes("SODA2 upsert"))
    rows = [["a", "new", "2"], ["b", "new", "2"]]

    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])

    for number in range(9, 15):
        office.push("upsert", rows, meanwhile={number: meddle}, transport=None, send="changes")
        office.push("upsert", rows, transport=None, send="changes")
        assert office.names == ["new", "new"]


def test_a_dataset_that_never_rests_stops_the_push(office: Office) -> None:
    def meddle() -> None:
        office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])
        office.gateway.meanwhile[office.gateway.requests + 2] = meddle

    report = office.push("upsert", [["b", "new", "2"]], meanwhile={4: meddle})

    assert report.outcome is Outcome.REFUSED, report.summary
    assert "new" not in office.names


def test_pages_are_read_by_key_while_rows_are_deleted(office: Office) -> None:
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.soda2.rows_client import RowsClient

    office.portal.edit("x", [{"id": f"k{n}", "name": f"n{n}", "amount": "1"} for n in range(6)])
    session = PortalSession(URL, None, PATIENCE)
    session._wire.mount("http://", office.gateway)
    rows = RowsClient(session, read_dataset(session, DATASET)).rows(size=2)
    seen = [next(rows)["id"], next(rows)["id"]]
    office.portal.edit("colleague", [], ["a", "b"])

    seen += [row["id"] for row in rows]

    assert seen == ["a", "b", *(f"k{n}" for n in range(6))]


def test_no_push_makes_more_requests_than_before(office: Office) -> None:
    """A normal push makes no more requests than the previous version, with and without a
    snapshot."""
    counted = {}
    for snapshot in ("off", "on"):
        office.push("upsert", [["a", f"new {snapshot}", "2"]], snapshot=snapshot)
        counted[snapshot] = office.gateway.requests

    assert counted["off"] <= 9
    assert counted["on"] <= 15


def test_a_disk_that_is_full_after_the_rows_landed_does_not_hide_that(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(log: RunLog, report: Report) -> None:
        raise SodaSheetError("The report cannot be written: No space left on device.", "")

    monkeypatch.setattr(RunLog, "write", full)

    report = office.push("upsert", [["a", "new", "2"]])

    assert (report.outcome, office.names[0]) == (Outcome.DONE, "new")
    assert "This could not be saved: The report cannot be written" in report.summary


def test_digits_beyond_the_twenty_eighth_count(office: Office) -> None:
    from sodasheet.portal.soda2.soql_queries import canonical

    long = "1234567890123456789012345678901234567890123"

    assert canonical(long, "number") != canonical(f"{long[:-1]}4", "number")
    assert canonical(f"{long}.10", "number") == canonical(f"{long}.1", "number")
    assert {canonical(zero, "number") for zero in ("0", "-0", "0.00", "-0.0")} == {"0"}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("page", [b"<" * 60_000, b"<a " * 20_000, b"<!" * 30_000])
def test_a_page_that_is_no_page_is_read_in_one_pass(page: bytes) -> None:
    """Each of them took a minute of CPU and more."""
    from sodasheet.portal.http.reply import read_body

    found = read_body(page, "text/html")

    assert found.html
    assert not found.own


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_log_of_an_applying_is_read_in_the_order_of_its_times(newest_first: bool) -> None:
    from sodasheet.portal.publishing.resource import Resource
    from sodasheet.portal.publishing.task_set_reply import read_task

    log: list[dict[str, Any]] = [
        {"stage": "started", "time": "2026-01-01T00:00:01", "details": None},
        {"stage": "failed", "time": "2026-01-01T00:00:02", "details": {"english": "no disk"}},
    ]
    task = read_task(
        Resource({"id": 1, "status": "failure", "log": log[::-1] if newest_first else log})
    )

    with pytest.raises(PortalError, match="could not apply the push: no disk"):
        task.require_success("data.example.gov")


def test_a_host_behind_a_backslash_is_not_trusted() -> None:
    from sodasheet.portal.dataset_address import host_of
    from sodasheet.portal.http.connection import origin

    portal = "https://data.example.gov"

    assert host_of(r"https://evil.example.com\@data.example.gov/") == ""
    assert origin(r"https://evil.example.com\@data.example.gov/") != origin(portal)
    with pytest.raises(PortalError, match="redirected the request"):
        PortalSession(portal).url(r"https://evil.example.com\@data.example.gov/x")


# --- a write that is sent again ---

#: Refusals in the portal's own form after which a write used to be sent again without a look.
REFUSALS = {
    "conflict": Reply(409, {"code": "conflict", "error": True, "message": "Locked"}),
    "unavailable": Reply(503, {"code": "service.unavailable", "error": True, "message": "Later"}),
    "throttled": Reply(
        429, {"code": "throttled", "error": True, "message": "Slowly"}, {"Retry-After": "1"}
    ),
    "no version": Reply(
        400,
        {
            "code": "query.soql.bad-argument",
            "error": True,
            "message": "Unrecognized arguments [$$version]",
        },
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("transport", ["soda2", "publishing"])
def test_a_refused_append_that_landed_is_not_sent_again(
    nameless: Office, transport: str, kind: str
) -> None:
    fault = Fault(0.0, lies=True, answer=REFUSALS[kind])

    report = nameless.push("append", [["c", "new", "2"]], fault, transport=transport)

    assert report.outcome is Outcome.DONE, report.summary
    assert nameless.names == ["old a", "old b", "new"]


def test_a_refused_append_that_lands_late_is_not_sent_again(nameless: Office) -> None:
    fault = Fault(3.0, lies=True, answer=REFUSALS["unavailable"])

    report = nameless.push("append", [["c", "new", "2"]], fault)

    assert report.outcome is Outcome.DONE, report.summary
    nameless.gateway.sleep(10_000)
    assert nameless.names == ["old a", "old b", "new"]


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_write_that_did_not_land_is_sent_again(office: Office, kind: str) -> None:
    report = office.push(
        "upsert", [["a", "new", "2"]], Fault(None, lies=True, answer=REFUSALS[kind])
    )

    assert (report.outcome, office.names) == (Outcome.DONE, ["new", "old b"])
    assert len(office.portal.commits) == 1


@pytest.mark.parametrize("kind", ["conflict", "unavailable", "throttled"])
@pytest.mark.parametrize("transport", ["soda2", "publishing"])
@pytest.mark.parametrize("method", ["upsert", "replace"])
@pytest.mark.parametrize("landed", [True, False])
def test_what_others_wrote_after_a_refusal_is_not_overwritten(
    office: Office, method: str, transport: str, kind: str, landed: bool
) -> None:
    """Others write while the push waits before sending the rows again."""

    def meddle(seconds: float, sleep: Callable[[float], None] = office.gateway.sleep) -> None:
        sleep(seconds)
        if office.gateway.struck and len(office.portal.commits) == landed:
            office.portal.edit(
                "colleague",
                [
                    {"id": "a", "name": "edited", "amount": "9"},
                    {"id": "z", "name": "added", "amount": "9"},
                ],
            )

    office.gateway.sleep = meddle  # type: ignore[method-assign]
    fault = Fault(0.0 if landed else None, lies=True, answer=REFUSALS[kind])

    report = office.push(method, [["a", "new", "2"]], fault, transport=transport)

    edits = [one for one in office.portal.commits if one.writer == "colleague"]
    assert len(edits) == 1, report.summary
    if landed:
        assert {"edited", "added"} <= {*office.names}, report.summary
        assert len(office.portal.commits) == 2
    elif report.outcome is Outcome.DONE:
        # The push has begun again, and its snapshot has what they wrote.
        office.undo(report.run)
        assert office.names == ["edited", "old b", "added"]
    else:
        assert report.outcome in (Outcome.UNKNOWN, Outcome.FAILED), report.summary
        assert office.names == ["edited", "old b", "added"]


def test_what_others_wrote_before_the_rows_left_is_not_overwritten(office: Office) -> None:
    """The connection breaks before the rows leave, and the next try comes after a wait."""
    refused = requests.ConnectionError("refused")
    send, broken = office.gateway.send, [refused]

    def breaks(request: requests.PreparedRequest, *more: Any, **options: Any) -> Any:
        if broken and request.method == "POST":
            office.portal.edit("colleague", [{"id": "a", "name": "edited", "amount": "9"}])
            raise broken.pop()
        return send(request, *more, **options)

    office.gateway.send = breaks  # type: ignore[method-assign]
    patient = Patience(tries=1, unreachable=1, late=60, over=300)
    with mock.patch(f"{__name__}.PATIENCE", patient):
        report = office.push("upsert", [["a", "new", "2"]])

    assert (report.outcome, broken) == (Outcome.DONE, []), report.summary
    office.undo(report.run)
    assert office.names == ["edited", "old b"]


def test_an_undo_waits_as_long_as_the_job_of_its_run(office: Office) -> None:
    delivery = Delivery(wait=4, gzip=False)
    report = office.push("upsert", [["a", "new", "2"]], delivery=delivery)
    office.gateway.fault, began = late(None), office.portal.now

    undone = office.undo(report.run)

    assert undone.outcome is Outcome.UNKNOWN
    assert 4 <= office.portal.now - began < 10


def test_more_rows_than_were_expected_are_not_blamed_on_a_lag(nameless: Office) -> None:
    """A colleague adds the same row between the write and the count."""

    def double() -> None:
        nameless.portal.edit("colleague", [{"id": "c", "name": "new", "amount": "2"}])

    write = nameless.portal._write

    def written(*given: Any) -> Reply:
        told = write(*given)
        double()
        return told

    nameless.portal._write = written  # type: ignore[method-assign]
    report = nameless.push("append", [["c", "new", "2"]])

    assert report.outcome is Outcome.DONE
    assert (report.totals.after, report.to_json()["rows_expected"]) == (4, 3)
    assert "3 were expected: someone else added rows in the meantime, or some" in report.summary
    assert "minutes to show" not in report.summary
    (warning,) = report.to_json()["warnings"]
    assert warning.startswith("3 were expected: someone else added rows")
    assert warning in report.summary
    assert not report.clean


def test_an_undo_says_that_rows_of_the_run_are_left(nameless: Office) -> None:
    """The row is there twice, and an undo takes back as many as were sent."""
    report = nameless.push("append", [["c", "new", "2"]])
    nameless.portal.edit("gateway", [{"id": "c", "name": "new", "amount": "2"}])

    undone = nameless.undo(report.run, force=True)

    assert nameless.names == ["old a", "old b", "new"]
    said = f"Before run {report.run} it had 2: unless something else has changed the dataset since"
    assert f"{said}, rows of that run are still there." in undone.summary
    assert [one.startswith(said) for one in undone.warnings] == [True]


@pytest.mark.parametrize("identifier", [True, False])
def test_an_undo_whose_answer_was_lost_expects_the_rows_that_it_deleted_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identifier: bool
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    office = Office(tmp_path, identifier=identifier)
    report = office.push("append", [["c", "new", "2"]])
    office.gateway.fault = late(5)

    undone = office.undo(report.run)

    assert (undone.outcome, office.names) == (Outcome.DONE, ["old a", "old b"])
    assert undone.clean, undone.summary


def test_an_undo_that_restores_all_says_no_more(office: Office) -> None:
    report = office.push("append", [["c", "new", "2"]])

    undone = office.undo(report.run)

    assert office.names == ["old a", "old b"]
    assert "Before run" not in undone.summary
    assert report.clean
    assert undone.clean
