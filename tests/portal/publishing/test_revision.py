"""Revisions are opened, applied once, followed to the end, or discarded, whatever the reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.errors import Cancelled, PortalError, SignInError, UnknownOutcome
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.revision import Revision, Revisions
from sodasheet.portal.publishing.task_set_reply import TaskState, read_task
from sodasheet.portal.soda2.write_result import Reply

BASE = "/api/publishing/v1"
ABC = f"{BASE}/revision/abcd-1234"


def told(**fields: Any) -> dict[str, Any]:
    """A revision in the portal's envelope format, with custom links."""
    resource = {"id": 9, "fourfour": "abcd-1234", "revision_seq": 3, "closed_at": None} | fields
    links = {"show": f"{ABC}/3/here", "apply": f"{ABC}/3/go", "discard": f"{ABC}/3/away"}
    return {"resource": resource, "links": links}


def task(status: str, **fields: Any) -> dict[str, Any]:
    return {"resource": {"id": 5, "status": status, "log": []} | fields}


COUNTED = {
    "stage": "upsert_complete",
    "time": "2026-01-01T00:00:00",
    "details": {"Errors": 1, "Rows Created": 7, "Rows Updated": 2, "Rows Deleted": 0},
}


@pytest.fixture
def revision(portal: Any, session: PortalSession) -> Revision:
    """An open revision; the script is empty again."""
    portal.answer(told(), 201)
    made = Revisions(session, "abcd-1234").create("replace")
    portal.script.clear()
    return made


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_revision_is_opened_whatever_the_success_looks_like(
    portal: Any, session: PortalSession, status: int, wrapped: bool
) -> None:
    body = told(action={"type": "update"}, output_schema_id=7)
    portal.answer(body if wrapped else body["resource"], status)

    made = Revisions(session, "abcd-1234").create("update")

    assert (made.seq, made.action, made.closed, made.output_schema) == (3, "update", False, 7)
    assert (portal.last.method, portal.last.path) == ("POST", ABC)
    assert json.loads(portal.last.body) == {
        "metadata": {},
        "action": {"type": "update", "permission": None},
    }


def test_links_are_followed_and_the_documented_paths_where_there_are_none(
    portal: Any, session: PortalSession
) -> None:
    portal.answer(told()).answer(told()["resource"])
    linked = Revisions(session, "abcd-1234").get(3)

    bare = linked.again()
    assert portal.last.path == f"{ABC}/3/here"
    bare.again()
    assert portal.last.path == f"{ABC}/3"


def test_a_link_to_another_host_is_not_followed(portal: Any, session: PortalSession) -> None:
    body = told() | {"links": {"show": "https://elsewhere.example.org/x"}}
    made = portal.answer(body) and Revisions(session, "abcd-1234").get(3)

    with pytest.raises(PortalError, match="redirected the request"):
        made.again()


def test_an_answer_lost_at_opening_is_asked_for_again(portal: Any, session: PortalSession) -> None:
    portal.answer(told(), fault="reset").answer("", 502).answer("", 409).answer(told(), 201)

    assert Revisions(session, "abcd-1234").create("delete").seq == 3
    assert session.traffic.retries == 3


@pytest.mark.parametrize("body", ["", "{}", [], "null", {"resource": {"id": 4}}])
def test_a_success_that_names_no_revision_is_no_success(
    portal: Any, session: PortalSession, body: Any
) -> None:
    portal.answer(body, 201)

    with pytest.raises(PortalError, match="did not say what it did"):
        Revisions(session, "abcd-1234").create("replace")


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (404, {"reason": "view_not_found"}, r"has no dataset abcd-1234"),
        (403, {"message": "You do not have write access"}, r"You do not have write access"),
        (400, {"key": "not_a_dataset", "params": {}}, r"refused the request .400.: not_a_dataset"),
        (422, {"reason": "cannot revise a derived view"}, r"cannot revise a derived view"),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_portal(
    portal: Any, session: PortalSession, status: int, body: Any, sentence: str
) -> None:
    portal.answer(body, status)

    with pytest.raises(PortalError, match=sentence):
        Revisions(session, "abcd-1234").create("replace")
    assert len(portal.asked) == 1


def test_open_revisions_are_listed_without_those_that_are_closed(
    portal: Any, session: PortalSession
) -> None:
    portal.answer([told(revision_seq=1), told(revision_seq=2, closed_at="2026-01-01")])

    (found,) = Revisions(session, "abcd-1234").open()

    assert found.seq == 1
    assert portal.last.path == f"{ABC}?open=true"


@pytest.mark.parametrize("body", [[], {"resource": []}])
def test_no_open_revision_is_an_empty_list(portal: Any, session: PortalSession, body: Any) -> None:
    portal.answer(body)

    assert Revisions(session, "abcd-1234").open() == ()


def test_an_applied_revision_is_followed_to_its_end(portal: Any, revision: Revision) -> None:
    portal.answer(task("initializing")).answer(task("upserting"))
    portal.answer(task("finishing", log=[COUNTED])).answer(task("successful", log=[COUNTED]))
    seen: list[str] = []

    begun = revision.apply(77)
    ended = revision.finish(begun, lambda state: seen.append(state.status))

    assert begun.state is TaskState.WORKING
    assert ended.state is TaskState.SUCCESSFUL
    assert ended.counts == Reply(7, 2, 0, 1)
    assert seen == ["upserting", "finishing", "successful"]
    ended.require_success("the portal")
    put = portal.asked[1]
    assert (put.method, put.path) == ("PUT", f"{ABC}/3/go")
    assert json.loads(put.body) == {"output_schema_id": 77}
    assert portal.last.path == f"{ABC}/3/apply/5"


def test_counts_that_the_portal_does_not_give_stay_unknown() -> None:
    from sodasheet.portal.publishing.resource import Resource

    assert read_task(Resource({"id": 1, "status": "successful"})).counts == Reply()


@pytest.mark.parametrize("body", [{"key": "approval_submitted"}, {"resource": {"key":
                         "approval_submitted", "params": {}}}])  # fmt: skip
def test_the_approval_queue_is_no_success(portal: Any, revision: Revision, body: Any) -> None:
    portal.answer(body, 202)

    ended = revision.finish(revision.apply(77))

    assert ended.state is TaskState.APPROVAL
    assert len(portal.asked) == 2
    with pytest.raises(PortalError, match="approval queue: nothing is changed") as caught:
        ended.require_success("data.example.gov")
    assert caught.value.reason == "approval"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"log": [{"stage": "failure", "details": {"message": "out of disk"}}]},
            "could not apply the push: out of disk.",
        ),
        ({"log": [{"stage": "columns_created"}]}, "the push (last stage: columns_created)."),
        ({}, "could not apply the push."),
    ],
)
def test_a_task_that_fails_says_why(
    portal: Any, revision: Revision, fields: dict[str, Any], sentence: str
) -> None:
    portal.answer(task("upserting")).answer(task("failure", **fields))

    ended = revision.finish(revision.apply(77))

    assert ended.state is TaskState.FAILED
    with pytest.raises(PortalError) as caught:
        ended.require_success("data.example.gov")
    assert caught.value.what.endswith(sentence)


def test_a_status_of_the_future_that_has_finished_is_no_success(
    portal: Any, revision: Revision
) -> None:
    portal.answer(task("upserting")).answer(task("abandoned", finished_at="2026-01-01T00:00:00"))

    assert revision.finish(revision.apply(77)).state is TaskState.FAILED


@pytest.mark.parametrize("fault", ["reset", "close", "cut"])
def test_an_applying_whose_answer_is_lost_is_never_sent_again(
    portal: Any, revision: Revision, fault: str
) -> None:
    portal.answer(task("upserting"), fault=fault)

    with pytest.raises(UnknownOutcome):
        revision.apply(77)
    assert [asked.method for asked in portal.asked] == ["POST", "PUT"]


def test_the_revision_then_tells_whether_it_was_applied(portal: Any, revision: Revision) -> None:
    tasks = [task("successful", id=8, log=[COUNTED])["resource"], {"id": 2, "status": "failure"}]
    portal.answer(told(task_sets=tasks, closed_at="2026-01-01"))

    now = revision.again()

    assert now.closed
    assert [one.state for one in now.tasks] == [TaskState.FAILED, TaskState.SUCCESSFUL]
    assert now.tasks[-1].counts.created == 7


def test_an_applying_that_is_turned_away_is_asked_for_again(
    portal: Any, revision: Revision
) -> None:
    portal.answer({"error": True, "message": "locked"}, 409).answer(task("successful"))

    assert revision.apply(77).state is TaskState.SUCCESSFUL


@pytest.mark.parametrize("body", ["", "<html><title>Fine</title></html>", "{}"])
def test_a_success_without_words_is_looked_up(portal: Any, revision: Revision, body: str) -> None:
    portal.answer(body, 200).answer(told(task_sets=[{"id": 5, "status": "upserting"}]))
    portal.answer(task("successful"))

    assert revision.finish(revision.apply(77)).state is TaskState.SUCCESSFUL


def test_a_success_without_words_or_task_is_unknown(portal: Any, revision: Revision) -> None:
    portal.answer("", 200).answer(told())

    with pytest.raises(UnknownOutcome, match="does not know how it ended") as caught:
        revision.apply(77)
    assert f"{revision.session.portal}/d/abcd-1234/revisions/3" in caught.value.remedy


def test_an_outage_while_waiting_is_sat_out(portal: Any, session: PortalSession) -> None:
    short = Patience(connect=2, read=0.4, write=0.4, tries=0, pause=0, poll=0)
    portal.answer(told())
    revision = Revisions(PortalSession(portal.url, None, short), "abcd-1234").get(3)
    portal.script.clear()
    portal.answer(task("upserting"))
    for _ in range(4):
        portal.answer("<html>bad gateway</html>", 502)
    portal.answer("", fault="reset").answer(task("successful"))

    assert revision.finish(revision.apply(77)).state is TaskState.SUCCESSFUL


def test_a_lasting_outage_leaves_the_outcome_unknown(portal: Any, revision: Revision) -> None:
    portal.answer(task("upserting")).answer("<html>bad gateway</html>", 502)

    with pytest.raises(
        UnknownOutcome, match=r"how it ended.*got no response from the portal's server"
    ):
        revision.finish(revision.apply(77))


def test_a_key_revoked_while_waiting_leaves_the_outcome_unknown_at_once(
    portal: Any, revision: Revision
) -> None:
    portal.answer(task("upserting")).answer({"code": "authentication_required"}, 401)

    with pytest.raises(UnknownOutcome, match="does not accept your key") as caught:
        revision.finish(revision.apply(77))
    assert len(portal.asked) == 3
    assert isinstance(caught.value.__cause__, SignInError)


def test_a_task_that_hangs_is_given_up_without_a_verdict(
    portal: Any, open_session: Callable[..., PortalSession]
) -> None:
    hasty = Patience(connect=2, read=1, write=1, poll=0.01, standstill=0.1)
    portal.answer(told())
    revision = Revisions(open_session(portal.url, patience=hasty), "abcd-1234").get(3)
    portal.script.clear()
    portal.answer(task("upserting"))

    with pytest.raises(UnknownOutcome, match="has made no progress for"):
        revision.finish(revision.apply(77))


def test_who_stops_waiting_is_told_that_the_portal_goes_on(
    portal: Any, open_session: Callable[..., PortalSession]
) -> None:
    wish: list[bool] = []
    portal.answer(told())
    session = open_session(portal.url, stop=lambda: bool(wish))
    revision = Revisions(session, "abcd-1234").get(3)
    portal.script.clear()
    portal.answer(task("upserting"))
    begun = revision.apply(77)

    with pytest.raises(UnknownOutcome, match="You stopped it") as caught:
        revision.finish(begun, lambda _: wish.append(True))

    assert isinstance(caught.value.__cause__, Cancelled)
    assert "The portal continues on its own" in caught.value.remedy


def test_a_revision_is_discarded_without_a_body(portal: Any, revision: Revision) -> None:
    portal.answer(told(closed_at="2026-01-01"), 200)

    revision.discard()

    assert (portal.last.method, portal.last.path) == ("DELETE", f"{ABC}/3/away")
    assert portal.last.body == b""


@pytest.mark.parametrize(
    ("status", "body"), [(404, {"message": "gone"}), (200, told(closed_at="2026-01-01"))]
)
def test_discarding_twice_is_fine(portal: Any, revision: Revision, status: int, body: Any) -> None:
    portal.answer({"message": "already closed"}, 422).answer(body, status)

    revision.discard()

    assert portal.last.method == "GET"


def test_a_revision_that_stays_open_is_told(portal: Any, revision: Revision) -> None:
    portal.answer({"message": "not now"}, 422).answer(told())

    with pytest.raises(PortalError, match="not now"):
        revision.discard()
