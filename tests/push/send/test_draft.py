"""Pushes that leave a draft for another user, and notes in the portal's history."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.errors import Refused
from sodasheet.jobs.push_resume_undo import request_from_memo, with_memo
from sodasheet.model.exit_code import ExitCode
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.publishing.open_drafts import apply_draft, draft_numbered, open_drafts
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed, Proposal
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder
from sodasheet.push.undo.undoable_run import past_run

from ..conftest import Bench
from ..test_lost_answers import kill_at

HEADERS = ["Id", "Name", "Amount"]
OLD = [{"id": "a", "name": "Old", "amount": "1"}]


@pytest.fixture
def fees(bench: Bench) -> Bench:
    bench.make("id", OLD)
    bench.source(HEADERS, ["a", "New", "2"], ["b", "More", "3"])
    return bench


def test_a_draft_changes_nothing_until_somebody_applies_it(fees: Bench) -> None:
    report = fees.push(fees.job("upsert"), draft=True, remark="Corrected fees")

    assert report.outcome is Outcome.DRAFT
    assert report.outcome.exit_code is ExitCode.DONE
    assert fees.rows() == OLD
    with fees.session("owner") as session:
        (draft,) = open_drafts(session, fees.dataset)
        assert report.sending.draft == draft.page
        assert report.summary.startswith(f"A draft with 2 rows for Fees is ready: {draft.page}.")
        assert (draft.has_rows, draft.note) == (True, "Corrected fees")
        apply_draft(draft)
        assert open_drafts(session, fees.dataset) == ()
    assert [row["name"] for row in fees.rows()] == ["New", "More"]


def test_a_draft_has_landed_nothing_that_could_be_undone(fees: Bench) -> None:
    report = fees.push(fees.job("upsert"), draft=True)
    with pytest.raises(Refused, match="landed: A draft"):
        past_run(report.run)
    assert fees.push(fees.job("upsert")).outcome is Outcome.DONE  # and blocks no other push
    with fees.session() as session:
        draft_numbered(session, fees.dataset, 0).revision.discard()


def test_guards_hold_for_a_draft(fees: Bench) -> None:
    fees.write([{"id": str(number)} for number in range(9)])
    report = fees.push(fees.job("replace", max_shrink=0.2), draft=True)
    assert report.guards.stopped_by == "shrink"
    with fees.session() as session:
        assert open_drafts(session, fees.dataset) == ()


def test_rows_that_no_revision_can_hold_are_refused_as_a_draft(fees: Bench) -> None:
    fees.source(["Id", "Name"], ["a", "New"])
    report = fees.push(fees.job("upsert", "id name"), draft=True)
    assert report.outcome is Outcome.REFUSED
    assert "cannot be left as a draft" in report.summary


def test_a_note_goes_with_a_revision(fees: Bench) -> None:
    report = fees.push(fees.job("upsert"), remark="Fees of December")
    assert (report.outcome, report.sending.transport) == (Outcome.DONE, "Publishing API")
    assert report.to_json()["remark"] == "Fees of December"
    with fees.session() as session:
        assert Revisions(session, fees.dataset).get(0).resource.text("notes") == "Fees of December"


def test_a_note_that_no_revision_holds_is_kept_in_the_history(fees: Bench) -> None:
    fees.source(["Id", "Name"], ["a", "New"])
    report = fees.push(fees.job("upsert", "id name"), remark="Names only")
    assert (report.outcome, report.sending.transport) == (Outcome.DONE, "SODA2")
    assert "The note is in the run history only" in report.summary


def test_a_note_does_not_keep_rows_from_going_that_a_revision_cannot_hold(bench: Bench) -> None:
    bench.make_of({"id": "text", "name": "text", "amount": "number"}, None)
    bench.source(["Id", "Name"], ["a", "New"])
    report = bench.push(bench.job("append", "id name"), remark="Names only")
    assert report.outcome is Outcome.DONE, report.summary
    refused = bench.push(bench.job("append", "id name"), draft=True, allow_duplicate_append=True)
    assert refused.outcome is Outcome.REFUSED
    assert "cannot be left as a draft" in refused.summary


def test_a_saved_request_holds_both(fees: Bench, tmp_path: Path) -> None:
    options = RunOptions(draft=True, remark="Why")
    found = request_from_memo(with_memo(PushRequest(fees.job("upsert"), tmp_path, options)).memo)
    assert found.options == options


class Listener:
    """A user who confirms everything, and records the question."""

    def __init__(self) -> None:
        self.heard = ""

    def go_ahead(self, proposal: Proposal) -> bool:
        self.heard = proposal.sentence
        return True


@pytest.mark.parametrize(
    ("method", "would"),
    [
        ("replace", "replace the 1 row of Fees with 2 rows."),
        ("upsert", "update or add 2 rows in Fees (it has 1)."),
    ],
)
def test_the_user_is_asked_for_a_draft_and_not_for_a_push(
    fees: Bench, method: str, would: str
) -> None:
    listener = Listener()
    fees.push(fees.job(method), draft=True, ask=listener)
    assert listener.heard == (
        "Leave a draft on the portal, which changes nothing until someone applies it. Then it"
        f" would {would}"
    )
    fees.push(fees.job(method), ask=listener)
    assert "draft" not in listener.heard


@pytest.mark.parametrize("discarded", [False, True])
def test_a_run_that_died_behind_its_draft_has_left_that_draft(fees: Bench, discarded: bool) -> None:
    order = with_memo(PushRequest(fees.job("upsert"), fees.folder, RunOptions(draft=True)))
    kill_at(fees, order, "draft", "after")
    (record,) = Journal(runs_folder()).runs()
    with fees.session() as session:
        (draft,) = open_drafts(session, fees.dataset)
        if discarded:
            draft.revision.discard()
        desk = PushContext(session, Silent(), Agreed())
        report = Run(order, desk, RunLog.of(record.run)).resume()
        left = open_drafts(session, fees.dataset)

    assert report.outcome is Outcome.DRAFT, report.summary
    assert report.sending.draft == draft.page
    assert [one.seq for one in left] == ([] if discarded else [draft.seq])
    told = "Someone has since applied or discarded it." if discarded else "is ready"
    assert told in report.summary
    assert fees.rows() == OLD
    assert fees.push(fees.job("upsert")).outcome is Outcome.DONE
