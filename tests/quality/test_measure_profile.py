"""A profile does not depend on how its rows are stored or its columns are queried."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from sodasheet.model.dataset import Column
from sodasheet.quality import measure_profile
from sodasheet.quality.measure_profile import MeasuredTable, measure
from sodasheet.quality.profile import Profile

#: The values of row `n`, oldest first: runs of kinds, blanks at the end, growing numbers, notes.
VALUES = (
    "'kind ' || (n // 90) % 7",
    "CASE WHEN n < 400 OR n % 3 = 0 THEN 'x' || n END",
    "(n * 1.5)::VARCHAR",
    "CASE WHEN n % 50 = 0 THEN repeat('call 860-555-0142 about it ', 20) ELSE 'note ' || n END",
)
KINDS = ("text", "text", "number", "text")
COLUMNS = tuple(Column(n, f"c{n}", f"c{n}", kind, n) for n, kind in enumerate(KINDS))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def profile(connection: duckdb.DuckDBPyConnection, order: str = "n", row: str = "_row") -> Profile:
    values = ", ".join(f"{value} AS v{place}" for place, value in enumerate(VALUES))
    connection.execute(
        f"CREATE OR REPLACE TABLE known AS SELECT n AS _row, {values} FROM range(611) rows(n)"
        f" ORDER BY {order}"
    )
    return measure(MeasuredTable(connection, "known", COLUMNS, row), 5_000)


def test_rows_may_be_stored_with_the_newest_first(connection: duckdb.DuckDBPyConnection) -> None:
    found = profile(connection)

    assert profile(connection, "n DESC") == found
    assert profile(connection, "n DESC", "-rowid") == found
    kinds, blanks, numbers, notes = found.columns.values()
    assert (kinds.run, kinds.distinct, numbers.run, blanks.run) == (90, 7, 1, 2)
    assert 0.6 < blanks.past.newest_blank < 0.7
    assert numbers.past.blocks[0][2] < numbers.past.blocks[-1][2]
    assert len(numbers.past.blocks) == 12
    assert notes.marks == {"phone-number": 13}


def test_columns_may_be_asked_about_one_by_one(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = profile(connection)

    monkeypatch.setattr(measure_profile, "_AT_ONCE", 1)
    alone = profile(connection)
    monkeypatch.setattr(measure_profile, "_LONG", 0)

    assert alone == together
    assert profile(connection) == together


@pytest.mark.parametrize("parts", [12, 20])
@pytest.mark.parametrize("rows", [1, 11, 12, 13, 40, 59])
def test_parts_of_the_rows_are_those_of_ntile(
    connection: duckdb.DuckDBPyConnection, rows: int, parts: int
) -> None:
    part = measure_profile._part("place", rows, parts)
    found = connection.execute(
        f"SELECT {part}, ntile({parts}) OVER (ORDER BY place) FROM range(1, {rows + 1}) t(place)"
    ).fetchall()

    assert len(found) == rows
    assert all(ours == theirs for ours, theirs in found), found
