"""If the portal requires approval, the user is told before the rows are sent."""

from __future__ import annotations

import pytest

from sodasheet.portal.approval_guidance import approval_needed
from sodasheet.portal.learned_facts import NO_GUIDANCE, has_shown
from sodasheet.push.questions_to_user import WAITS


class Portal:
    """A session whose portal gives one answer, counted."""

    portal = "https://data.example.gov"

    def __init__(self, answer: object) -> None:
        self.answer, self.asked = answer, 0

    def get_json(self, path: str, params: object) -> object:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def option(state: str) -> dict[str, object]:
    return {"queueOptions": [{"workflowId": 1, "expectedState": state}]}


@pytest.mark.parametrize(
    ("answer", "needed"),
    [
        ({"public": {"toPublishAndChangeAudience": option("pending")}}, True),
        ({"public": {"toUpdatePublishedAsset": option("pending")}}, True),
        ({"public": {"toPublishAndChangeAudience": option("approved")}}, False),
        ({"public": {"currentState": "pending"}}, True),
        ({"public": {"toChangeAudience": option("pending")}}, None),
        ({"public": 5, "internal": {"queueOptions": "x"}}, None),
        ([], None),
    ],
)
def test_guidance_is_read_as_documented(answer: object, needed: bool | None) -> None:
    assert approval_needed(Portal(answer), "abcd-1234") is needed  # type: ignore[arg-type]


def test_a_portal_without_guidance_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    from sodasheet.errors import PortalError

    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    portal = Portal(PortalError("no", "none", 404, "not-found"))

    assert approval_needed(portal, "abcd-1234") is None  # type: ignore[arg-type]
    assert approval_needed(portal, "abcd-1234") is None  # type: ignore[arg-type]
    assert portal.asked == 1
    assert has_shown(Portal.portal, NO_GUIDANCE)


def test_one_refused_question_does_not_end_the_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    from sodasheet.errors import PortalError

    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    portal = Portal(PortalError("no", "none", 400, "bad-request"))

    assert approval_needed(portal, "abcd-1234") is None  # type: ignore[arg-type]
    portal.answer = {"public": {"currentState": "pending"}}
    assert approval_needed(portal, "abcd-1234") is True  # type: ignore[arg-type]
    assert not has_shown(Portal.portal, NO_GUIDANCE)


def test_the_question_of_a_push_says_it() -> None:
    from dataclasses import replace

    from sodasheet.desk.push.confirmation_words import confirmation
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.method import Method
    from sodasheet.push.questions_to_user import Proposal

    dataset = Dataset("https://data.example.gov", "abcd-1234", "Fees", ())
    plain = Proposal(Method.APPEND, dataset, 2, 0, 5)
    waits = replace(plain, may_wait=lambda: True)

    assert WAITS not in plain.sentence
    assert waits.sentence.endswith(WAITS)
    assert ("Approval", WAITS) in confirmation(waits, "a.csv").facts
