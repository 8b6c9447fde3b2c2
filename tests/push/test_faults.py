"""After any failure, the dataset is either unchanged or complete, and the report is correct.

Every fault that the practice portal can have, on every method, with and without a row identifier,
over both transports. Nothing is skipped: what a fault cannot touch must simply succeed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.request import PushRequest
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import RunLog

from .conftest import Bench
from .pushes import OLD, PUSHES, order_of, prepare

#: Impatient, so that hanging and slow portals are given up on within a second or two.
PATIENCE = Patience(
    connect=5, read=1.5, write=1.5, tries=2, unreachable=1, pause=0.02, longest_pause=1,
    poll=0.05, polls=20, standstill=1.0, late=1.5, over=0.5)  # fmt: skip


@dataclass(frozen=True)
class Struck:
    """A fault: its kind and options, and the outcomes allowed."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    outcomes: frozenset[Outcome] = frozenset({Outcome.DONE})

    def __str__(self) -> str:
        more = "-".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.kind}-{more}" if more else self.kind


FAILED_OR_DONE = frozenset({Outcome.FAILED, Outcome.DONE})

#: Once: the fault passes, so that the push gets through by itself or says that it did not.
PASSING = [
    Struck("drop_before_body", outcomes=FAILED_OR_DONE),
    Struck("drop_in_body", {"bytes": 10}, FAILED_OR_DONE),
    Struck("drop_after_body", outcomes=FAILED_OR_DONE),
    Struck("drop_after_work"),
    Struck("drop_in_reply", {"bytes": 20}),
    Struck("status", {"status": 408}, FAILED_OR_DONE),
    Struck("status", {"status": 409}, FAILED_OR_DONE),
    Struck("status", {"status": 413}, FAILED_OR_DONE),
    Struck("status", {"status": 413, "html": False, "limit": 10}, FAILED_OR_DONE),
    Struck("status", {"status": 429}, FAILED_OR_DONE),
    Struck("status", {"status": 429, "retry_after": 0.2}, FAILED_OR_DONE),
    Struck("status", {"status": 500}, FAILED_OR_DONE),
    Struck("status", {"status": 500, "html": True}, FAILED_OR_DONE),
    Struck("status", {"status": 502}, FAILED_OR_DONE),
    Struck("status", {"status": 503}, FAILED_OR_DONE),
    Struck("status", {"status": 504}, FAILED_OR_DONE),
    Struck("slow", {"seconds": 2.0, "when": "after"}, FAILED_OR_DONE),
    Struck("empty_reply", outcomes=FAILED_OR_DONE),
    Struck("withdraw", {"role": "viewer"}, FAILED_OR_DONE),
    Struck("withdraw", {"role": "revoked"}, FAILED_OR_DONE),
]

#: Where a fault strikes: the transport, the request's method, its path.
PLACES = {
    "the rows over SODA2": ("soda2", "P*", "/resource/*"),
    "opening a revision": ("publishing", "POST", "/api/publishing/v1/revision/????-????"),
    "a chunk": ("publishing", "POST", "*/chunk/0/0"),
    "the commit of the upload": ("publishing", "POST", "*/commit"),
    "the output schema": ("publishing", "POST", "/api/publishing/v1/source/*/schema/*"),
    "applying": ("publishing", "PUT", "*/apply"),
    "looking at the work": ("publishing", "GET", "*/apply/*"),
}


@pytest.fixture(autouse=True)
def unharmed(bench: Bench) -> Iterator[None]:
    yield
    bench.portal.clear_faults()


def desk_of(bench: Bench) -> PushContext:
    from sodasheet.model.credentials import Credentials

    account = bench.portal.account("publisher")
    key = Credentials(account.key_id, account.key_secret)
    return PushContext(PortalSession(bench.portal.url, key, PATIENCE), Silent(), Agreed())


def methods_of(pattern: str) -> tuple[str, ...]:
    return ("POST", "PUT") if pattern == "P*" else (pattern,)


def strike(bench: Bench, order: PushRequest, place: str, fault: Struck) -> tuple[Report, int]:
    """Push with the fault active; return the report, and how often the fault occurred."""
    _, method, path = PLACES[place]
    made = [
        bench.portal.inject(fault.kind, method=one, path=path, **fault.options)
        for one in methods_of(method)
    ]
    report = Run(order, desk_of(bench)).execute()
    return report, sum(one.fired for one in made)


def settle(bench: Bench, order: PushRequest, report: Report) -> Report:
    """After the fault has ended, resume a run whose outcome was unknown."""
    bench.portal.clear_faults()
    if report.outcome is not Outcome.UNKNOWN:
        return report
    if bench.identifier is None:  # until then the request may still be at work
        time.sleep(PATIENCE.write)
    return Run(order, desk_of(bench), RunLog.of(report.run)).resume()


def must_be_true(report: Report, rows: list[dict[str, str]], after: list[dict[str, str]]) -> None:
    """The report is correct, and the dataset is consistent."""
    assert report.summary
    assert "Traceback" not in report.summary
    if report.outcome is Outcome.DONE:
        assert rows == after, report.summary
    elif report.outcome is not Outcome.UNKNOWN:
        assert rows == OLD, report.summary
    else:
        assert rows in (OLD, after), report.summary


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", PUSHES)
def test_a_passing_fault_neither_loses_nor_doubles_rows(
    bench: Bench, name: str, place: str, fault: Struck
) -> None:
    method, after = prepare(bench, name)
    order = order_of(bench, method, PLACES[place][0])

    report, fired = strike(bench, order, place, fault)

    must_be_true(report, bench.rows(), after)
    assert fired == 1 or "limit" in fault.options  # a body may be smaller than the limit
    settled = settle(bench, order, report)
    must_be_true(settled, bench.rows(), after)
    assert settled.outcome in fault.outcomes, settled.summary


LASTING = [
    Struck("status", {"status": 503}),
    Struck("status", {"status": 500}),
    Struck("status", {"status": 429}),
    Struck("drop_after_work"),
    Struck("drop_before_body"),
]


@pytest.mark.parametrize("fault", LASTING, ids=str)
@pytest.mark.parametrize("place", ["the rows over SODA2", "applying", "a chunk"])
@pytest.mark.parametrize("name", PUSHES)
def test_a_lasting_fault_ends_in_a_report_that_is_true(
    bench: Bench, name: str, place: str, fault: Struck
) -> None:
    lasting = Struck(fault.kind, fault.options | {"count": None})
    method, after = prepare(bench, name)
    order = order_of(bench, method, PLACES[place][0])

    report, fired = strike(bench, order, place, lasting)

    must_be_true(report, bench.rows(), after)
    assert fired >= 1
    must_be_true(settle(bench, order, report), bench.rows(), after)


#: The requests that begin the portal's own work.
WORK = {
    "schema_fails": "*/commit",
    "task_fails": "*/apply",
    "task_hangs": "*/apply",
    "task_hangs_applied": "*/apply",
}


@pytest.mark.parametrize("kind", ["schema_fails", "task_fails"])
@pytest.mark.parametrize("name", PUSHES)
def test_work_that_fails_on_the_portal_changes_nothing(bench: Bench, name: str, kind: str) -> None:
    method, _ = prepare(bench, name)
    fault = bench.portal.inject(kind, path=WORK[kind])

    report = Run(order_of(bench, method, "publishing"), desk_of(bench)).execute()

    assert fault.fired == 1

    assert report.outcome is Outcome.FAILED, report.summary
    assert bench.rows() == OLD
    assert "Nothing was changed" in report.summary or "as it was" in report.summary


@pytest.mark.parametrize("kind", ["task_hangs", "task_hangs_applied"])
@pytest.mark.parametrize("name", PUSHES)
def test_work_that_hangs_is_unknown_until_it_can_be_known(
    bench: Bench, name: str, kind: str
) -> None:
    method, after = prepare(bench, name)
    order = order_of(bench, method, "publishing")
    fault = bench.portal.inject(kind, path=WORK[kind])

    report = Run(order, desk_of(bench)).execute()

    assert fault.fired == 1

    assert report.outcome is Outcome.UNKNOWN, report.summary
    assert NextStep(Action.RESUME_RUN, run=report.run) in report.steps
    settled = settle(bench, order, report)
    assert settled.outcome is Outcome.DONE, settled.summary
    assert bench.rows() == after


@pytest.mark.parametrize("name", PUSHES)
def test_rows_that_the_portal_leaves_out_are_counted(bench: Bench, name: str) -> None:
    method, _ = prepare(bench, name)
    for one in ("POST", "PUT"):
        bench.portal.inject("rows_fail", method=one, path="/resource/*", rows=1)

    report = Run(order_of(bench, method), desk_of(bench)).execute()

    assert report.outcome is Outcome.REJECTS, report.summary
    assert report.outcome.exit_code == 3
    assert report.rows.rejected == 1


@pytest.mark.parametrize("name", PUSHES)
def test_rows_saved_with_a_complaint_about_metadata_are_not_sent_again(
    bench: Bench, name: str
) -> None:
    method, after = prepare(bench, name)
    faults = [
        bench.portal.inject("data_saved", method=one, path="/resource/*", count=None)
        for one in ("POST", "PUT")
    ]

    report = Run(order_of(bench, method), desk_of(bench)).execute()

    assert report.outcome is Outcome.DONE, report.summary
    assert bench.rows() == after
    assert sum(fault.fired for fault in faults) == 1
