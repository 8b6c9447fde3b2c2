"""Reading and writing the rows of a dataset."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sodasheet.errors import PortalError, UnknownOutcome, UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.write_result import Reply, RowError

DATASET = Dataset("http://127.0.0.1", "abcd-1234", "Permits", ())
BODY = '[{"id":"1","name":"Ölaf ☂"}]'.encode()
ONE_CREATED = {"Errors": 0, "Rows Created": 1, "Rows Updated": 0, "Rows Deleted": 0}


@pytest.fixture
def rows(session: Any) -> RowsClient:
    return RowsClient(session, DATASET)


def query(asked: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(asked.path).query)


# In


def test_rows_are_sent_as_they_are_and_the_counts_come_back(portal: Any, rows: RowsClient) -> None:
    portal.answer(ONE_CREATED)

    assert rows.send(BODY) == Reply(1, 0, 0, 0)
    assert portal.last.method == "POST"
    assert urlsplit(portal.last.path).path == "/resource/abcd-1234.json"
    assert portal.last.headers["Content-Type"] == "application/json; charset=utf-8"
    assert portal.last.headers["Content-Length"] == str(len(BODY))
    assert portal.last.body == BODY


def test_rows_left_out_of_a_success_are_named(portal: Any, rows: RowsClient) -> None:
    error = {"error": "no record is found", "input_index": 0, "primary_key": "17"}
    portal.answer({"rows_created": 0, "rows_updated": 0, "rows_deleted": 0, "errors": [error]})

    reply = rows.send(BODY)

    assert query(portal.last) == {"$$version": ["2.0"]}
    assert (reply.errors, reply.row_errors) == (1, (RowError(0, "17", "no record is found"),))


def test_a_portal_that_does_not_know_the_newer_form_is_asked_for_the_older_one(
    portal: Any, rows: RowsClient
) -> None:
    portal.answer({"error": True, "message": "Unrecognized arguments [$$version]"}, 400)
    portal.answer(ONE_CREATED)

    assert rows.send(BODY) == rows.send(BODY) == Reply(1, 0, 0, 0)
    assert [bool(query(asked)) for asked in portal.asked] == [True, False, False]


def test_an_empty_success_is_a_success_without_counts(
    portal: Any, rows: RowsClient, shared_fixtures: Path
) -> None:
    portal.recorded(shared_fixtures / "soda-ruby/empty_body.response")

    assert rows.send(BODY) == Reply()


def test_a_recorded_reply_over_the_wire_is_understood(
    portal: Any, rows: RowsClient, shared_fixtures: Path
) -> None:
    portal.recorded(shared_fixtures / "soda-ruby/earthquakes_create_one_row.response")

    assert rows.send(BODY) == Reply(1, 0, 0, 0)


def test_saved_rows_count_as_a_success_without_counts(portal: Any, rows: RowsClient) -> None:
    portal.answer({"error": True, "message": "Row data was saved. Not the rest."}, 400)

    assert rows.send(BODY) == Reply(saved=True)


@pytest.mark.parametrize("body", ["<html><title>Sign in</title></html>", "[1]", "garbage"])
def test_a_success_that_makes_no_sense_has_an_unknown_outcome(
    portal: Any, rows: RowsClient, body: str
) -> None:
    portal.answer(body)

    with pytest.raises(UnknownOutcome, match=r"may or may not be in the dataset"):
        rows.send(BODY)


LARGE = b"[" + b" " * 200_000 + BODY[1:]
REFUSALS = [
    ({"code": "invalid_request", "error": True, "message": "Unsupported Content-Encoding"}, 415),
    ({"errorCode": "req.body.malformed-json", "data": {"row": 1, "column": 1}}, 400),
]
WAYS = {
    "send": lambda client: client.send(LARGE),
    "send_whole": lambda client: client.send_whole([LARGE[:50_000], LARGE[50_000:]]),
    "replace": lambda client: client.replace([LARGE[:50_000], LARGE[50_000:]]),
}


@pytest.mark.parametrize("way", WAYS)
def test_large_bodies_are_packed_and_small_ones_are_not(
    portal: Any, rows: RowsClient, session: Any, way: str
) -> None:
    portal.answer(ONE_CREATED)

    WAYS[way](rows)
    rows.send(BODY)
    WAYS[way](RowsClient(session, DATASET, compress=False))

    codings = [asked.headers.get("Content-Encoding") for asked in portal.asked]
    assert codings == ["gzip", None, None]
    assert [asked.text for asked in portal.asked] == [LARGE, BODY, LARGE]
    assert len(portal.asked[0].body) < 2000


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("way", WAYS)
def test_a_portal_that_cannot_unpack_is_sent_plain_bodies_from_then_on(
    portal: Any, rows: RowsClient, way: str, refusal: tuple[dict[str, Any], int]
) -> None:
    portal.answer(*refusal).answer(ONE_CREATED)

    assert WAYS[way](rows) == WAYS[way](rows) == Reply(1, 0, 0, 0)

    codings = [asked.headers.get("Content-Encoding") for asked in portal.asked]
    assert codings == ["gzip", None, None]
    assert portal.asked[1].body == portal.asked[2].body == LARGE


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        ({"code": "soda.column.maltyped", "message": "Column is maltyped", "data": {}}, 400),
        ({"error": True, "message": "Illegal field name sent: x"}, 400),
        ({"error": True, "message": "no"}, 403),
    ],
)
def test_any_refusal_of_a_packed_body_is_checked_once_with_a_plain_one(
    portal: Any, rows: RowsClient, way: str, refusal: dict[str, Any], status: int
) -> None:
    portal.answer(refusal, status).answer(refusal, status)

    with pytest.raises(PortalError):
        WAYS[way](rows)
    asked = [one.headers["Content-Encoding"] for one in portal.asked]
    assert asked == (["gzip"] if status == 403 else ["gzip", None])


def test_a_stream_that_runs_once_is_not_sent_twice(portal: Any, rows: RowsClient) -> None:
    portal.answer(*REFUSALS[0])

    with pytest.raises(PortalError, match="could not read what was sent"):
        rows.send_whole(iter([LARGE]))
    assert len(portal.asked) == 1


def test_a_replace_is_one_streamed_request(portal: Any, rows: RowsClient) -> None:
    portal.answer(ONE_CREATED)

    assert rows.replace(iter([b"[", BODY[1:-1], b"]"])) == Reply(1, 0, 0, 0)
    assert (portal.last.method, portal.last.body) == ("PUT", BODY)
    assert len(portal.asked) == 1


@pytest.mark.parametrize(
    ("body", "headers", "asked"),
    [
        ({"code": "accepted", "error": False, "ticket": "t-1"}, {}, {"ticket": ["t-1"]}),
        ({}, {"Location": "/api/jobs?id=7&a=b"}, {"id": ["7"], "a": ["b"]}),
        (b"", {"Location": "/api/jobs", "Retry_After": "0"}, {}),
        ("not json", {}, {}),
    ],
)
def test_accepted_work_is_asked_after_until_it_is_done(
    portal: Any, rows: RowsClient, body: Any, headers: dict[str, str], asked: dict[str, Any]
) -> None:
    portal.answer(body, 202, **headers).answer({}, 202).answer(ONE_CREATED)

    assert rows.send(BODY) == Reply(1, 0, 0, 0)
    assert [(it.method, query(it)) for it in portal.asked[1:]] == [("GET", asked)] * 2


def test_accepted_work_that_never_ends_has_an_unknown_outcome(
    portal: Any, rows: RowsClient
) -> None:
    portal.answer({"ticket": "t"}, 202)

    with pytest.raises(UnknownOutcome, match=r"had not finished processing them"):
        rows.send(BODY)

    assert len(portal.asked) == 4


def test_accepted_work_that_cannot_be_asked_after_has_an_unknown_outcome(
    portal: Any, rows: RowsClient
) -> None:
    portal.answer({"ticket": "t"}, 202).answer("", 404)

    with pytest.raises(UnknownOutcome, match=r"may or may not be in the dataset"):
        rows.send(BODY)


def test_stopping_while_accepted_work_goes_on_has_an_unknown_outcome(
    portal: Any, open_session: Callable[..., Any]
) -> None:
    stopped = threading.Event()
    threading.Timer(0.2, stopped.set).start()
    session = open_session(portal.url, patience=Patience(poll=60), stop=stopped.is_set)
    portal.answer({"ticket": "t"}, 202)

    with pytest.raises(UnknownOutcome, match=r"You stopped it"):
        RowsClient(session, DATASET).send(BODY)


# Out


@pytest.mark.parametrize("name", ["count", "count_1", "n"])
def test_a_count_is_text_under_any_name(portal: Any, rows: RowsClient, name: str) -> None:
    portal.answer([{name: "1001"}])

    assert rows.count() == 1001
    assert query(portal.last) == {"$select": ["count(*)"]}


def test_recorded_counts_are_read(portal: Any, rows: RowsClient, shared_fixtures: Path) -> None:
    portal.answer((shared_fixtures / "koop-socrata/crimes-count.json").read_bytes())
    portal.answer((shared_fixtures / "koop-socrata/zip-count.json").read_bytes())

    assert rows.count() == 1001
    with pytest.raises(PortalError, match=r"did not say how many rows there are"):
        rows.count()


@pytest.mark.parametrize("body", [{}, [1], {"count": 1}, "null"])
def test_an_answer_that_is_no_rows_is_an_error(portal: Any, rows: RowsClient, body: Any) -> None:
    portal.answer(body)

    with pytest.raises(PortalError, match=r"something other than data"):
        rows.page()


@pytest.mark.parametrize(
    ("file", "first"),
    [
        ("soda-ruby/earthquakes_50.response", "00388610"),
        ("soda-ruby/earthquakes_uw.response", "60451507"),
        ("soda-ruby/earthquakes_where_gt_5.response", "c000cnmk"),
    ],
)
def test_recorded_rows_are_read(
    portal: Any, rows: RowsClient, shared_fixtures: Path, file: str, first: str
) -> None:
    portal.recorded(shared_fixtures / file)

    assert rows.page()[0]["earthquake_id"] == first


def test_recorded_rows_keep_every_character(
    portal: Any, rows: RowsClient, shared_fixtures: Path
) -> None:
    portal.answer((shared_fixtures / "sodapy/get_songs_unicode.txt").read_bytes())

    assert rows.page()[-1]["artist"] == "☂ The Beatles❄"


def test_a_page_asks_for_what_is_wanted(portal: Any, rows: RowsClient) -> None:
    portal.answer([])

    rows.page("a, b", "a > 1", "b desc", 7, 14)

    assert query(portal.last) == {
        "$select": ["a, b"],
        "$where": ["a > 1"],
        "$order": ["b desc"],
        "$limit": ["7"],
        "$offset": ["14"],
    }


def test_all_rows_come_even_from_a_portal_that_gives_less_than_asked(
    portal: Any, rows: RowsClient
) -> None:
    portal.answer([{"a": "1"}, {"a": "2"}]).answer([{"a": "3"}]).answer([])

    assert [row["a"] for row in rows.rows(size=5)] == ["1", "2", "3"]
    assert [query(asked)["$offset"] for asked in portal.asked] == [["0"], ["2"], ["3"]]
    assert all(query(asked)["$order"] == [":id"] for asked in portal.asked)


# Looking up


def test_existing_identifiers_are_found_and_quoted(portal: Any, rows: RowsClient) -> None:
    portal.answer([{"permit_no": "O'Brien"}, {"permit_no": "+&#="}, {"permit_no": "other"}])

    found = rows.existing("permit_no", ["O'Brien", "+&#=", "new"], "text")

    assert found == {"O'Brien", "+&#="}
    assert query(portal.last) == {
        "$select": ["`permit_no`"],
        "$where": ["`permit_no` in('O''Brien','+&#=','new')"],
        "$limit": ["3"],
    }


def test_numbers_are_found_however_they_are_spelt(portal: Any, rows: RowsClient) -> None:
    portal.answer([{"id": "7"}, {"id": "1000"}])

    assert rows.existing("id", ["7", "007", "7.0", "1e3", "8", "n/a"], "number") == {
        "7",
        "007",
        "7.0",
        "1e3",
    }
    assert query(portal.last)["$where"] == ["`id` in(7,1000,8)"]


def test_many_identifiers_are_asked_for_in_addresses_that_are_short_enough(
    portal: Any, rows: RowsClient
) -> None:
    wanted = [f"Ö-{number:06}" for number in range(3000)]
    portal.answer([{"id": "Ö-000017"}])

    assert rows.existing("id", wanted, "text") == {"Ö-000017"}
    assert max(len(asked.path) for asked in portal.asked) < 8000
    asked = "".join(query(it)["$where"][0] for it in portal.asked)
    assert all(f"'{identifier}'" in asked for identifier in wanted)
    assert len(portal.asked) < 20


def test_nothing_is_asked_where_nothing_can_be_found(portal: Any, rows: RowsClient) -> None:
    assert rows.existing("id", [], "text") == set()
    assert rows.existing("id", ["n/a"], "number") == set()
    assert portal.asked == []


def test_an_identifier_too_long_for_an_address_is_told_as_such(rows: RowsClient) -> None:
    with pytest.raises(UsageProblem, match=r'The row identifier "x{40}…" is too long'):
        rows.existing("id", ["x" * 9000], "text")


def test_a_column_that_is_gone_is_named(portal: Any, rows: RowsClient) -> None:
    body = {"errorCode": "query.soql.no-such-column", "data": {"column": "id"}, "message": "…"}
    portal.answer(json.dumps(body).encode(), 400)

    with pytest.raises(PortalError, match=r'has no column "id"') as caught:
        rows.existing("id", ["1"], "text")

    assert "map the columns again" in caught.value.remedy
