"""The row semantics of portal-api.md B.2, one by one, and the replies of B.3."""

from __future__ import annotations

import gzip
import json

import pytest

COUNTS = {"Errors": 0, "Rows Created": 0, "Rows Updated": 0, "Rows Deleted": 0}


def error_of(reply):
    body = reply.json()
    return body.get("code") or body.get("errorCode")


def test_a_key_that_is_absent_keeps_its_value_and_null_clears_it(client, permits):
    reply = client.upsert(permits, [{"no": "A", "note": None}])

    assert reply.json() == COUNTS | {"Rows Updated": 1}
    assert client.rows(permits) == [{"no": "A", "units": "1"}]


def test_an_unknown_row_identifier_is_inserted(client, permits):
    assert client.upsert(permits, [{"no": "B"}]).json() == COUNTS | {"Rows Created": 1}
    assert client.rows(permits)[1] == {"no": "B"}


@pytest.mark.parametrize("row", [{"note": "x"}, {"no": None}, {"no": ""}])
def test_a_row_without_its_identifier_fails_the_whole_request(client, permits, row):
    reply = client.upsert(permits, [{"no": "B"}, row])

    assert reply.status_code == 400
    assert error_of(reply) == "soda.row.primary-key-nonexistent-or-null"
    assert "no_primary_key" in reply.json()["message"]
    assert [found["no"] for found in client.rows(permits)] == ["A"]


def test_without_a_row_identifier_every_row_is_added_again(client, plain):
    for _ in range(2):
        assert client.upsert(plain, [{"word": "x"}]).json()["Rows Created"] == 1
    assert len(client.rows(plain)) == 2


def test_a_row_can_be_updated_and_deleted_by_its_system_identifier(client, plain):
    client.upsert(plain, [{"word": "x", "size": 1}, {"word": "y"}, {"word": "z"}])
    names = [row[":id"] for row in client.rows(plain, select=":id")]

    reply = client.upsert(
        plain, [{":id": names[0], "size": 2}, {":id": names[1], ":deleted": True}, [names[2]]]
    )

    assert reply.json() == COUNTS | {"Rows Updated": 1, "Rows Deleted": 2}
    assert client.rows(plain) == [{"word": "x", "size": "2"}]


def test_the_system_identifier_serves_where_the_row_identifier_is_not_given(client, permits):
    name = client.rows(permits, select=":id")[0][":id"]

    assert client.upsert(permits, [{":id": name, "note": "new"}]).json()["Rows Updated"] == 1
    assert client.upsert(permits, [{":id": None, "no": "B"}]).json()["Rows Created"] == 1
    assert client.rows(permits)[0]["note"] == "new"


def test_a_system_identifier_nobody_has_is_an_error(client, plain):
    reply = client.upsert(plain, [{":id": "row-2222-2222-2222", "word": "x"}])

    assert (reply.status_code, error_of(reply)) == (404, "soda.row.not-found")


def test_only_true_marks_a_row_as_deleted(client, permits):
    reply = client.upsert(permits, [{"no": "A", ":deleted": "true"}, {"no": "A", ":deleted": 1}])

    assert reply.json() == COUNTS | {"Rows Updated": 2}


def test_the_other_fields_of_a_deleted_row_are_ignored(client, permits):
    reply = client.upsert(permits, [{"no": "A", "units": "no number", ":deleted": True}])

    assert reply.json() == COUNTS | {"Rows Deleted": 1}


def test_deleting_what_is_not_there_is_an_error_of_that_row_only(client, permits):
    reply = client.upsert(permits, [{"no": "Z", ":deleted": True}, {"no": "B"}])

    assert reply.status_code == 200
    assert reply.json() == COUNTS | {"Errors": 1, "Rows Created": 1}


def test_a_delete_that_names_no_row_is_refused(client, plain):
    reply = client.upsert(plain, [{"word": "x", ":deleted": True}])

    assert (reply.status_code, error_of(reply)) == (400, "soda.row.delete-without-primary-key")


def test_rows_act_in_order_and_the_last_one_wins(client, permits):
    rows = [{"no": "B", "note": "1"}, {"no": "B", "note": "2"}, {"no": "B", ":deleted": True},
            {"no": "B", "note": "3"}]  # fmt: skip

    reply = client.upsert(permits, rows)

    assert reply.json() == COUNTS | {"Rows Created": 2, "Rows Updated": 1, "Rows Deleted": 1}
    assert client.rows(permits)[1] == {"no": "B", "note": "3"}


def test_a_row_is_the_same_row_under_both_its_names(client, permits):
    name = client.rows(permits, select=":id")[0][":id"]

    reply = client.upsert(permits, [{"no": "A", "note": "1"}, {":id": name, "note": "2"}])

    assert reply.json()["Rows Updated"] == 2
    assert client.rows(permits)[0]["note"] == "2"


def test_text_identifiers_compare_exactly(client, permits):
    reply = client.upsert(permits, [{"no": "a"}, {"no": "A "}, {"no": " A"}, {"no": "A\u00a0"}])

    assert reply.json()["Rows Created"] == 4


@pytest.mark.parametrize("written", [1, "1", "1.0", "1.00", "+1", "0.1e1"])
def test_number_identifiers_compare_as_decimals(client, written):
    dataset = client.make({"no": "number"}, key="no")
    client.upsert(dataset, [{"no": 1}])

    assert client.upsert(dataset, [{"no": written}]).json() == COUNTS | {"Rows Updated": 1}


def test_nul_is_taken_out_of_texts(client, plain):
    client.upsert(plain, [{"word": "a\x00b"}])

    assert client.rows(plain) == [{"word": "ab"}]


def test_half_a_surrogate_pair_becomes_the_replacement_character(client, plain):
    body = '[{"word": "a\\ud800b\\ud83d\\ude00"}]'
    reply = client(
        "POST", f"/resource/{plain}", data=body, headers={"Content-Type": "application/json"}
    )

    assert reply.status_code == 200
    assert client.rows(plain) == [{"word": "a\ufffdb\U0001f600"}]


def test_a_field_that_does_not_exist_is_named_and_nothing_is_written(client, permits):
    reply = client.upsert(permits, [{"no": "B"}, {"no": "C", "switch_comm": 1, "other": 2}])

    assert reply.status_code == 400
    assert reply.json() == {
        "code": "invalid_request",
        "error": True,
        "message": "Illegal field name sent: switch_comm",
    }
    assert len(client.rows(permits)) == 1


def test_field_names_are_case_sensitive_as_keys(client, permits):
    assert client.upsert(permits, [{"NO": "B"}]).json()["message"] == "Illegal field name sent: NO"


def test_system_and_computed_fields_are_ignored(client, permits):
    row = {"no": "A", ":created_at": "x", ":@computed_region_k83t_ady5": 3, ":else": 1}

    assert client.upsert(permits, [row]).json()["Rows Updated"] == 1


def test_a_row_version_guards_an_update(client, permits):
    version = client.rows(permits, select=":version")[0][":version"]

    first = client.upsert(permits, [{"no": "A", "note": "1", ":version": version}])
    second = client.upsert(permits, [{"no": "A", "note": "2", ":version": version}])

    assert first.json()["Rows Updated"] == 1
    assert second.status_code == 409
    assert "version_mismatch" in second.json()["message"]
    assert client.rows(permits)[0]["note"] == "1"


def test_version_two_tells_which_rows_failed(client, permits):
    rows = [{"no": "B"}, {"no": "Z", ":deleted": True}]
    reply = client("POST", f"/resource/{permits}?$$version=2.0", json=rows)

    body = reply.json()
    assert {key: body[key] for key in body if key != "errors"} == {
        "rows_created": 1, "rows_updated": 0, "rows_deleted": 0,
    }  # fmt: skip
    assert body["errors"][0]["input_index"] == 1
    assert body["errors"][0]["primary_key"] == "Z"
    assert body["errors"][0]["error"].startswith("no record is found")
    assert int(reply.headers["X-SODA2-Truth-Version"]) > 0


def test_one_bare_object_is_upserted_but_cannot_replace(client, permits):
    assert client.upsert(permits, {"no": "B"}).json()["Rows Created"] == 1
    refused = client.replace(permits, {"no": "B"})

    assert (refused.status_code, error_of(refused)) == (400, "req.content.json.invalid")


def test_replace_leaves_the_rows_given_and_no_others(client, permits):
    reply = client.replace(permits, [{"no": "B"}, {"no": "C"}, {"no": "B", "note": "again"}])

    assert reply.json() == COUNTS | {"Rows Created": 2, "Rows Updated": 1}
    assert client.rows(permits) == [{"no": "B", "note": "again"}, {"no": "C"}]


def test_a_replace_that_fails_leaves_the_old_rows(client, permits):
    reply = client.replace(permits, [{"no": "B"}, {"no": "C", "units": "many"}])

    assert reply.status_code == 400
    assert [row["no"] for row in client.rows(permits)] == ["A"]


def test_replacing_with_no_rows_empties_the_dataset(client, permits):
    assert client.replace(permits, []).json() == COUNTS
    assert client.rows(permits) == []


def test_a_deleted_row_does_not_give_its_system_identifier_to_another(client, plain):
    client.upsert(plain, [{"word": "x"}])
    before = client.rows(plain, select=":id")
    client.replace(plain, [{"word": "y"}])

    assert client.rows(plain, select=":id") != before


# --- one row by its address ----------------------------------------------------------------------


def test_one_row_is_read_by_its_identifier_or_system_identifier(client, permits):
    name = client.rows(permits, select=":id")[0][":id"]
    row = {"no": "A", "note": "first", "units": "1"}

    assert client.get(f"/resource/{permits}/A.json").json() == row
    assert client.get(f"/resource/{permits}/{name}").json() == row


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_row_that_is_not_there_is_not_found(client, permits, method):
    reply = client(method, f"/resource/{permits}/Z.json")

    assert (reply.status_code, error_of(reply)) == (404, "soda.row.not-found")


def test_one_row_is_deleted(client, permits):
    reply = client("DELETE", f"/resource/{permits}/A")

    assert (reply.status_code, reply.json()) == (200, [{"typ": "delete", "id": "A"}])
    assert client.rows(permits) == []


def test_put_replaces_a_row_and_post_merges_it(client, permits):
    merged = client("POST", f"/resource/{permits}/A.json", json={"units": 5})
    assert merged.json()["Rows Updated"] == 1
    assert client.rows(permits) == [{"no": "A", "note": "first", "units": "5"}]

    client("PUT", f"/resource/{permits}/A.json", json={"units": 6})
    assert client.rows(permits) == [{"no": "A", "units": "6"}]


@pytest.mark.parametrize("key", ["a/b", "a//b", "50%", "ü ñ", "a?b#c", "x.y"])
def test_any_text_identifies_a_row_in_an_address(client, permits, key):
    from urllib.parse import quote

    client.upsert(permits, [{"no": key, "note": "this"}])

    assert client.get(f"/resource/{permits}/{quote(key, safe='')}").json()["note"] == "this"


# --- bodies --------------------------------------------------------------------------------------


def test_csv_is_decided_by_its_content_type_and_empty_is_null(client, permits):
    text = 'no,note,units\r\nA,"",2\r\nB,"two\nlines, ""quoted""",\r\n'
    reply = client.csv("POST", permits, text)

    assert reply.json() == COUNTS | {"Rows Created": 1, "Rows Updated": 1}
    assert client.rows(permits) == [
        {"no": "A", "units": "2"},
        {"no": "B", "note": 'two\nlines, "quoted"'},
    ]


def test_csv_deletes_with_a_column(client, permits):
    reply = client.csv("POST", permits, "no,:deleted\nA,true\nB,false\nC,\n")

    assert reply.json() == COUNTS | {"Rows Created": 2, "Rows Deleted": 1}


def test_a_byte_order_mark_becomes_part_of_the_first_field_name(client, permits):
    reply = client.csv("POST", permits, b"\xef\xbb\xbfno\nB\n")

    assert reply.json()["message"] == "Illegal field name sent: \ufeffno"


def test_a_ragged_csv_is_refused_whole(client, permits):
    reply = client.csv("PUT", permits, "no,note\nB,x\nC\n")

    assert reply.status_code == 400
    assert reply.json()["message"] == "CSV line 3 has 1 cells but the header has 2"
    assert len(client.rows(permits)) == 1


def test_csv_that_is_not_utf8_is_refused(client, permits):
    assert client.csv("POST", permits, b"no\n\xff\n").status_code == 400


def test_gzip_is_undone(client, permits):
    body = gzip.compress(json.dumps([{"no": "Ü"}]).encode())
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}

    assert client("POST", f"/resource/{permits}", data=body, headers=headers).status_code == 200
    assert client.rows(permits)[1] == {"no": "Ü"}
    bad = client("POST", f"/resource/{permits}", data=body[:-9], headers=headers)
    assert bad.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/tab-separated-values"}, 415, "req.content-type.not-json"),
        ({"Content-Type": "application/json; charset=klingon"}, 415,
         "req.content-type.unknown-charset"),
    ],
)  # fmt: skip
def test_other_content_types_are_refused(client, permits, headers, status, code):
    reply = client("POST", f"/resource/{permits}", data=b"[]", headers=headers)

    assert (reply.status_code, error_of(reply)) == (status, code)


def test_a_body_without_a_content_type_is_read_as_json(client, permits):
    reply = client("POST", f"/resource/{permits}", data=b'[{"no": "B"}]')

    assert reply.json()["Rows Created"] == 1


@pytest.mark.parametrize(
    ("body", "row", "column"),
    [
        ('[{"no": "B"}', 1, 13),
        ('[{"no": "B"},\n {"no": }]', 2, 9),
        ("[NaN]", 1, 2),
        ('[{"no": "B"}] x', 1, 15),
        ("", 1, 1),
        ("[" * 100_000, 1, 2),
    ],
)
def test_json_that_cannot_be_read_says_where(client, permits, body, row, column):
    reply = client(
        "POST", f"/resource/{permits}", data=body, headers={"Content-Type": "application/json"}
    )

    assert (reply.status_code, error_of(reply)) == (400, "req.body.malformed-json")
    assert reply.json()["data"]["row"] == row
    if len(body) < 100:
        assert reply.json()["data"]["column"] == column
    assert len(client.rows(permits)) == 1


@pytest.mark.parametrize("row", [1, "x", None, [], ["a", "b"]])
def test_a_row_must_be_an_object(client, permits, row):
    reply = client.upsert(permits, [row])

    assert (reply.status_code, error_of(reply)) == (400, "soda.row.upsert-row-not-an-object")


def test_a_body_larger_than_one_piece_is_read_whole(client, permits):
    rows = [{"no": f"K{number}", "note": "é" * 300, "units": number} for number in range(12_000)]

    assert client.replace(permits, rows).json()["Rows Created"] == 12_000
    assert client.rows(permits, select="count(*),sum(units)") == [
        {"count": "12000", "sum_units": "71994000"}
    ]


def test_writers_at_the_same_time_wait_for_each_other(client, plain):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: client.upsert(plain, [{"size": n}] * 50), range(16)))

    assert {reply.status_code for reply in replies} == {200}
    assert client.rows(plain, select="count(*)") == [{"count": "800"}]
