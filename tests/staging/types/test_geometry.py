"""Shapes checked by the fast path get the same result as with the full check."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.model.dataset import Column
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.geometry import shape
from sodasheet.staging.types.registry import MACROS
from thorough import examples

NUMBER = st.sampled_from(
    ["0", "-72.5", "41.25", "180", "-180.0", "181", "90", "90.5", "-91", "1e2", "+3", ".5", "007",
     "179.999", "89.9", "100", "99"]
)  # fmt: skip
POSITION = st.tuples(NUMBER, NUMBER)
GAP = st.sampled_from([", ", ",", " , ", ",  "])


@st.composite
def polygons(draw: st.DrawFn) -> str:
    rings = []
    for _ in range(draw(st.integers(1, 2))):
        ring = draw(st.lists(POSITION, min_size=2, max_size=5))
        if draw(st.booleans()):
            ring.append(ring[0])
        gap = draw(GAP)
        rings.append(f"({gap.join(f'{x} {y}' for x, y in ring)})")
    word = draw(st.sampled_from(["POLYGON ", "POLYGON", "polygon ", "LINESTRING "]))
    return f"{word}({draw(GAP).join(rings)})"


@st.composite
def lines(draw: st.DrawFn) -> str:
    line = draw(st.lists(POSITION, min_size=1, max_size=4))
    return f"LINESTRING ({draw(GAP).join(f'{x} {y}' for x, y in line)})"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    for macro in MACROS:
        found.execute(f"CREATE MACRO {macro}")
    return found


@settings(max_examples=examples(30, 80), deadline=None)
@given(st.lists(polygons() | lines(), min_size=1, max_size=20))
@pytest.mark.parametrize("kind", ["polygon", "line", "multipolygon"])
def test_a_shape_that_is_good_at_sight_has_no_problem(
    connection: duckdb.DuckDBPyConnection, kind: str, texts: list[str]
) -> None:
    typed = shape(kind)(Cell(Column(1, "S", "s", kind, 1), "t", "p"))
    problems = " OR ".join(f"coalesce({condition}, false)" for _, condition in typed.problems)
    fits = typed.tidy.fits if typed.tidy else "false"
    word = "LINESTRING" if kind == "line" else "POLYGON"
    rows = connection.execute(
        f"SELECT t, {typed.good}, {problems}, {fits}, p,"
        f" shape_coordinates(t, 'x', '{word}') FROM"
        f" (SELECT t, {typed.parsed} AS p FROM (SELECT unnest(?::VARCHAR[]) AS t))",
        [texts],
    ).fetchall()

    for text, good, bad, plain, parsed, careful in rows:
        assert not (good and bad), text
        assert not (plain and bad), text
        if kind != "multipolygon" and parsed is not None:
            assert parsed == careful, text


def test_usual_shapes_are_good_at_sight(connection: duckdb.DuckDBPyConnection) -> None:
    typed = shape("polygon")(Cell(Column(1, "S", "s", "polygon", 1), "t", "p"))
    text = "POLYGON ((-72.6 41.7, -72.7 41.8, -72.65 41.9, -72.6 41.7))"

    assert typed.tidy is not None
    (found,) = connection.execute(
        f"SELECT {typed.good}, {typed.tidy.fits} FROM"
        f" (SELECT t, {typed.parsed} AS p FROM (SELECT '{text}' AS t))"
    ).fetchall()
    assert found == (True, True)
