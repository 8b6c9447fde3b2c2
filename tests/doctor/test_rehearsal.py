"""The rehearsal passes on the practice portal, and fails in the right line for every fault."""

from __future__ import annotations

import pytest

from socrata_contract import GUESSES
from sodasheet.doctor import rehearsal
from sodasheet.doctor.check_guesses_by_writing import CHECKS
from sodasheet.doctor.private_draft import NotPrivateError, delete, draft, left_over
from sodasheet.doctor.rehearsal import last_rehearsal, rehearse
from sodasheet.doctor.rehearsal_pushes import PUSHES
from sodasheet.model.progress import Silent
from sodasheet.portal.learned_facts import recall

#: Assumptions that the practice portal shows only under an additional condition.
NOT_HERE = {"approval"}
CASES = [(name, value) for name in CHECKS if name not in NOT_HERE for value in GUESSES[name].values]


def test_every_guess_of_the_rehearsal_is_checked():
    assert set(CHECKS) == {name for name, one in GUESSES.items() if one.check == "rehearsal"}


def test_a_rehearsal_is_green_and_leaves_nothing(probe, portal):
    before = {one.id for one in portal.datasets}
    found = rehearse(probe, Silent())
    lines = {line.name: line for line in found.lines}

    assert {line.name: line.found for line in found.lines if line.departs} == {}
    assert {name for name, line in lines.items() if line.found is None} == NOT_HERE
    assert set(lines) == {*PUSHES, *CHECKS}
    assert {one.id for one in portal.datasets} == before
    assert left_over(probe.session.portal) is None
    again = last_rehearsal(probe.session.portal)
    assert again is not None
    assert again.sentence == found.sentence
    assert f"{len(lines) - 1} of {len(lines)} as expected" in found.sentence
    assert recall(probe.session.portal)["task_log_order"] == "newest first"


@pytest.mark.parametrize(("name", "value"), CASES)
def test_every_value_of_a_doubt_is_found(probe, guess, name, value):
    guess(name, value)
    with draft(probe) as dataset:
        assert CHECKS[name](probe, dataset) == value


@pytest.mark.parametrize("value", GUESSES["approval"].values)
def test_an_approval_is_recognized(probe, portal, guess, value):
    portal.settings.approval_accounts = ["publisher"]
    guess("approval", value)
    with draft(probe) as dataset:
        assert CHECKS["approval"](probe, dataset) == value


def test_a_doubt_turns_its_own_line_red(probe, guess):
    guess("task_log_order", "oldest first")
    guess("omitted_columns", "cleared")
    found = rehearse(probe, Silent())

    departing = {line.name for line in found.lines if line.departs}
    assert departing == {"task_log_order", "omitted_columns"}
    assert recall(probe.session.portal)["omitted_columns"] == "cleared"


def test_a_draft_that_others_can_see_ends_the_rehearsal(probe, portal, monkeypatch):
    before = {one.id for one in portal.datasets}

    def public(stage):
        stage.probe.send("PUT", f"/api/views/{stage.dataset}/permissions", {"scope": "public"})
        return "yes"

    monkeypatch.setitem(rehearsal.PUSHES, "preview", ("Makes it public.", public))
    with pytest.raises(NotPrivateError):
        rehearse(probe, Silent())
    assert {one.id for one in portal.datasets} == before


def test_a_left_over_draft_is_known_and_deleted(probe, portal):
    made = draft(probe)
    dataset = made.__enter__()

    assert left_over(probe.session.portal) == dataset
    delete(probe, dataset)
    assert left_over(probe.session.portal) is None
    assert dataset not in {one.id for one in portal.datasets}
