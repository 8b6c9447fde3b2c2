"""Uploads in chunks, and files read by their parse options."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DATA = b"name,size\n" + b"".join(b"row %d,%d\n" % (n, n * n) for n in range(500))


@pytest.fixture
def source(publishing, plain):
    return publishing.source(publishing.open(plain))


def send(publishing, source, seq, offset, data, status=201):
    headers = {"Content-Type": "application/octet-stream"}
    path = f"/source/{source}/chunk/{seq}/{offset}"
    return publishing.call("POST", path, status, data=data, headers=headers)


def begin(publishing, source, content_type="text/csv"):
    return publishing.call("POST", f"/source/{source}/initiate",
                           json={"content_type": content_type})  # fmt: skip


def commit(publishing, source, last, total, status=200):
    return publishing.call("POST", f"/source/{source}/chunk/{last}/{total}/commit", status)


def cut(data, places):
    """(number, offset, bytes) of the pieces between the places."""
    edges = sorted({0, len(data), *places})
    return [(n, a, data[a:b]) for n, (a, b) in enumerate(pairwise(edges))]


def uploaded(portal, source):
    return (portal._site.publishing.bytes_path(source)).read_bytes()


def test_an_upload_begins_with_what_the_portal_prefers(publishing, source):
    assert begin(publishing, source) == {
        "preferred_chunk_size": 4194304,
        "preferred_upload_parallelism": 4,
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(st.integers(1, len(DATA) - 1), max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_any_chunks_in_any_order_give_the_same_bytes(publishing, plain, portal, places, order):
    source = publishing.source(publishing.open(plain))
    begin(publishing, source)
    pieces = cut(DATA, places)
    shuffled = list(pieces)
    order.shuffle(shuffled)
    for seq, offset, data in shuffled:
        kept = send(publishing, source, seq, offset, data)["resource"]
        assert kept == {
            "seq_num": seq,
            "byte_offset": offset,
            "end_byte_offset": offset + len(data),
        }
    commit(publishing, source, len(pieces) - 1, len(DATA))

    assert uploaded(portal, source) == DATA
    assert publishing.parsed(source)["schemas"][0]["total_rows"] == 500


def test_chunks_may_come_in_parallel(publishing, source, portal):
    from concurrent.futures import ThreadPoolExecutor

    begin(publishing, source)
    pieces = cut(DATA, range(0, len(DATA), 500))
    account = portal.account("publisher")

    def one(piece):
        seq, offset, data = piece
        url = f"{portal.url}/api/publishing/v1/source/{source}/chunk/{seq}/{offset}"
        auth = (account.key_id, account.key_secret)
        return requests.post(url, data=data, auth=auth, timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, pieces)) == {201}
    commit(publishing, source, len(pieces) - 1, len(DATA))
    assert uploaded(portal, source) == DATA


def test_a_chunk_sent_again_changes_nothing(publishing, source, portal):
    begin(publishing, source)
    for seq, offset, data in [*cut(DATA, [100]), *cut(DATA, [100])]:
        send(publishing, source, seq, offset, data)
    commit(publishing, source, 1, len(DATA))
    publishing.parsed(source)
    send(publishing, source, 0, 0, DATA[:100])
    commit(publishing, source, 1, len(DATA))

    assert uploaded(portal, source) == DATA
    assert len(publishing.parsed(source)["schemas"]) == 1


@pytest.mark.parametrize(
    ("chunks", "last", "total", "why"),
    [
        ([(0, 0, b"a\n1\n")], 0, 5, "4 bytes arrived and 5 are said"),
        ([(0, 0, b"a\n1\n")], 1, 4, "1 chunks arrived and the last is said to be 1"),
        ([(0, 0, b"a\n"), (2, 2, b"1\n")], 2, 4, "the bytes from 2 on are missing"),
        ([(0, 0, b"a\n"), (1, 3, b"1\n")], 1, 5, "the bytes from 2 on are missing"),
        ([(1, 0, b"a\n")], 1, 2, "the bytes from 0 on are missing"),
        ([], 0, 2, "0 chunks arrived"),
    ],
)
def test_an_upload_that_is_not_whole_is_not_committed(publishing, source, chunks, last, total, why):
    begin(publishing, source)
    for seq, offset, data in chunks:
        send(publishing, source, seq, offset, data)
    refused = commit(publishing, source, last, total, 400)

    assert refused["key"] == "upload_incomplete"
    assert why in refused["message"]
    assert publishing.call("GET", f"/source/{source}")["resource"]["filesize"] is None


@pytest.mark.parametrize(
    ("seq", "offset", "data"), [(0, 0, b"other"), (1, 2, b"overlap"), (0, 50, b"elsewhere")]
)
def test_a_chunk_that_contradicts_another_is_refused(publishing, source, portal, seq, offset, data):
    begin(publishing, source)
    send(publishing, source, 0, 0, b"first chunk")

    assert send(publishing, source, seq, offset, data, 400)["key"] == "chunk_mismatch"
    commit(publishing, source, 0, 11)
    assert uploaded(portal, source) == b"first chunk"


def test_an_empty_chunk_and_a_second_upload_are_refused(publishing, source):
    begin(publishing, source)
    assert send(publishing, source, 0, 0, b"", 400)["key"] == "empty_chunk"
    publishing.send(source, b"a\n1\n")
    again = publishing.call("POST", f"/source/{source}/initiate", 400, json={})
    assert again["key"] == "source_already_uploaded"
    assert send(publishing, source, 0, 9, b"x", 400)["key"] == "source_already_uploaded"


def test_a_compressed_upload_is_refused(publishing, source):
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    refused = publishing.call("POST", f"/source/{source}", 415, data=b"x", headers=headers)
    assert refused["key"] == "unsupported_content_encoding"


# --- parse options -------------------------------------------------------------------------------


def cells(publishing, source):
    """The rows of the first schema, each as a list of text values."""
    found = publishing.parsed(source)
    assert found["failed_at"] is None, found["failure_details"]
    schema = found["schemas"][0]["id"]
    output = publishing.output(source, schema)
    path = f"/source/{source}/schema/{schema}/output/{output['id']}/rows"
    rows = publishing.call("GET", path)
    return [column["field_name"] for column in rows[0]["output_columns"]], [
        [cell["ok"] for cell in row["row"]] for row in rows[1:]
    ]


@pytest.fixture
def fresh(publishing, guess):
    """A function that uploads a file to a new dataset and gives its source."""

    guess("first_output_types", "text")

    def upload(data, content_type="text/csv", **options):
        body = {"metadata": {"name": "Fresh"}}
        revision = publishing.call("POST", "/revision", 201, json=body)["resource"]
        source = publishing.source(revision, **options)
        publishing.send(source, data, content_type)
        return source

    return upload


@pytest.mark.parametrize(
    ("data", "content_type", "options", "names", "rows"),
    [
        (b"A b,A-b,9th,\n1,2,3,4\n", "text/csv", {}, ["a_b", "a_b_1", "_9th", "column_4"],
         [["1", "2", "3", "4"]]),
        (b"\xef\xbb\xbfa,b\n x ,\n", "text/csv", {}, ["a", "b"], [["x", None]]),
        (b"a\tb\nx,y\tz\n", "text/tab-separated-values", {}, ["a", "b"], [["x,y", "z"]]),
        (b"a;b\n'x;y';z\n", "text/csv", {"column_separator": ";", "quote_char": "'"},
         ["a", "b"], [["x;y", "z"]]),
        (b"a\n x \n", "text/csv", {"trim_whitespace": False}, ["a"], [[" x "]]),
        (b"Title\na,b\n1,2\n", "text/csv", {"header_count": 2, "column_header": 2},
         ["a", "b"], [["1", "2"]]),
        (b"1,2\n3,4\n", "text/csv", {"header_count": 0, "column_header": 0},
         ["column_1", "column_2"], [["1", "2"], ["3", "4"]]),
        (b"a,b\n\n , \n1,2\n", "text/csv", {}, ["a", "b"], [["1", "2"]]),
        (b"a,b\n,\n1,2\n", "text/csv", {"remove_empty_rows": False}, ["a", "b"],
         [[None, None], ["1", "2"]]),
        ("a\nÄ€\n".encode("cp1252"), "text/csv", {"encoding": "cp1252"}, ["a"], [["Ä€"]]),
        (b'a\n"x\r\ny\x00z"\n', "text/csv", {}, ["a"], [["x\r\nyz"]]),
        (b"a,b\n", "text/csv", {}, ["a", "b"], []),
    ],
)  # fmt: skip
def test_a_file_is_read_as_its_options_say(request, data, content_type, options, names, rows):
    publishing, fresh = map(request.getfixturevalue, ("publishing", "fresh"))

    assert cells(publishing, fresh(data, content_type, **options)) == (names, rows)


def test_a_workbook_is_read(publishing, fresh):
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Size", "Good"])
        sheet.write_row(1, 0, ["x", 12.0, True])
        sheet.write_row(2, 0, ["y", 0.5])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    assert cells(publishing, fresh(file.getvalue(), kind)) == (
        ["name", "size", "good"], [["x", "12", "true"], ["y", "0.5", None]]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "content_type", "why"),
    [
        (b"", "text/csv", "The file is empty"),
        (b"a\n\xff\xfe\n", "text/csv", "Not valid utf8"),
        (b"not a workbook", "application/vnd.ms-excel", "Not a readable workbook"),
        (b"x", "application/pdf", "cannot be parsed"),
        (b"\n \n", "text/csv", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_reason(publishing, fresh, data, content_type, why):
    found = publishing.parsed(fresh(data, content_type))

    assert found["schemas"] == []
    assert why in found["failure_details"]["message"]


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "no such"},
        {"header_count": 1, "column_header": 2},
        {"column_separator": ";;"},
        {"trim_whitespace": "yes"},
        {"header_count": True},
    ],
)
def test_parse_options_that_cannot_be_are_refused(publishing, plain, options):
    revision = publishing.open(plain)
    body = {"source_type": {"type": "upload"}, "parse_options": options}
    path = f"{publishing.path(revision)}/source"

    assert publishing.call("POST", path, 400, json=body)["key"] == "invalid_parse_options"


def test_other_options_give_a_new_source_over_the_same_bytes(publishing, fresh):
    first = fresh(b"x;y\n1;2\n")
    assert cells(publishing, first)[0] == ["x_y"]
    body = {"parse_options": {"column_separator": ";"}}
    second = publishing.call("POST", f"/source/{first}/options", 201, json=body)["resource"]["id"]

    assert second != first
    assert cells(publishing, second) == (["x", "y"], [["1", "2"]])
    assert cells(publishing, first)[0] == ["x_y"]


def test_rows_of_the_wrong_size_are_set_aside(publishing, fresh):
    source = fresh(b"a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n")
    found = publishing.parsed(source)["schemas"][0]
    errors = publishing.call("GET", f"/source/{source}/schema/{found['id']}/row_errors")

    assert (found["total_rows"], found["num_row_errors"]) == (3, 2)
    assert errors == [
        {"offset": 1, "error": {"wanted": 2, "got": 1, "type": "too_short", "contents": ["3"]}},
        {"offset": 3, "error": {"wanted": 2, "got": 3, "type": "too_long",
                                "contents": ["6", "7", "8"]}},
    ]  # fmt: skip
    output = publishing.output(source)
    rows = publishing.call(
        "GET", f"/source/{source}/schema/{found['id']}/output/{output['id']}/rows"
    )
    assert [row["offset"] for row in rows[1:]] == [0, 2, 4]


# --- sources of other kinds ----------------------------------------------------------------------


def test_a_source_may_be_made_first_and_put_into_a_revision_later(publishing, plain):
    made = publishing.call("POST", "/source", 201, json={"source_type": {"type": "upload"}})
    source = made["resource"]["id"]
    revision = publishing.open(plain)
    where = {"fourfour": plain, "revision_seq": revision["revision_seq"]}
    publishing.call("PATCH", f"/source/{source}", 202, json={"revision": where})
    publishing.send(source, b"word,size\nx,1\n")
    output = publishing.output(source)

    assert [one["resource"]["id"] for one in publishing.call(
        "GET", f"{publishing.path(revision)}/source")] == [source]  # fmt: skip
    assert [one["transform"]["transform_expr"] for one in output["output_columns"]] == [
        "to_text(`word`)", "to_number(`size`)"
    ]  # fmt: skip


def test_a_dataset_can_be_a_source(publishing, client, plain):
    client.upsert(plain, [{"word": "x", "size": 1}, {"word": "ü"}])
    revision = publishing.open(plain)
    body = {"source_type": {"type": "view", "fourfour": plain}}
    made = publishing.call("POST", f"{publishing.path(revision)}/source", 201, json=body)
    source = made["resource"]["id"]
    assert made["resource"]["source_type"] == {"type": "view", "fourfour": plain, "loaded": True}
    publishing.call("PUT", f"/source/{source}/load")

    assert cells(publishing, source) == (["word", "size"], [["x", "1"], ["ü", None]])


def test_a_file_may_stay_as_it_is(publishing, client):
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision, parse_source=False)
    publishing.send(source, b"\x89PNG", "image/png")
    done = publishing.apply(revision)
    view = client.get(f"/api/views/{revision['fourfour']}.json").json()

    assert done["status"] == "successful"
    assert (view["assetType"], view["blobFileSize"], view["blobFilename"]) == ("file", 4, "x.csv")


@pytest.mark.parametrize("kind", ["url", "connection_agent", "magic"])
def test_sources_from_elsewhere_are_refused(publishing, plain, kind):
    path = f"{publishing.path(publishing.open(plain))}/source"
    refused = publishing.call("POST", path, 400, json={"source_type": {"type": kind}})

    assert refused["key"] == "unsupported_source_type"


def test_an_upload_can_be_given_up(publishing, source):
    given_up = publishing.call("DELETE", f"/source/{source}")["resource"]

    assert given_up["failure_details"]["type"] == "cancelled"
    assert publishing.call("POST", f"/source/{source}", 400, data=b"a")["key"] == "source_failed"
