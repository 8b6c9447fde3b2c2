"""A push does only what its method specifies, and reports its effect."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from sodasheet.credentials import redaction
from sodasheet.credentials.redaction import register_secret
from sodasheet.model.credentials import Credentials
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.report import Outcome
from sodasheet.push.questions_to_user import Proposal
from sodasheet.push.runs.journal import Journal, runs_folder

from .conftest import Bench

OLD = [{"id": "a", "name": "Old a", "amount": "1"}, {"id": "b", "name": "Old b", "amount": "2"}]
HEADERS = ["Id", "Name", "Amount"]


class No:
    """A user who declines, and keeps the proposal."""

    proposal: Proposal | None = None

    def go_ahead(self, proposal: Proposal) -> bool:
        self.proposal = proposal
        return False


class StopAt:
    """A user who presses Ctrl-C at the beginning of a stage."""

    def __init__(self, stage: str) -> None:
        self.stop = False
        self._stage = stage

    def begin(self, stage: str, total: int | None = None) -> None:
        self.stop = self.stop or stage == self._stage

    def advance(self, amount: int) -> None:
        pass


def test_append_adds_rows_at_the_end(bench: Bench) -> None:
    bench.make(None, OLD)
    bench.source(HEADERS, ["a", "Again", "3"], ["c", "New", ""])

    report = bench.push(bench.job("append"))

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == [
        {"id": "a", "name": "Again", "amount": "3"},
        OLD[0],
        OLD[1],
        {"id": "c", "name": "New"},
    ]
    assert (report.rows.sent, report.rows.created, report.rows.rejected) == (2, 2, 0)
    assert (report.totals.before, report.totals.after) == (2, 4)
    assert report.summary == "Appended to Fees: 2 rows sent, 2 created; it now has 4 rows."


def test_append_never_overwrites_a_row_that_is_there(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "Overwritten", "3"], ["c", "New", "4"])

    report = bench.push(bench.job("append"))

    assert report.outcome is Outcome.REFUSED
    assert bench.rows() == OLD
    assert [(row.row, row.identifier) for row in report.rejects.rows] == [(2, "a")]
    assert "1 of 2 rows is rejected and nothing was sent" in report.summary


def test_append_goes_on_without_the_rows_that_are_there_when_told_to(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "Overwritten", "3"], ["c", "New", "4"])

    report = bench.push(bench.job("append"), allow_rejected=1)

    assert report.outcome is Outcome.REJECTS
    assert bench.rows() == [*OLD, {"id": "c", "name": "New", "amount": "4"}]
    assert (report.rows.sent, report.rows.created, report.rows.rejected) == (1, 1, 1)


def test_upsert_updates_and_adds(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["b", "New b", "20"], ["c", "New c", "30"])

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == [
        OLD[0],
        {"id": "b", "name": "New b", "amount": "20"},
        {"id": "c", "name": "New c", "amount": "30"},
    ]
    assert (report.rows.created, report.rows.updated) == (1, 1)


def test_upsert_leaves_unmapped_columns_alone(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "ignored", "9"])

    bench.push(bench.job("upsert", "id amount"))

    assert bench.rows()[0] == {"id": "a", "name": "Old a", "amount": "9"}


def test_delete_removes_the_listed_rows(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(["Id"], ["a"])

    report = bench.push(bench.job("delete", "id"))

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == OLD[1:]
    assert (report.rows.deleted, report.totals.after) == (1, 1)


def test_delete_names_the_rows_that_are_not_there(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(["Id"], ["a"], ["zz"])

    report = bench.push(bench.job("delete", "id", max_rejected=1))

    assert report.outcome is Outcome.REJECTS
    assert bench.rows() == OLD[1:]
    assert [(row.row, row.identifier) for row in report.rejects.rows] == [(3, "zz")]


def test_replace_leaves_the_sources_rows_and_no_others(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["b", "New b", "5"])

    report = bench.push(bench.job("replace"))

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == [{"id": "b", "name": "New b", "amount": "5"}]
    assert report.totals.after == 1


def test_more_rows_than_one_batch_all_land(bench: Bench) -> None:
    bench.make("id", [])
    numbers = range(12_001)
    bench.source(HEADERS, *([f"id{n}", f"name {n}", str(n)] for n in numbers))

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.DONE, report.summary
    assert report.rows.created == 12_001
    assert {row["id"]: row["amount"] for row in bench.rows()} == {f"id{n}": str(n) for n in numbers}


def test_a_trial_sends_only_the_first_rows(bench: Bench) -> None:
    bench.make("id", [])
    bench.source(HEADERS, ["a", "A", "1"], ["b", "B", "2"], ["c", "C", "3"])

    report = bench.push(bench.job("upsert"), limit=2)

    assert report.rows.sent == 2
    assert [row["id"] for row in bench.rows()] == ["a", "b"]


def test_a_finding_stops_the_push_and_every_finding_is_written_down(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "fine", "1"], ["d", "bad", "12,5"], ["e", "bad", "x"])

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.REFUSED
    assert report.outcome.exit_code == 4
    assert bench.rows() == OLD
    assert report.sending.transport is None
    assert report.rejects.file is not None
    with Path(report.rejects.file).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["row"], line["column"], line["value"], line["reason"]) for line in lines] == [
        ("3", "Amount", "12,5", "not-a-number"),
        ("4", "Amount", "x", "not-a-number"),
    ]


def test_a_mapping_that_cannot_work_stops_the_push_with_its_reason(bench: Bench) -> None:
    bench.make(None, OLD)
    bench.source(HEADERS, ["c", "fine", "1"])

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.REFUSED
    assert "row identifier" in report.summary
    assert bench.rows() == OLD


def test_no_means_nothing_is_sent(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["b", "New b", "5"])
    ask = No()

    report = bench.push(bench.job("replace"), ask=ask)

    assert report.outcome is Outcome.CANCELLED
    assert bench.rows() == OLD
    assert ask.proposal is not None
    assert ask.proposal.sentence == "Replace all 2 rows of Fees with 1 row."


@pytest.mark.parametrize("stage", ["comparing identifiers", "sending"])
def test_stopping_before_the_first_request_changes_nothing(bench: Bench, stage: str) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New", "5"])

    report = bench.push(bench.job("append"), progress=StopAt(stage))

    assert report.outcome is Outcome.CANCELLED
    assert bench.rows() == OLD


def test_a_viewer_is_told_before_any_work_is_done(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New", "5"])

    report = bench.push(bench.job("upsert"), role="viewer")

    assert report.outcome in (Outcome.REFUSED, Outcome.FAILED)
    assert "Fees" in report.summary or bench.dataset in report.summary
    assert bench.rows() == OLD


def test_a_source_that_is_missing_is_the_reports_summary(bench: Bench) -> None:
    bench.make("id", OLD)

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.FAILED
    assert "fees.csv" in report.summary
    assert report.outcome.exit_code == 1


def test_a_portal_that_is_gone_is_the_reports_summary(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New", "5"])
    job = replace(bench.job("upsert"), portal="http://127.0.0.1:9")

    from sodasheet.model.progress import Silent
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest
    from sodasheet.push.run import Run

    from .conftest import PATIENCE

    desk = PushContext(PortalSession(job.portal, None, PATIENCE), Silent(), Agreed())
    report = Run(PushRequest(job, bench.folder), desk).execute()

    assert report.outcome is Outcome.FAILED
    assert "127.0.0.1" in report.summary


def test_the_report_is_in_the_run_log_with_all_its_keys(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New", "5"])

    report = bench.push(bench.job("upsert"))

    (path,) = runs_folder().glob("*/report.json")
    logged = json.loads(path.read_text(encoding="utf-8"))
    assert logged == json.loads(json.dumps(report.to_json()))
    assert set(logged) >= {
        "run", "outcome", "method", "transport", "rows", "bytes_sent", "requests", "retries",
        "seconds", "findings", "rejected", "snapshot", "source",
    }  # fmt: skip
    assert logged["source"]["rows"] == 1
    assert len(logged["source"]["sha256"]) == 64
    assert logged["user"]


def test_no_secret_is_in_the_run_log(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New", "5"])
    account = bench.portal.account("publisher")

    bench.push(bench.job("upsert"))

    home = bench.folder / "home"
    found = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"Fees" in found
    assert account.key_secret.encode() not in found


@pytest.mark.parametrize(
    ("method", "columns", "rows", "transport", "reason"),
    [
        ("upsert", "id name amount", 3, "SODA2", "one small request"),
        ("replace", "id name amount", 5001, "Publishing API", "too large for one small"),
        ("append", "id name", 5001, "SODA2", "a revision would lose columns"),
        ("upsert", "id name", 5001, "SODA2", "only SODA2 is certain to keep its values"),
        ("upsert", "id name amount", 5001, "Publishing API", "too large for one small"),
    ],
)
def test_the_transport_fits_the_rows_and_the_report_says_why(
    bench: Bench, method: str, columns: str, rows: int, transport: str, reason: str
) -> None:
    bench.make("id", [])
    bench.source(HEADERS, *([f"i{n}", f"n{n}", str(n)] for n in range(rows)))

    report = bench.push(bench.job(method, columns))

    assert report.outcome is Outcome.DONE, report.summary
    assert report.sending.transport == transport
    assert reason in (report.sending.reason or "")
    assert len(bench.rows()) == rows


def test_a_named_transport_that_cannot_carry_the_rows_is_refused(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["b", "New b", "5"])

    report = bench.push(bench.job("upsert", "id amount"), transport="publishing")

    assert report.outcome is Outcome.REFUSED
    assert "cannot be sent over the Publishing API" in report.summary
    assert bench.rows() == OLD


def test_computed_columns_name_the_run_and_its_time(bench: Bench) -> None:
    bench.make("id", [])
    bench.source(HEADERS, ["a", "New", "3"])
    job = bench.job("upsert")
    rules = tuple(rule for rule in job.mapping.columns if rule.field != "name")
    computed = ColumnRule(None, "name", template="{run} {now} {file} {row}")
    job = replace(job, mapping=replace(job.mapping, columns=(*rules, computed)))

    report = bench.push(job)

    assert report.outcome is Outcome.DONE, report.summary
    started = datetime.fromisoformat(report.started).replace(tzinfo=None).isoformat()
    (row,) = bench.rows()
    assert row["name"] == f"{report.run} {started} {Path(job.source.path).name} 2"


def test_real_dates_beside_dates_typed_as_text_are_read_as_dates(bench: Bench) -> None:
    bench.make_of({"name": "text", "opened": "calendar_date"}, None)
    book = Workbook()
    book.active.append(["Name", "Opened"])
    book.active.append(["real", datetime(2024, 1, 31)])
    book.active.append(["typed", "2/28/2024"])
    book.save(bench.folder / "opened.xlsx")
    rules = (
        ColumnRule("Name", "name", match="confirmed"),
        ColumnRule("Opened", "opened", formats=("M/D/YYYY",), match="confirmed"),
    )
    job = replace(
        bench.job("replace"),
        source=SourceSpec(kind="workbook", path="opened.xlsx"),
        mapping=Mapping(rules),
    )

    report = bench.push(job)

    assert report.outcome is Outcome.DONE, report.summary
    assert [row["opened"][:10] for row in bench.rows("opened")] == ["2024-01-31", "2024-02-28"]


def test_a_password_that_looks_like_a_year_leaves_numbers_and_dates_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "_known", set())
    register_secret(Credentials("steward", str(datetime.now(UTC).year)))
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "New", "3"])

    report = bench.push(bench.job("upsert"))

    assert report.outcome is Outcome.DONE, report.summary
    steps = Journal(runs_folder()).steps(report.run)
    assert "landed" in [step.step for step in steps]
    saved = json.loads((runs_folder() / report.run / "report.json").read_text("utf-8"))
    assert saved["started"] == report.started
