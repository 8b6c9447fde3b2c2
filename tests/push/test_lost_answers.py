"""A push killed at any step can be resumed: its rows are written exactly once."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.errors import Refused
from sodasheet.jobs.push_resume_undo import with_memo
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

from .conftest import PATIENCE, Bench
from .pushes import HEADERS, OLD, PUSHES, order_of, prepare
from .runs.killed_pushes import push_until_killed

NAMELESS = "append to rows without identifier"


def kill_at(bench: Bench, order: PushRequest, step: str, moment: str) -> None:
    """Push in a separate process that is killed when the journal comes to the step."""
    account = bench.portal.account("publisher")
    key = (account.key_id, account.key_secret)
    push_until_killed(order.memo, key, step, moment, bench.folder / "killed-push.txt")


def resume(bench: Bench, order: PushRequest) -> tuple[str, Outcome, str]:
    (record,) = Journal(runs_folder()).runs()
    assert record.outcome is None
    desk = PushContext(bench.session(), Silent(), Agreed())
    report = Run(order, desk, RunLog.of(record.run)).resume()
    return record.run, report.outcome, report.summary


STEPS = [
    ("soda2", step, moment)
    for step in ("checked", "sending", "landed")
    for moment in ("before", "after")
] + [
    ("publishing", step, moment)
    for step in ("checked", "preparing", "revision", "applying", "landed")
    for moment in ("before", "after")
]


@pytest.mark.parametrize(("transport", "step", "moment"), STEPS)
@pytest.mark.parametrize("name", PUSHES)
def test_a_killed_push_is_finished_by_resuming_it(
    bench: Bench, name: str, transport: str, step: str, moment: str
) -> None:
    method, after = prepare(bench, name)
    order = order_of(bench, method, transport)

    kill_at(bench, order, step, moment)
    landed_already = bench.rows() == after
    _, outcome, told = resume(bench, order)

    assert landed_already is (step == "landed")
    (record,) = Journal(runs_folder()).runs()
    assert (outcome, record.outcome) == (Outcome.DONE, "done"), told
    assert bench.rows() == after


@pytest.mark.parametrize("name", PUSHES)
def test_a_request_that_may_still_be_under_way_is_waited_for_and_then_unknown(
    bench: Bench, name: str
) -> None:
    method, after = prepare(bench, name)
    order = order_of(bench, method, "soda2")
    kill_at(bench, order, "sending", "after")
    (record,) = Journal(runs_folder()).runs()

    def resumed(**patience: float) -> Report:
        key = bench.key()
        with PortalSession(bench.portal.url, key, replace(PATIENCE, **patience)) as session:
            desk = PushContext(session, Silent(), Agreed())
            return Run(order, desk, RunLog.of(record.run)).resume()

    unknown = resumed(late=0.2, over=3600)

    assert (unknown.outcome, bench.rows()) == (Outcome.UNKNOWN, OLD)
    assert NextStep(Action.RESUME_RUN, run=record.run) in unknown.steps
    assert "Nothing was changed" not in unknown.summary
    assert resumed(late=0, over=0.1).outcome is Outcome.DONE
    assert bench.rows() == after


@pytest.mark.parametrize("name", ["upsert", "replace rows with identifier"])
def test_rows_that_others_changed_since_are_not_overwritten_by_a_resume(
    bench: Bench, name: str
) -> None:
    method, _ = prepare(bench, name)
    order = order_of(bench, method, "soda2")
    kill_at(bench, order, "sending", "after")
    (record,) = Journal(runs_folder()).runs()
    edited = {**OLD[0], "name": "Edited by others"}
    bench.write([edited])
    key = bench.key()

    with PortalSession(bench.portal.url, key, replace(PATIENCE, late=0, over=0)) as session:
        desk = PushContext(session, Silent(), Agreed())
        report = Run(order, desk, RunLog.of(record.run)).resume()

    assert report.outcome is Outcome.REFUSED, report.summary
    assert report.guards.stopped_by == "changed-since-preview"
    assert "Someone else has changed Fees since the run was interrupted." in report.summary
    assert edited in bench.rows()


def test_a_dead_run_is_named_and_settled_at_the_next_push(bench: Bench) -> None:
    from sodasheet.jobs.push_resume_undo import settle_unfinished

    method, after = prepare(bench, "append to rows without identifier")
    order = order_of(bench, method)
    kill_at(bench, order, "landed", "before")
    desk = PushContext(bench.session(), Silent(), Agreed())

    (report,) = settle_unfinished(order, desk)

    assert report.outcome is Outcome.DONE
    assert bench.rows() == after
    again = Run(order, desk).execute()
    assert again.outcome is Outcome.REFUSED
    assert "was appended to Fees before" in again.summary
    assert bench.rows() == after


def test_settling_sends_nothing(bench: Bench) -> None:
    from sodasheet.jobs.push_resume_undo import settle_unfinished

    method, _ = prepare(bench, "upsert")
    order = order_of(bench, method)
    kill_at(bench, order, "sending", "after")
    desk = PushContext(bench.session(), Silent(), Agreed())

    (report,) = settle_unfinished(order, desk)

    assert report.outcome is Outcome.CANCELLED
    assert "ended before its rows landed" in report.summary
    assert bench.rows() == OLD


def test_a_second_push_is_told_who_holds_the_dataset(bench: Bench) -> None:
    from sodasheet.push.runs.journal import locks_folder
    from sodasheet.push.runs.push_lock import dataset_lock

    prepare(bench, "upsert")
    job = bench.job("upsert")
    with dataset_lock(locks_folder(), job.portal, job.dataset, "20261122-101112-abcd"):
        report = bench.push(job)

    assert report.outcome is Outcome.REFUSED
    assert "run 20261122-101112-abcd" in report.summary
    assert str(os.getpid()) in report.summary
    assert bench.rows() == OLD


def test_resuming_after_the_source_changed_sends_nothing_it_cannot_vouch_for(
    bench: Bench,
) -> None:
    method, _ = prepare(bench, "upsert")
    order = order_of(bench, method)
    kill_at(bench, order, "sending", "after")
    bench.source(HEADERS, ["b", "Quite another", "1"])

    _, outcome, told = resume(bench, order)

    assert outcome is Outcome.UNKNOWN
    assert bench.rows() == OLD
    assert Path(bench.folder / "home").is_dir()
    assert told


def test_rows_without_identifier_are_sent_again_once_the_first_request_must_be_over(
    bench: Bench,
) -> None:
    method, after = prepare(bench, NAMELESS)
    order = order_of(bench, method)
    kill_at(bench, order, "sending", "after")
    (record,) = Journal(runs_folder()).runs()
    session = PortalSession(bench.portal.url, bench.key(), replace(PATIENCE, over=0.2))
    time.sleep(0.3)

    report = Run(order, PushContext(session, Silent(), Agreed()), RunLog.of(record.run)).resume()

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == after


@pytest.mark.parametrize("step", ["sending", "landed"])
def test_a_run_stays_open_while_the_portal_cannot_be_asked(bench: Bench, step: str) -> None:
    method, _ = prepare(bench, "upsert")
    order = order_of(bench, method)
    kill_at(bench, order, step, "before" if step == "landed" else "after")
    (record,) = Journal(runs_folder()).runs()
    bench.portal.inject("status", path="/api/views/*", status=503, count=None)
    desk = PushContext(bench.session(), Silent(), Agreed())

    away = Run(order, desk, RunLog.of(record.run)).resume()
    bench.portal.clear_faults()
    back = Run(order, desk, RunLog.of(record.run)).resume()

    assert away.outcome is Outcome.UNKNOWN, away.summary
    assert "Nothing was changed" not in away.summary
    assert away.rows.sent is None
    assert back.outcome is Outcome.DONE, back.summary


def test_a_landed_run_says_so_even_where_its_end_cannot_be_verified(bench: Bench) -> None:
    method, after = prepare(bench, "upsert")
    order = order_of(bench, method)
    kill_at(bench, order, "landed", "after")
    bench.portal.inject("status", method="GET", path="/*", status=503, count=None)

    _, outcome, told = resume(bench, order)

    bench.portal.clear_faults()
    assert outcome is Outcome.DONE
    assert "2 rows sent" in told
    assert "Nothing was changed" not in told
    assert bench.rows() == after


def test_rows_rejected_before_the_kill_are_counted_after_it(bench: Bench) -> None:
    bench.make("id", OLD)
    bench.source(HEADERS, ["c", "New c", "30"], ["d", "bad", "x"])
    order = with_memo(PushRequest(bench.job("upsert"), bench.folder, RunOptions(allow_rejected=1)))
    kill_at(bench, order, "landed", "after")

    _, outcome, told = resume(bench, order)

    assert outcome is Outcome.REJECTS, told
    assert "1 rejected" in told


def test_a_dataset_whose_columns_changed_is_not_taken_for_one_that_holds_the_rows(
    bench: Bench,
) -> None:
    method, _ = prepare(bench, NAMELESS)
    order = order_of(bench, method)
    kill_at(bench, order, "sending", "after")
    bench.drop_column("amount")

    _, outcome, told = resume(bench, order)

    assert outcome is Outcome.UNKNOWN, told
    assert len(bench.rows()) == len(OLD)


def test_an_approval_is_neither_success_nor_failure_and_keeps_others_from_pushing(
    bench: Bench,
) -> None:
    from sodasheet.jobs.push_resume_undo import settle_unfinished

    method, after = prepare(bench, "upsert")
    bench.portal.settings.approval_datasets = [bench.dataset]
    order = order_of(bench, method, "publishing")
    desk = PushContext(bench.session(), Silent(), Agreed())

    report = Run(order, desk).execute()

    assert report.outcome is Outcome.UNKNOWN
    assert "approval queue" in report.summary
    assert bench.rows() == OLD
    with pytest.raises(Refused, match="approval queue"):
        settle_unfinished(order, desk)
    bench.approve()
    settled = Run(order, desk, RunLog.of(report.run)).resume()
    assert settled.outcome is Outcome.DONE, settled.summary
    assert bench.rows() == after


def test_a_trial_is_never_a_replace(bench: Bench) -> None:
    method, _ = prepare(bench, "replace rows with identifier")
    order = order_of(bench, method).with_options(limit=1)

    report = Run(order, PushContext(bench.session(), Silent(), Agreed())).execute()

    assert report.outcome is Outcome.REFUSED
    assert bench.rows() == OLD
