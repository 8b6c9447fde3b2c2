"""Every refusal by a portal, and the message shown to the user."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import PortalError, SignInError, UnknownOutcome
from sodasheet.portal.http.network_errors import FAILURES
from sodasheet.portal.http.refusal_sentences import RULES
from sodasheet.portal.http.reply import Answer, problem, read_body, write_problem

URL = "https://data.ct.gov/resource/abcd-1234.json?$limit=1"
JSON = {"Content-Type": "application/json; charset=utf-8"}


def answer(status: int, body: Any = b"", headers: dict[str, str] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, JSON if headers is None else headers, content, URL)


@pytest.mark.parametrize(
    ("status", "body", "reason", "sentence"),
    [
        (
            404,
            {"code": "not_found", "error": True, "message": "Cannot find view with id abcd-1234"},
            "not-found",
            "data.ct.gov has no dataset abcd-1234, or does not show it to you.",
        ),
        (
            404,
            {"code": "not_found", "error": True, "message": "No service found for this URL."},
            "no-service",
            "data.ct.gov offers nothing at the address that portals use for this.",
        ),
        (
            404,
            {"code": "dataset.missing", "error": True, "message": "Not found", "data": {"id": "x"}},
            "not-found",
            "data.ct.gov has no dataset abcd-1234, or does not show it to you.",
        ),
        (
            404,
            {"message": "…", "errorCode": "soda.row.not-found"},
            "no-row",
            "The row is not in dataset abcd-1234.",
        ),
        (
            404,
            b"<html><head><title>404 Not Found</title></head></html>",
            "no-portal",
            "data.ct.gov answered with a web page that says it has no such page:"
            " it may not be a portal.",
        ),
        (
            410,
            b"",
            "gone",
            "Dataset abcd-1234 has been deleted or replaced on data.ct.gov.",
        ),
        (
            403,
            {
                "error": True,
                "message": "You do not have appropriate access to upsert into this view abcd-1234",
            },
            "no-right",
            "Your account does not have permission to do this to dataset abcd-1234: You do not "
            "have appropriate access"
            " to upsert into this view abcd-1234.",
        ),
        (
            403,
            b"",
            "no-right",
            "Your account does not have permission to do this to dataset abcd-1234.",
        ),
        (
            403,
            {"code": "permission_denied", "error": True, "message": "Invalid app_token specified"},
            "app-token",
            "data.ct.gov does not know the app token.",
        ),
        (
            403,
            {"message": "Cannot update a synced dataset manually", "error": True},
            "synced",
            "The portal fills dataset abcd-1234 from another source and does not allow manual"
            " changes.",
        ),
        (
            403,
            b"<!DOCTYPE html><title>Request Rejected</title><p>Support ID 17",
            "blocked",
            'Something between you and the portal blocked the request: "Request Rejected" (403).',
        ),
        (
            400,
            {
                "code": "invalid_request",
                "error": True,
                "message": "Illegal field name sent: switch_comm",
            },
            "unknown-field",
            'Dataset abcd-1234 has no column "switch_comm".',
        ),
        (
            400,
            {"errorCode": "soda.row.column-not-found", "message": "…", "data": {"column": "zip"}},
            "unknown-field",
            'Dataset abcd-1234 has no column "zip".',
        ),
        (
            400,
            {
                "message": "Query coordinator error: query.soql.no-such-column; No such column: x",
                "errorCode": "query.soql.no-such-column",
                "data": {"column": "x", "dataset": "_abcd-1234"},
            },
            "unknown-field",
            'Dataset abcd-1234 has no column "x".',
        ),
        (
            400,
            {"error": "Cannot find column 17b"},
            "unknown-field",
            'The portal cannot find the column "17b" in dataset abcd-1234.',
        ),
        (
            400,
            {
                "errorCode": "soda.column.maltyped",
                "message": "Column is maltyped; for field 'fee' we expected 'number' but got 'n/a'",
            },
            "wrong-type",
            'The column "fee" takes a number, and the portal was sent "n/a".',
        ),
        (
            400,
            {
                "errorCode": "soda.column.maltyped",
                "data": {"field": "fee", "expected": "floating_timestamp", "got": "n/a"},
            },
            "wrong-type",
            'The column "fee" takes a date, and the portal was sent "n/a".',
        ),
        (
            400,
            {"errorCode": "soda.column.maltyped"},
            "wrong-type",
            "The column that was sent takes another type, and the portal was sent something else.",
        ),
        (
            400,
            {"message": "Unknown number format 'n/a' (line 3 of file)"},
            "wrong-type",
            'The portal cannot read "n/a" as a number.',
        ),
        (
            400,
            {"errorCode": "soda.row.primary-key-nonexistent-or-null", "message": "…"},
            "blank-identifier",
            "A row was sent whose row identifier is blank.",
        ),
        (
            400,
            {"errorCode": "soda.column.not-unique", "data": {"column": "permit_no"}},
            "identifier-not-unique",
            'The column "permit_no" has duplicate values, so it cannot be the row identifier.',
        ),
        (
            400,
            {"error": True, "message": "Unrecognized arguments [limit]"},
            "bad-argument",
            "data.ct.gov did not understand a part of the request: Unrecognized arguments [limit].",
        ),
        (
            400,
            {"code": "deserialization", "error": True, "message": "Unexpected end"},
            "bad-request",
            "data.ct.gov could not read what was sent: Unexpected end.",
        ),
        (
            415,
            {"errorCode": "x", "message": ""},
            "bad-request",
            "data.ct.gov could not read what was sent.",
        ),
        (
            400,
            {
                "message": "Query coordinator error: query.soql.type-mismatch; Type mismatch",
                "errorCode": "query.soql.type-mismatch",
            },
            "bad-query",
            "data.ct.gov could not answer the query: Query coordinator error:"
            " query.soql.type-mismatch; Type mismatch.",
        ),
        (
            405,
            {"code": "method_not_allowed"},
            "not-writable",
            "Dataset abcd-1234 does not accept rows: it is not an ordinary dataset.",
        ),
        (
            407,
            b"<h1>Proxy Authentication Required</h1>",
            "proxy-sign-in",
            "Your network's proxy requires a sign-in before it lets anything through (407).",
        ),
        (
            511,
            b"<h1>Sign in</h1>",
            "captive-portal",
            "Your network wants you to sign in on a web page before it lets anything through.",
        ),
        (
            409,
            {"errorCode": "soda.dataset.cannot-acquire-write-lock", "message": "…"},
            "locked",
            "Someone else is changing dataset abcd-1234 right now.",
        ),
        (
            409,
            {"errorCode": "soda.dataset.incorrect-lifecycle-stage", "message": "…"},
            "wrong-stage",
            "Dataset abcd-1234 cannot be changed right now: it is being copied, published or "
            "deleted.",
        ),
        (
            409,
            {"errorCode": "soda.row.dataset-version-mismatch", "message": "…"},
            "locked",
            "Dataset abcd-1234 is locked or has just been changed by someone else.",
        ),
        (
            413,
            {"errorCode": "req.body.too-large", "data": {"limit": 4194304}},
            "too-large",
            "data.ct.gov does not accept that much in one request (at most 4194304 bytes).",
        ),
        (
            413,
            b"<html><title>413 Request Entity Too Large</title></html>",
            "too-large",
            "data.ct.gov does not accept that much in one request.",
        ),
        (
            414,
            b"<html>414</html>",
            "address-too-long",
            "The query was too long for data.ct.gov.",
        ),
        (
            429,
            {"errorCode": "too-many-requests"},
            "throttled",
            "data.ct.gov has had too many requests and asks you to wait.",
        ),
        (
            504,
            {"code": "execution_timeout"},
            "too-slow",
            "data.ct.gov took too long and gave up (504).",
        ),
        (
            502,
            b"<html><title>502 Bad Gateway</title></html>",
            "gateway",
            "data.ct.gov's gateway got no response from the portal's server (502).",
        ),
        (503, b"", "unavailable", "data.ct.gov is temporarily unavailable (503)."),
        (
            500,
            {"error": True, "message": "Internal error", "status": 500},
            "internal",
            "data.ct.gov reported an internal error (500): Internal error.",
        ),
        (500, b"", "internal", "data.ct.gov reported an internal error (500)."),
        (
            302,
            b"",
            "elsewhere",
            "data.ct.gov redirected the request, and rows are never sent to another address.",
        ),
        (
            200,
            b"\xef\xbb\xbf<html><title>Airport Wi-Fi</title></html>",
            "no-data",
            'data.ct.gov returned a web page instead of data: "Airport Wi-Fi".',
        ),
        (200, b"", "no-data", "data.ct.gov answered with something other than data."),
        (
            418,
            {"error": {"code": 7, "message": "I am a teapot"}},
            "refused",
            "data.ct.gov refused the request (418): I am a teapot.",
        ),
        (400, b"", "refused", "data.ct.gov refused the request (400) without saying why."),
        (400, b"nothing", "refused", "data.ct.gov refused the request (400): nothing."),
    ],
)
def test_a_refusal_becomes_a_sentence(status: int, body: Any, reason: str, sentence: str) -> None:
    error = problem(answer(status, body))

    assert error.what == sentence
    assert (error.status, error.reason) == (status, reason)
    assert error.remedy.endswith((".", "?"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (401, b"<title>401 Authorization Required</title>"),
        (401, {"code": "authentication_required", "error": True, "message": "…"}),
        (403, {"code": "authentication_required", "error": True, "message": "…"}),
        (403, {"error": True, "message": "You must be logged in to access this resource"}),
    ],
)
@pytest.mark.parametrize(
    ("signed", "sentence"),
    [
        (True, "data.ct.gov does not accept your key."),
        (False, "data.ct.gov shows this only to people who have signed in."),
    ],
)
def test_a_missing_sign_in_and_a_refused_one_are_told_apart(
    status: int, body: Any, signed: bool, sentence: str
) -> None:
    error = problem(answer(status, body), signed=signed)

    assert isinstance(error, SignInError)
    assert error.what == sentence
    assert "https://data.ct.gov/profile/edit/developer_settings" in error.remedy


def test_the_page_for_keys_is_the_practice_portals_own_with_its_port() -> None:
    refused = Answer(401, JSON, b"{}", "http://127.0.0.1:8080/api/users/current.json")

    assert " at http://127.0.0.1:8080/profile/edit/developer_settings; " in problem(refused).remedy


@pytest.mark.parametrize(
    ("status", "body", "unknown"),
    [
        (200, b"<title>Airport Wi-Fi</title>", True),
        (408, b"", True),
        (500, {"message": "Internal error"}, True),
        (502, b"<title>502</title>", True),
        (503, b"", True),
        (503, {"error": True, "message": "Service unavailable"}, False),
        (429, {"message": "Too Many Requests"}, True),
        (429, {"errorCode": "too-many-requests", "message": "Slow down"}, False),
        (504, b"", True),
        (500, {"errorCode": "soda.column.maltyped"}, False),
        (502, {"error": True, "message": "Illegal field name sent: x"}, False),
        (511, b"", True),
        (400, b"", True),
        (400, {"error": True, "message": "no"}, False),
        (413, b"", True),
        (307, b"", True),
    ],
)
def test_a_refused_write_is_unknown_only_where_the_rows_may_be_in(
    status: int, body: Any, unknown: bool
) -> None:
    error = write_problem(answer(status, body))

    assert isinstance(error, UnknownOutcome) == unknown
    assert error.status == status


@pytest.mark.parametrize(
    ("file", "status", "sentence"),
    [
        ("koop-socrata/missing-views.json", 404, "has no dataset"),
        ("koop-socrata/missing-count.json", 404, "has no dataset"),
        ("koop-socrata/missing-first.json", 404, "offers nothing at the address"),
        (
            "koop-socrata/filtered-count.json",
            500,
            "reported an internal error (500): Internal error.",
        ),
        ("koop-socrata/filtered-first.json", 400, "did not understand a part of the request"),
        ("koop-socrata/zip-first.json", 400, "Unrecognized arguments [$order:id]."),
        ("sodapy/403_response_json.txt", 403, "does not accept your key."),
    ],
)
def test_recorded_refusals_become_sentences(
    shared_fixtures: Path, file: str, status: int, sentence: str
) -> None:
    error = problem(answer(status, (shared_fixtures / file).read_bytes()))

    assert sentence in error.what


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("404.response", "127.0.0.1 has no dataset abcd-1234, or does not show it to you."),
        ("500_error.response", "127.0.0.1 reported an internal error (500): Internal error."),
        ("empty_body.response", "127.0.0.1 answered with something other than data."),
    ],
)
def test_recorded_replies_over_the_wire_become_sentences(
    portal: Any, session: Any, shared_fixtures: Path, file: str, sentence: str
) -> None:
    portal.recorded(shared_fixtures / "soda-ruby" / file)

    with pytest.raises(PortalError) as caught:
        session.get_json("/resource/abcd-1234.json")

    assert caught.value.what == sentence


def test_a_page_is_read_by_its_title_and_else_by_its_words() -> None:
    page = b"<html><head><style>p {}</style><script>alert(1)</script></head><p>No <b>entry</b>!"

    assert read_body(b"<title> 502\nBad &amp; Gateway </title><p>x").message == "502 Bad & Gateway"
    assert read_body(page).message == "No entry !"


def test_what_a_portal_says_is_cut_and_cannot_move_the_cursor() -> None:
    said = read_body(json.dumps({"message": "a\x1b[2J\u202eb\n" + "c" * 9000}).encode()).message

    assert said.startswith("a [2J b c")
    assert len(said) == 240


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"17", b'"no"', b"\xef\xbb\xbf{}", b"\xff\xfe{", b"{" * 100_000],
)
def test_any_body_can_be_read(content: bytes) -> None:
    assert len(read_body(content).message) <= 240


@given(st.binary(max_size=200), st.integers(200, 599), st.booleans())
def test_any_reply_becomes_a_sentence_and_a_remedy(
    content: bytes, status: int, signed: bool
) -> None:
    for error in (problem(answer(status, content), signed=signed), write_problem(answer(status))):
        assert error.what.endswith((".", "!", "?", "…"))
        assert error.remedy.endswith((".", "?"))
        assert "{" not in error.remedy


def test_the_last_rule_fits_everything_and_no_template_names_what_is_never_there() -> None:
    known = "host portal dataset status message field value expected limit"
    words = dict.fromkeys(known.split(), "x")

    assert (RULES[-1].statuses, RULES[-1].codes, RULES[-1].pattern) == ((), (), "")
    assert all(rule.what.format_map(words) and rule.remedy.format_map(words) for rule in RULES)
    assert all(row.what.format(host="x") and row.remedy.format(host="x") for row in FAILURES)
