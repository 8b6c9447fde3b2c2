"""Reports of runs are correct after any sequence of lost answers, lags and other writes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from sodasheet.model.method import Method
from sodasheet.model.report import Outcome
from thorough import examples

from .model.gateway import HONEST, Fault
from .model.machine import CONTRADICTIONS, OWN, PushMachine

TestPushes = pytest.mark.slow(pytest.mark.timeout(1800)(PushMachine.TestCase))
TestPushes.settings = settings(
    max_examples=examples(24, 60),
    stateful_step_count=8,
    deadline=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_a_story_in_which_others_delete_what_a_delete_was_said_to_have_deleted() -> None:
    machine = PushMachine()
    try:
        machine.start(identifier=True, known=["c"])
        machine.push(Method.DELETE, ["c"], "soda2", Fault(None, forged=True), None, None, 3)
        machine.edit("c", gone=True)
        machine.resume(0)
        assert [report.outcome for _, report in machine.reports.values() if report] == [
            Outcome.DONE
        ]
    finally:
        machine.teardown()


def test_a_story_in_which_an_undo_once_restored_less() -> None:
    """A delete that died in preparation, a kill behind a write, edits before and behind."""
    machine = PushMachine()
    try:
        machine.start(identifier=True, known=["c", "b", "d"])
        machine.time_passes(1)
        machine.push(Method.DELETE, list("cabd"), "publishing", HONEST, 15, 13, 0)
        machine.push(Method.UPSERT, list("bdea"), "soda2", Fault(0.0, dies=True), 15, None, 3)
        machine.resume(400)
        machine.undo_last(HONEST, 0)
        assert [report.outcome for _, report in machine.reports.values() if report] == [
            Outcome.CANCELLED,
            Outcome.DONE,
            Outcome.DONE,
        ]
    finally:
        machine.teardown()


def test_a_story_in_which_a_row_is_edited_behind_the_write_of_an_undo() -> None:
    """The portal contradicts itself, the undo asks what landed, and others write meanwhile."""
    machine = PushMachine()
    denied = Fault(0.0, True, CONTRADICTIONS[0])
    try:
        machine.start(identifier=True, known=["e", "c"])
        machine.edit("a", gone=False)
        machine.push(Method.REPLACE, ["c"], "publishing", denied, None, None, 0)
        machine.push(Method.APPEND, list("edab"), "soda2", HONEST, None, None, 0, "changes")
        machine.undo_last(denied, 0, 15)
        assert [report.outcome for _, report in machine.reports.values() if report] == [
            Outcome.DONE,
            Outcome.DONE,
            Outcome.DONE,
        ]
        assert {row["id"] for row in machine.portal.rows} == {"a", "c"}
    finally:
        machine.teardown()


@pytest.mark.parametrize("request_number", range(1, 21))
def test_a_story_in_which_a_refused_delete_had_deleted_and_a_row_was_entered_again(
    request_number: int,
) -> None:
    """Something else than the portal refuses in its words, and others write at any moment."""
    machine = PushMachine()
    refused = Fault(0.0, True, OWN)
    try:
        machine.start(identifier=True, known=["b", "c", "e"])
        machine.push(Method.DELETE, ["b", "e"], "soda2", refused, request_number, None, 0)
    finally:
        machine.teardown()
