"""Angles in degrees, minutes and seconds, shapes in sets, and the edge of the map."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Judge = Callable[..., list[Any]]

DEGREES = ("degrees minutes seconds",)
HARTFORD = {"type": "Point", "coordinates": ["-72.6838889", "41.76"]}

PAIRS = (
    "41°45'36\"N, 72°41'02\"W",
    "N41°45'36\" W72°41'2\"",
    "41 45 36 N 72 41 2 W",
    "72°41'02\"W 41°45'36\"N",
    "(41°45′36″N; 72°41′2″W)",
    "41º 45.6' N / 72º 41.0333340' W",
)

NO_PAIRS = ("hello N", "41°61'N, 72°W", "41.76 N, 72.68 N", "41°45'36\"N", "N, W", "95°N, 72°W")


@pytest.mark.parametrize("text", PAIRS)
def test_a_pair_of_angles_is_a_point(judge: Judge, text: str) -> None:
    assert judge("point", [text], formats=DEGREES) == [HARTFORD]


def test_what_is_no_pair_of_angles_is_rejected(judge: Judge) -> None:
    found = judge("point", list(NO_PAIRS), formats=DEGREES)

    assert found == [*["not-a-point"] * 5, "off-the-earth"]


def test_an_angle_of_a_pair_may_lack_its_letter(judge: Judge) -> None:
    assert judge("point", ["41°45'36\", 72°41'02\"W"], formats=DEGREES) == [HARTFORD]


def test_a_pair_of_angles_is_a_location(judge: Judge) -> None:
    found = judge("location", ["41°45'36\"N, 72°41'02\"W", "Main St"], formats=DEGREES)

    assert found == [{"latitude": "41.76", "longitude": "-72.6838889"}, "not-a-location"]


def test_an_angle_is_a_number(judge: Judge) -> None:
    texts = ["41°45'36\"N", "72 41 2 W", "W 72°41'2\"", "-72.68", "N"]

    found = judge("number", texts, formats=DEGREES)

    assert found == ["41.76", "-72.6838889", "-72.6838889", "-72.68", "not-a-number"]


def test_a_shape_is_a_set_of_one_where_the_column_has_sets(judge: Judge) -> None:
    ring = "((0 0, 0 1, 1 1, 0 0))"
    geojson = json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [0, 1.5], [1, 1], [0, 0]]]})

    polygons = judge("multipolygon", [f"POLYGON {ring}", f"polygon{ring}", geojson, "POINT (1 2)"])

    assert polygons[:2] == [f"MULTIPOLYGON ({ring})"] * 2
    assert polygons[2]["type"] == "MultiPolygon"
    assert polygons[2]["coordinates"] == [[[["0", "0"], ["0", "1.5"], ["1", "1"], ["0", "0"]]]]
    assert polygons[3] == "not-a-multipolygon"
    assert judge("multiline", ["LINESTRING (1 2, 3 4)"]) == ["MULTILINESTRING ((1 2, 3 4))"]
    assert judge("multipoint", ["POINT (1 2)"]) == ["MULTIPOINT (1 2)"]
    assert judge("polygon", [f"MULTIPOLYGON ({ring})"]) == ["not-a-polygon"]


def test_a_hair_beyond_the_edge_of_the_map_is_the_edge(judge: Judge) -> None:
    points = ["(1, 180.00000000000006)", "POINT (-180.00000000000003 -90.00000000001)"]
    shapes = ["POLYGON ((0 0, 0 1, 180.00000000000006 1, 0 0))"]

    assert judge("point", points) == [
        {"type": "Point", "coordinates": ["180", "1"]},
        "POINT (-180 -90)",
    ]
    assert judge("polygon", shapes) == ["POLYGON ((0 0, 0 1, 180 1, 0 0))"]
    assert judge("point", ["(1, 180.001)", "(1, 80.000000001)"]) == [
        "off-the-earth",
        {"type": "Point", "coordinates": ["80.000000001", "1"]},
    ]
