"""The other types: accepted and refused values, and the resulting JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.errors import UsageProblem

Judge = Callable[..., list[Any]]

POINT = {"type": "Point", "coordinates": ["-72.6", "41.7"]}

GOOD = {
    "text": {"a": "a", " b\u00a0": "b", "“ü”\t\"x\"\n\\": "“ü”\t\"x\"\n\\", "0": "0", "😀": "😀"},
    "html": {"<b>x</b>": "<b>x</b>"},
    "drop_down_list": {"One": "One"},
    "phone": {"860-555-0100:Work": "860-555-0100:Work"},
    "email": {"foo@foo": "foo@foo", "a.b+c@d.example": "a.b+c@d.example"},
    "flag": {"red": "Red", "GREEN": "Green", "Purple": "Purple"},
    "stars": {"1": "1", "5": "5"},
    "checkbox": {"true": True, "FALSE": False, "True": True},
    "url": {
        "https://a.example/x?y=(1)": {"url": "https://a.example/x?y=(1)"},
        "HTTP://a": {"url": "HTTP://a"},
        "ftp://a/b": {"url": "ftp://a/b"},
        "mailto:a@b": {"url": "mailto:a@b"},
        "The \"site\" (https://a.example)": {
            "url": "https://a.example", "description": "The \"site\""
        },
        "Two (2) (https://a)": {"url": "https://a", "description": "Two (2)"},
    },
    "json": {'{"a": [1.10, null]}': {"a": ["1.10", None]}, "3": "3", '"NaN, ]"': "NaN, ]"},
    "point": {
        "(41.7, -72.6)": POINT,
        "41.7, -72.6": POINT,
        "( +041.70 ,-72.60 )": {"type": "Point", "coordinates": ["-72.60", "41.70"]},
        "(41.123456789012345678901, 1e-3)": {
            "type": "Point", "coordinates": ["0.001", "41.123456789012345678901"]
        },
        "POINT (-72.6 41.7)": "POINT (-72.6 41.7)",
        "point(-72.6   41.7)": "point(-72.6   41.7)",
        '{"type":"Point","coordinates":[-72.6,41.7]}': POINT,
        "(90, 180)": {"type": "Point", "coordinates": ["180", "90"]},
    },
    "location": {
        "(41.7, -72.6)": {"latitude": "41.7", "longitude": "-72.6"},
        "41.7, -72.6": {"latitude": "41.7", "longitude": "-72.6"},
        "1 \"Main\" St\nHartford, CT 06103\n(41.7, -72.6)": {
            "latitude": "41.7",
            "longitude": "-72.6",
            "human_address": '{"address":"1 \\"Main\\" St","city":"Hartford","state":"CT",'
            '"zip":"06103"}',
        },
        "1 Main St\nSuite 2\nNew Haven, CT 06510-1234\n(41, -72)": {
            "latitude": "41",
            "longitude": "-72",
            "human_address": '{"address":"1 Main St\\nSuite 2","city":"New Haven","state":"CT",'
            '"zip":"06510-1234"}',
        },
        "1 Main St\nMontréal\n(45, -73)": {
            "latitude": "45",
            "longitude": "-73",
            "human_address": '{"address":"1 Main St","city":"Montréal","state":"","zip":""}',
        },
        "1 Main St, Hartford (41, -72)": {
            "latitude": "41",
            "longitude": "-72",
            "human_address": '{"address":"1 Main St, Hartford","city":"","state":"","zip":""}',
        },
        '{"latitude":"41.7","longitude":"-72.6"}': {"latitude": "41.7", "longitude": "-72.6"},
        '{"human_address":"x"}': {"human_address": "x"},
    },
    "line": {
        "LINESTRING (1 2, 3 4)": "LINESTRING (1 2, 3 4)",
        "linestring(-1.5 2,3 4 ,5 6)": "linestring(-1.5 2,3 4 ,5 6)",
        '{"type":"LineString","coordinates":[[1,2],[3,4,100]]}': {
            "type": "LineString", "coordinates": [["1", "2"], ["3", "4", "100"]]
        },
    },
    "polygon": {
        "POLYGON ((0 0, 1 0, 1 1, 0 0))": "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        "POLYGON((0 0,9 0,9 9,0.0 0),(1 1,2 1,2 2,1 1))":
            "POLYGON((0 0,9 0,9 9,0.0 0),(1 1,2 1,2 2,1 1))",
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0.0]]]}': {
            "type": "Polygon",
            "coordinates": [[["0", "0"], ["1", "0"], ["1", "1"], ["0", "0.0"]]],
        },
    },
    "multipoint": {
        "MULTIPOINT (1 2, 3 4)": "MULTIPOINT (1 2, 3 4)",
        "MULTIPOINT ((1 2), (3 4))": "MULTIPOINT ((1 2), (3 4))",
    },
    "multiline": {"MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))":
                  "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))"},
    "multipolygon": {"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))":
                     "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))"},
    "hologram": {"anything": "anything"},
}  # fmt: skip

BAD = {
    "email": {"foo": "not-an-email", "a b@c": "not-an-email", "a@b@c": "not-an-email"},
    "flag": {"Pink": "not-a-flag"},
    "stars": {"0": "not-stars", "6": "not-stars", "4.5": "not-stars", "5.0": "not-stars"},
    "checkbox": {"1": "not-a-checkbox", "yes": "not-a-checkbox", "N/A": "not-a-checkbox"},
    "url": {
        "www.example.org": "not-a-link",
        "https://": "not-a-link",
        "javascript:alert(1)": "not-a-link",
        "Name (www.example.org)": "not-a-link",
        "https://a b": "not-a-link",
        "file:///etc": "not-a-link",
    },
    "json": {
        "{a:1}": "not-json",
        "[1,]": "not-json",
        "NaN": "not-json",
        '{"a":Infinity}': "not-json",
        "{'a':1}": "not-json",
        "": None,
    },
    "point": {
        "41.7": "not-a-point",
        "(, -72.6)": "half-a-place",
        "(41.7, )": "half-a-place",
        "(, )": "not-a-point",
        "(41.7 -72.6)": "not-a-point",
        "POINT (1 2 3)": "not-a-point",
        "POINT EMPTY": "not-a-point",
        "LINESTRING (1 2, 3 4)": "not-a-point",
        '{"type":"Point","coordinates":["1","2"]}': "not-a-point",
        '{"type":"Point"}': "not-a-point",
        '{"coordinates":[1,2]}': "not-a-point",
        '["type"]': "not-a-point",
        "(91, 0)": "off-the-earth",
        "(0, -180.1)": "off-the-earth",
        "POINT (41.7 -172.6)": "off-the-earth",
        '{"type":"Point","coordinates":[0,91]}': "off-the-earth",
    },
    "location": {
        "1 Main St": "not-a-location",
        "{}": "not-a-location",
        '{"latitude":"41"}': "not-a-location",
        '{"latitude":"x","longitude":"1"}': "not-a-location",
        "(141.7, -72.6)": "off-the-earth",
        "1 Main St\n(41.7, -272.6)": "off-the-earth",
        '{"latitude":"141","longitude":"1"}': "off-the-earth",
    },
    "line": {
        "LINESTRING (1 2)": "not-a-line",
        "LINESTRING ((1 2, 3 4))": "not-a-line",
        "LINESTRING (1 2, 3 4": "not-a-line",
        "LINESTRING (1 2 3, 4 5 6)": "not-a-line",
        '{"type":"LineString","coordinates":[[1,2]]}': "not-a-line",
        '{"type":"Polygon","coordinates":[[1,2],[3,4]]}': "not-a-line",
        "LINESTRING (1 2, 3 94)": "off-the-earth",
        '{"type":"LineString","coordinates":[[1,2],[181,4]]}': "off-the-earth",
    },
    "polygon": {
        "POLYGON ((0 0, 1 0, 0 0))": "not-a-polygon",
        "POLYGON (0 0, 1 0, 1 1, 0 0)": "not-a-polygon",
        "POLYGON ((0 0, 1 0, 1 1, 0 1))": "ring-not-closed",
        "POLYGON ((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 2))": "ring-not-closed",
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}': "ring-not-closed",
        "POLYGON ((0 0, 200 0, 1 1, 0 0))": "off-the-earth",
    },
    "multipoint": {"MULTIPOINT (1 2, 3)": "not-a-multipoint"},
    "multiline": {"MULTILINESTRING (1 2, 3 4)": "not-a-multiline"},
    "multipolygon": {
        "MULTIPOLYGON ((0 0, 1 0, 1 1, 0 0))": "not-a-multipolygon",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 2)))": "ring-not-closed",
    },
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_type_takes_its_values(judge: Judge, kind: str) -> None:
    assert judge(kind, list(GOOD[kind])) == list(GOOD[kind].values())


@pytest.mark.parametrize("kind", BAD)
def test_a_type_refuses_everything_else_and_says_why(judge: Judge, kind: str) -> None:
    assert judge(kind, list(BAD[kind])) == list(BAD[kind].values())


def test_declared_words_for_a_checkbox_are_added_to_true_and_false(judge: Judge) -> None:
    values = judge("checkbox", ["Yes", "NO", "true", "x"], formats=("yes/no",))

    assert values == [True, False, True, "not-a-checkbox"]


@pytest.mark.parametrize("example", ["yes", "yes/", "/no", "a/b/c", "yes/YES"])
def test_a_checkbox_format_that_is_none_is_told(judge: Judge, example: str) -> None:
    with pytest.raises(UsageProblem, match="is not a pair of true/false words"):
        judge("checkbox", ["yes"], formats=(example,))


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        ("x" * 4096, []),
        ("x" * 4097, ["long-text"]),
        ("ü" * 2049, ["long-text"]),
        ("ü" * 32_767, ["cut-text", "long-text"]),
        ("a\x07b", ["control-characters"]),
        ("a\x85b", ["control-characters"]),
        ("a\r\n\tb", []),
        ("null", ["null-word"]),
        ("N/A", ["null-word"]),
        ("Na", ["null-word"]),
        ("-", ["null-word"]),
        ("--", ["null-word"]),
        (".", ["null-word"]),
        ("...", []),
        ("nab", []),
        ("nullable", []),
        ("", []),
    ],
)
def test_odd_texts_are_sent_and_noted(judge: Judge, value: str, notes: list[str]) -> None:
    assert judge("text", [value]) == [value or None]
    assert judge("text", [value], notes=True) == notes


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        ('{"a":1,"a":2}', ["json-doubled-key"]),
        ('{"a":{"k":1},"b":[{"k":1},{"k":"a"}]}', []),
        ('{"a":1e400}', ["json-huge-number"]),
        ('[1.5E+0309, "1e9"]', ["json-huge-number"]),
        ('[1e308, "1e400", 1e-400]', []),
        ("{a", ["not-json"]),
        ("", []),
    ],
)
def test_json_that_the_portal_may_store_otherwise_is_noted(
    judge: Judge, value: str, notes: list[str]
) -> None:
    assert judge("json", [value], notes=True) == notes


def test_an_unknown_type_is_text_with_a_note(judge: Judge) -> None:
    assert judge("hologram", ["x"], notes=True) == ["unknown-type"]


def test_blanks_of_every_kind_are_trimmed_or_kept_as_told(judge: Judge) -> None:
    value = "\u00a0\u2003\t a b \u3000\ufeff\u200b"

    assert judge("text", [value]) == ["a b"]
    assert judge("text", [value], trim=False) == [value]
    assert judge("number", [" 1"], trim=False) == ["not-a-number"]


def test_an_empty_cell_is_nothing_or_an_empty_text_as_told(judge: Judge) -> None:
    assert judge("text", ["", " "], empty_is_null=False) == ["", ""]
    assert judge("text", ["", " "]) == [None, None]
    assert judge("number", [""], empty_is_null=False) == [None]
