"""Faults on demand, on SODA2 and the Publishing API: the client's view, and the effect."""

from __future__ import annotations

import time

import pytest
import requests

from socrata_practice import FaultError, read_fault

from .conftest import until

NOTHING_DONE = ["drop_before_body", "drop_in_body", "drop_after_body"]


@pytest.fixture(autouse=True)
def calm(portal):
    """Each test begins and ends without faults."""
    portal.clear_faults()
    portal.forget_requests()
    yield
    portal.clear_faults()


def soda(client, dataset):
    """Return the path of a SODA2 write, and a function that performs the write."""
    path = f"/resource/{dataset}.json"
    return path, lambda: client.upsert(dataset, [{"word": "w"}, {"word": "x"}, {"word": "y"}])


def publish(client, publishing, dataset):
    """One write by the Publishing API: the PUT that applies."""
    revision, output = publishing.load(dataset, b"word\nw\nx\ny\n", "update")
    path = f"/api/publishing/v1{publishing.path(revision)}/apply"

    def act():
        return client("PUT", path, json={"output_schema_id": output["id"]})

    act.revision = revision
    return path, act


@pytest.fixture(params=["soda2", "publishing"])
def write(request, client, publishing, plain):
    """(path, the write, how many rows are in the dataset at rest)."""
    made = soda(client, plain) if request.param == "soda2" else publish(client, publishing, plain)
    path, act = made

    def settled():
        revision = getattr(act, "revision", None)
        if revision is not None:
            for task_set in publishing.show(revision)["task_sets"]:
                publishing.ended(revision, task_set["id"])
        return len(client.rows(plain))

    return path, act, settled


# --- the connection ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_a_connection_dropped_early_leaves_nothing_done(portal, write, kind):
    path, act, rows = write
    portal.inject(kind, path=path)
    with pytest.raises(requests.ConnectionError):
        act()

    assert rows() == 0
    struck = [(one.fault, one.status) for one in portal.requests_seen if one.fault]
    assert struck == [(kind, None)]
    assert act().ok
    assert rows() == 3


def test_a_connection_dropped_after_the_commit_leaves_it_done(portal, write):
    path, act, rows = write
    portal.inject("drop_after_work", path=path)
    with pytest.raises(requests.ConnectionError):
        act()

    assert rows() == 3


def test_a_connection_is_dropped_in_a_reply(portal, write):
    path, act, rows = write
    portal.inject("drop_in_reply", path=path, bytes=5)
    with pytest.raises(requests.RequestException):
        act()

    assert rows() == 3


def test_a_large_body_is_cut_where_it_is_said(portal, client, publishing, plain):
    source = publishing.source(publishing.open(plain))
    publishing.call("POST", f"/source/{source}/initiate", json={})
    portal.inject("drop_in_body", path="*/chunk/*", bytes=1_000_000)
    path = f"/api/publishing/v1/source/{source}/chunk/0/0"
    with pytest.raises(requests.ConnectionError):
        client("POST", path, data=b"x" * 4_000_000)

    assert client("POST", path, data=b"y" * 4_000_000).status_code == 201


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "content_type", "said"),
    [
        ({"status": 429}, "application/json", "too-many-requests"),
        ({"status": 429, "retry_after": 7}, "application/json", "too-many-requests"),
        ({"status": 408}, "application/json", "request-timeout"),
        ({"status": 409}, "application/json", "soda.dataset.cannot-acquire-write-lock"),
        ({"status": 413}, "text/html", "413 Request Entity Too Large"),
        ({"status": 413, "html": False, "limit": 1}, "application/json", '{"limit": 1}'),
        ({"status": 500}, "application/json", "Internal error"),
        ({"status": 500, "html": True}, "text/html", "500 Internal Server Error"),
        ({"status": 502}, "text/html", "502 Bad Gateway"),
        ({"status": 503}, "text/html", "503 Service Unavailable"),
        ({"status": 504}, "text/html", "504 Gateway Timeout"),
        ({"status": 599}, "application/json", "Unknown"),
    ],
)
def test_a_status_is_answered_and_nothing_is_done(portal, write, options, content_type, said):
    path, act, rows = write
    portal.inject("status", path=path, **options)
    reply = act()

    assert reply.status_code == options["status"]
    assert reply.headers["Content-Type"].startswith(content_type)
    assert said in reply.text
    assert reply.headers.get("Retry-After") == ("7" if "retry_after" in options else None)
    assert rows() == 0
    assert act().ok


def test_only_bodies_above_a_size_are_too_large(portal, client, plain):
    fault = portal.inject("status", path="/resource/*", method="POST", count=None, status=413,
                          limit=1000)  # fmt: skip
    small, large = [{"word": "x"}], [{"word": "x" * 2000}]
    chunked = client("POST", f"/resource/{plain}.json", data=iter([b"[" + b" " * 2000, b"]"]),
                     headers={"Content-Type": "application/json"})  # fmt: skip

    assert client.upsert(plain, small).status_code == 200
    assert client.upsert(plain, large).status_code == 413
    assert chunked.status_code == 413
    assert fault.fired == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reply_is_slow(portal, write, when):
    path, act, rows = write
    portal.inject("slow", path=path, seconds=0.3, when=when)
    begun = time.monotonic()

    assert act().ok
    assert time.monotonic() - begun >= 0.3
    assert rows() == 3


def test_a_client_that_gives_up_on_a_slow_reply_finds_the_work_done(portal, client, plain):
    portal.inject("slow", path="/resource/*", method="POST", seconds=1)
    account = portal.account("publisher")
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{portal.url}/resource/{plain}.json", json=[{"word": "x"}],
                      timeout=(20, 0.3), auth=(account.key_id, account.key_secret))  # fmt: skip

    assert until(lambda: client.rows(plain), bool) == [{"word": "x"}]


def test_an_empty_reply_hides_that_the_work_is_done(portal, write):
    path, act, rows = write
    portal.inject("empty_reply", path=path)
    reply = act()

    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["Content-Type"].startswith("application/json")
    assert rows() == 3


def test_a_400_may_say_that_the_work_is_done(portal, write):
    path, act, rows = write
    portal.inject("data_saved", path=path)
    reply = act()

    assert reply.status_code == 400
    assert reply.json()["message"].startswith("Row data was saved.")
    assert rows() == 3


@pytest.mark.parametrize("kind", ["empty_reply", "data_saved"])
def test_what_is_refused_anyway_is_not_said_to_be_done(portal, client, plain, kind):
    portal.inject(kind, path="/resource/*")

    assert "Illegal field name" in client.upsert(plain, [{"nope": 1}]).text


@pytest.mark.parametrize(("rows", "left"), [(2, ["y"]), ([0, 2], ["x"])])
def test_rows_that_fail_are_counted_and_left_out(portal, client, publishing, plain, rows, left):
    portal.inject("rows_fail", path="/resource/*", rows=rows)
    _, act = soda(client, plain)
    assert act().json() == {
        "Errors": 2, "Rows Created": 1, "Rows Updated": 0, "Rows Deleted": 0
    }  # fmt: skip
    assert [row["word"] for row in client.rows(plain)] == left
    revision, output = publishing.load(plain, b"word\nw\nx\ny\n", "replace")
    portal.inject("rows_fail", path="*/apply", rows=rows)
    done = publishing.apply(revision, output)

    assert done["log"][0]["details"]["Errors"] == 2
    assert [row["word"] for row in client.rows(plain)] == left


# --- rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("revoked", 401)])
def test_rights_are_withdrawn_half_way(portal, client, publishing, plain, role, status):
    portal.inject("withdraw", path="/resource/*", method="POST", nth=2, role=role)
    _, act = soda(client, plain)

    assert [act().status_code for _ in range(3)] == [200, status, status]
    reply = client("POST", f"/api/publishing/v1/revision/{plain}", json={})
    assert reply.status_code == status
    portal.clear_faults()
    assert act().status_code == 200
    assert publishing.open(plain)


def test_rights_are_withdrawn_between_two_chunks(portal, client, publishing, plain):
    source = publishing.source(publishing.open(plain))
    publishing.call("POST", f"/source/{source}/initiate", json={})
    portal.inject("withdraw", path="*/chunk/*", nth=2, role="viewer")
    path = f"/api/publishing/v1/source/{source}/chunk"

    assert client("POST", f"{path}/0/0", data=b"word\n").status_code == 201
    assert client("POST", f"{path}/1/5", data=b"x\n").status_code == 403


# --- work after the reply ------------------------------------------------------------------------


def begun(publishing, client, plain):
    revision, output = publishing.load(plain, b"word\nx\n", "update")
    path = f"{publishing.path(revision)}/apply"
    body = {"output_schema_id": output["id"]}
    return revision, publishing.call("PUT", path, json=body)["resource"]["id"]


def test_a_task_set_fails_and_nothing_is_applied(portal, publishing, client, plain):
    portal.inject("task_fails", path="*/apply")
    revision, number = begun(publishing, client, plain)
    failed = publishing.ended(revision, number)

    assert failed["status"] == "failure"
    assert failed["log"][0]["details"]["message"] == "Internal error (injected)"
    assert client.rows(plain) == []
    assert publishing.apply(revision)["status"] == "successful"
    assert client.rows(plain) == [{"word": "x"}]


@pytest.mark.parametrize(("kind", "there"), [("task_hangs", 0), ("task_hangs_applied", 1)])
def test_a_task_set_hangs_until_the_fault_is_lifted(
    request, publishing, client, plain, kind, there
):
    portal = request.getfixturevalue("portal")
    portal.inject(kind, path="*/apply")
    revision, number = begun(publishing, client, plain)
    deadline = time.monotonic() + (20 if there else 0.4)
    while time.monotonic() < deadline and len(client.rows(plain)) == 0:
        time.sleep(0.05)

    assert len(client.rows(plain)) == there
    assert publishing.task_set(revision, number)["status"] == "upserting"
    assert publishing.show(revision)["closed_at"] is None
    portal.clear_faults()
    assert publishing.ended(revision, number)["status"] == "successful"
    assert client.rows(plain) == [{"word": "x"}]


def test_a_file_fails_to_be_parsed(portal, publishing, plain):
    source = publishing.source(publishing.open(plain))
    portal.inject("schema_fails", path="/api/publishing/v1/source/*")
    publishing.send(source, b"word\nx\n")

    assert publishing.parsed(source)["failure_details"]["message"] == "Internal error (injected)"


# --- which requests ------------------------------------------------------------------------------


def test_faults_strike_the_requests_they_match(portal, client, plain):
    portal.inject("status", method="POST", path="/resource/*", nth=2, count=2, status=503)
    statuses = [client.upsert(plain, [{"word": "x"}]).status_code for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]
    assert client.rows(plain)
    assert [one.fault for one in portal.requests_seen if one.path.startswith("/resource/")][:5] == [
        None, "status", "status", None, None
    ]  # fmt: skip
    assert (portal.faults[0].seen, portal.faults[0].fired) == (5, 2)


def test_two_faults_on_one_request_both_count_it_and_the_first_strikes(portal, client, plain):
    first = portal.inject("status", path="/resource/*", status=429)
    second = portal.inject("status", path="/resource/*", status=500, nth=2)

    assert [client.upsert(plain, []).status_code for _ in range(3)] == [429, 500, 200]
    assert (first.seen, second.seen) == (3, 3)


def test_faults_are_put_in_force_listed_and_lifted_by_the_owner(owner, client, portal, plain):
    body = {
        "match": {"method": "POST", "path": "/resource/*"},
        "fault": {"kind": "status", "status": 503},
    }
    made = owner("POST", "/practice/faults", json=body)
    assert made.status_code == 201
    portal.forget_requests()
    assert client.upsert(plain, []).status_code == 503
    listed = owner.get("/practice/faults").json()
    assert [(one["fault"]["kind"], one["seen"], one["fired"]) for one in listed] == [
        ("status", 1, 1)
    ]
    seen = owner.get("/practice/requests").json()
    assert [(one["method"], one["status"], one["fault"]) for one in seen] == [
        ("POST", 503, "status")
    ]
    assert owner("DELETE", "/practice/requests").json() == []
    assert owner("DELETE", f"/practice/faults/{made.json()['id']}").json() == {"cleared": 1}
    assert owner("DELETE", "/practice/faults/99").status_code == 404
    assert owner("DELETE", "/practice/faults").json() == {"cleared": 0}


@pytest.mark.parametrize("role", ["publisher", "viewer", None])
def test_only_the_owner_may(as_role, role):
    assert as_role(role)("POST", "/practice/faults", json={}).status_code == 403
    assert as_role(role).get("/practice/settings").status_code == 403


def test_no_fault_strikes_the_owners_own_door(portal, owner):
    portal.inject("status", count=None)

    assert owner.get("/practice/faults").status_code == 200


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"fault": {"kind": "nope"}}, "There is no fault 'nope'; there are drop_before_body"),
        ({"fault": {"kind": "slow", "minutes": 1}}, "has no 'minutes'; it may have seconds, when"),
        ({"match": {"verb": "GET"}, "fault": {"kind": "slow"}}, "A match has no 'verb'"),
        ({"fault": {"kind": "status", "status": 200}}, "status must be a number from 400 to 599"),
        ({"match": {"nth": 0}, "fault": {"kind": "slow"}}, "nth must be a whole number"),
        ({"fault": {"kind": "withdraw", "role": "king"}}, "role must be one of"),
        ({"fault": {"kind": "slow", "when": "never"}}, "when must be before or after"),
        ({"fault": {"kind": "rows_fail", "rows": "all"}}, "rows must be how many fail"),
        ({"match": []}, "Say"),
    ],
)
def test_a_fault_that_is_none_says_why(owner, body, why):
    reply = owner("POST", "/practice/faults", json=body)

    assert reply.status_code == 400
    assert why in reply.json()["message"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("drop_after_work method=POST path=/resource/* nth=3",
         ("drop_after_work", "POST", "/resource/*", 3, 1, {})),
        ("slow seconds=2.5 count=all", ("slow", "*", "*", 1, None,
                                        {"seconds": 2.5, "when": "after"})),
        ('{"match": {"path": "/x"}, "fault": {"kind": "task_hangs"}}',
         ("task_hangs", "*", "/x", 1, 1, {})),
        ("rows_fail rows=[1,2]", ("rows_fail", "*", "*", 1, 1, {"rows": [1, 2]})),
    ],
)  # fmt: skip
def test_a_fault_is_read_from_a_command_line(text, wanted):
    found = read_fault(text)

    assert wanted == (
        found.kind, found.method, found.path, found.nth, found.count, found.options
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "slow seconds", "slow 'x", "{not json", "slow seconds=x"])
def test_a_command_line_that_is_no_fault_says_why(text):
    with pytest.raises(FaultError):
        read_fault(text)
