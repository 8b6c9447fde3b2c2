"""Stopping a push at any stage leaves the dataset consistent and reports its state."""

from __future__ import annotations

import pytest

from sodasheet.model.report import Outcome
from sodasheet.portal.http.session import PortalSession
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import RunLog

from .conftest import PATIENCE, Bench
from .pushes import OLD, PUSHES, order_of, prepare


class StopAt:
    """A user who stops at the beginning of a stage."""

    def __init__(self, stage: str) -> None:
        self.stop = False
        self.reached = False
        self._stage = stage

    def begin(self, stage: str, total: int | None = None) -> None:
        if stage == self._stage:
            self.stop = self.reached = True

    def advance(self, amount: int) -> None:
        pass


#: Stages before anything is applied, by transport.
EARLY = [
    ("soda2", "checking"),
    ("soda2", "sending"),
    ("publishing", "checking"),
    ("publishing", "uploading"),
    ("publishing", "the portal reads the rows"),
    ("publishing", "the portal converts the rows"),
]


def stopped(bench: Bench, name: str, transport: str, stage: str) -> tuple[Outcome, str, str]:
    method, _ = prepare(bench, name)
    progress = StopAt(stage)
    session = PortalSession(bench.portal.url, bench.key(), PATIENCE, lambda: progress.stop)
    order = order_of(bench, method, transport)

    report = Run(order, PushContext(session, progress, Agreed())).execute()

    assert progress.reached
    return report.outcome, report.summary, report.run


@pytest.mark.parametrize(("transport", "stage"), EARLY)
@pytest.mark.parametrize("name", PUSHES)
def test_stopping_before_the_rows_are_applied_changes_nothing(
    bench: Bench, name: str, transport: str, stage: str
) -> None:
    outcome, told, _ = stopped(bench, name, transport, stage)

    assert outcome is Outcome.CANCELLED, told
    assert bench.rows() == OLD


@pytest.mark.parametrize("name", PUSHES)
def test_stopping_while_the_portal_applies_leaves_a_run_that_can_be_settled(
    bench: Bench, name: str
) -> None:
    method, after = PUSHES[name][0], PUSHES[name][3]
    bench.portal.inject("task_hangs", path="*/apply")
    outcome, told, run = stopped(bench, name, "publishing", "applying")
    bench.portal.clear_faults()

    assert outcome is Outcome.UNKNOWN, told
    order = order_of(bench, method, "publishing")
    settled = Run(
        order, PushContext(bench.session(), StopAt(""), Agreed()), RunLog.of(run)
    ).resume()
    assert settled.outcome is Outcome.DONE, settled.summary
    assert bench.rows() == after


@pytest.mark.parametrize("transport", ["soda2", "publishing"])
@pytest.mark.parametrize("name", PUSHES)
def test_stopping_after_the_rows_have_landed_does_not_unsay_them(
    bench: Bench, name: str, transport: str
) -> None:
    outcome, told, _ = stopped(bench, name, transport, "verifying")

    assert outcome is Outcome.DONE, told
    assert "Nothing was changed" not in told
    assert bench.rows() == PUSHES[name][3]
