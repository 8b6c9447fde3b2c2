"""Data types: accepted, refused and returned values (portal-api.md section D, NBE)."""

from __future__ import annotations

import json

import pytest

from socrata_practice.types.registry import TYPES

POINT = {"type": "Point", "coordinates": [-72.5, 41.5]}
RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
LINK = {"url": "http://a.example", "description": "A"}
PLACE = {"address": "1 Main St", "city": "Town", "state": "CT", "zip": "06101"}

TAKEN = [
    ("text", "x", "x"),
    ("text", "", ""),
    ("text", 12, "12"),
    ("text", 1.5, "1.5"),
    ("number", 42, "42"),
    ("number", "007", "7"),
    ("number", "2.70", "2.70"),
    ("number", "6.02e+23", "6.02E+23"),
    ("number", "1e5", "100000"),
    ("number", "-0", "0"),
    ("number", "-0.50", "-0.50"),
    ("number", "123456789012345678901234567890", "123456789012345678901234567890"),
    ("money", "5", "5"),
    ("percent", 45, "45"),
    ("stars", "3", "3"),
    ("checkbox", True, True),
    ("checkbox", "false", False),
    ("calendar_date", "2001-01-01", "2001-01-01T00:00:00.000"),
    ("calendar_date", "2001-01-01T10:20", "2001-01-01T10:20:00.000"),
    ("calendar_date", "2001-01-01T10:20:30.98765", "2001-01-01T10:20:30.987"),
    ("date", "2001-01-01T10:00:00Z", "2001-01-01T10:00:00.000Z"),
    ("date", "2001-01-01T10:00:00-0500", "2001-01-01T15:00:00.000Z"),
    ("date", "2001-01-01T10:00:00+05:30", "2001-01-01T04:30:00.000Z"),
    ("date", "2001-01-01T10:00:00", "2001-01-01T10:00:00.000Z"),
    ("point", POINT, POINT),
    ("point", "POINT (-72.5 41.5)", POINT),
    ("line", "LINESTRING(0 0, 1 1)", {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
    ("polygon", "POLYGON ((0 0,1 0,1 1,0 0))", {"type": "Polygon", "coordinates": [RING]}),
    ("multipoint", "MULTIPOINT ((0 0),(1 1))",
     {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]}),
    ("multiline", "MULTILINESTRING ((0 0,1 1))",
     {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]]]}),
    ("multipolygon", "MULTIPOLYGON (((0 0,1 0,1 1,0 0)))",
     {"type": "MultiPolygon", "coordinates": [[RING]]}),
    ("url", LINK, LINK),
    ("url", "http://a.example", None),
    ("location", {"latitude": 47.6, "longitude": "-122.3"},
     {"latitude": "47.6", "longitude": "-122.3"}),
    ("location", {"latitude": "91", "longitude": "0"}, None),
    ("location", "nowhere", None),
    ("document", {"file_id": "f"}, {"file_id": "f"}),
    ("photo", "f", "f"),
    ("json", {"json": {"a": [1, 2.5]}}, {"a": [1, 2.5]}),
    ("email", "a@b.example", "a@b.example"),
    ("flag", "red", "red"),
]  # fmt: skip
REFUSED = [
    ("text", True), ("text", {"a": 1}), ("text", ["a"]),
    ("number", ""), ("number", "N/A"), ("number", "null"), ("number", "1,000"), ("number", "$5"),
    ("number", "45%"), ("number", True), ("number", "1 "), ("number", "NaN"), ("number", "1e9999"),
    ("number", "１"), ("money", "$5"), ("percent", "45%"),
    ("checkbox", 0), ("checkbox", 1), ("checkbox", "yes"), ("checkbox", "TRUE"),
    ("checkbox", "N/A"),
    ("calendar_date", "2001-01-01T00:00:00Z"), ("calendar_date", "2001-01-01T00:00:00+01:00"),
    ("calendar_date", "01/02/2001"), ("calendar_date", "2001-02-30"), ("calendar_date", 36892),
    ("calendar_date", ""), ("date", "2001-01-01T25:00:00Z"), ("date", "01/02/2001"),
    ("date", "0001-01-01T00:00:00+05:00"),
    ("point", "(41.5, -72.5)"), ("point", {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
    ("point", {"type": "Point", "coordinates": ["a", 1]}), ("point", "POINT (1)"), ("point", 5),
    ("line", "LINESTRING (0 0)"), ("polygon", "POLYGON ((0 0, 1 1))"), ("polygon", "POLYGON (((("),
    ("url", 5), ("url", {"url": 5}), ("document", "f"), ("photo", {"a": 1}),
    ("nested_table", [{"a": 1}]), ("dataset_link", "abcd-1234"),
]  # fmt: skip
CSV = [
    ("text", "x", "x"),
    ("checkbox", "true", True),
    ("number", "1.50", "1.50"),
    ("calendar_date", "02/28/2001 11:05 PM", "2001-02-28T23:05:00.000"),
    ("calendar_date", "02/28/2001 12:05 AM", "2001-02-28T00:05:00.000"),
    ("point", "POINT (-72.5 41.5)", POINT),
    ("point", json.dumps(POINT), POINT),
    ("point", "not a point", None),
    ("url", "Name (http://a.example)", {"url": "http://a.example", "description": "Name"}),
    ("url", "http://a.example", {"url": "http://a.example"}),
    ("location", "(47.6, -122.3)", {"latitude": "47.6", "longitude": "-122.3"}),
    ("location", "nowhere", None),
]


@pytest.fixture(scope="module")
def every(client):
    return client.make({f"a_{name}": name for name in TYPES})


def only(client, dataset, name):
    return client.rows(dataset)[0].get(f"a_{name}") if client.rows(dataset) else "no row"


@pytest.mark.parametrize(("name", "given", "shown"), TAKEN)
def test_a_value_is_taken_and_given_back(client, every, name, given, shown):
    reply = client.replace(every, [{f"a_{name}": given}])

    assert reply.status_code == 200, reply.text
    assert only(client, every, name) == shown


@pytest.mark.parametrize(("name", "given"), REFUSED)
def test_a_value_that_is_not_of_the_type_is_refused(client, every, name, given):
    reply = client.replace(every, [{f"a_{name}": given}])

    assert reply.status_code == 400
    body = reply.json()
    assert (body["error"], body["code"]) == (True, "invalid_request")
    expected = TYPES[name].soda_name
    assert body["message"] == (
        f"Column is maltyped; for field 'a_{name}' we expected '{expected}' but got '{given}'"
    )


@pytest.mark.parametrize(("name", "given", "shown"), CSV)
def test_a_csv_cell_is_taken(client, every, name, given, shown):
    quoted = given.replace('"', '""')
    reply = client.csv("PUT", every, f'a_{name},a_text\n"{quoted}",\n' if name != "text" else
                       f"a_text\n{given}\n")  # fmt: skip

    assert reply.status_code == 200, reply.text
    assert only(client, every, name) == shown


@pytest.mark.parametrize(
    ("name", "cell"), [("checkbox", "TRUE"), ("checkbox", "1"), ("number", "1,5"), ("date", "soon")]
)
def test_a_csv_cell_that_is_not_of_the_type_is_refused(client, every, name, cell):
    reply = client.csv("PUT", every, f'a_{name}\n"{cell}"\n')

    assert "Column is maltyped" in reply.json()["message"]


def test_an_address_is_kept_as_a_text_of_json(client, every):
    given = {"human_address": PLACE, "latitude": "1", "longitude": "2"}
    client.replace(every, [{"a_location": given}])

    shown = only(client, every, "location")
    assert shown["human_address"] == json.dumps(PLACE, separators=(",", ":"))


def test_numbers_that_need_many_digits_are_exact(client, every):
    client.replace(every, [{"a_number": "90071992547409930001"}, {"a_number": "0.1"}])

    assert client.rows(every, select="sum(a_number) as n") == [{"n": "90071992547409930001.1"}]


def test_every_type_can_be_read_back_as_csv(client):
    lines = client.get("/resource/type-4c9k.csv?$limit=1").text.splitlines()

    assert lines[0].startswith('"record_id","a_calendar_date","a_checkbox"')
    assert '"POINT (-72.69075 41.7506)"' in lines[1]
    assert '"Example (https://www.example.org)"' in lines[1]
