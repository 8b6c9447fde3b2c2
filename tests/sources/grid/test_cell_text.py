"""Text and counts of many cells equal the results of single cells."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.sources.grid.cell_kind_counts import ValueCounts
from sodasheet.sources.grid.cell_text import (
    Percent,
    cell_text,
    cell_texts,
    is_error,
    may_hold_errors,
)
from sodasheet.sources.grid.row_ranges import RowStretches

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
KINDS = [
    st.text(min_size=1),
    st.sampled_from(["PT26H00M00S", "PT", "#N/A", "E", "Err:502", "x"]),
    FLOATS,
    st.sampled_from([0.0, -0.0, 1e15, 1e16, 123456789012345.0, 0.1, 1e-7, 5e-324]),
    FLOATS.map(Percent),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
]
COLUMNS = st.one_of(*(st.lists(kind, min_size=1) for kind in KINDS))


@given(COLUMNS | st.lists(st.one_of(*KINDS), min_size=1))
def test_cell_texts_equals_cell_text_of_each(values: list[object]) -> None:
    assert list(cell_texts(values)) == [cell_text(value) for value in values]


@given(COLUMNS)
def test_every_error_value_is_found(values: list[object]) -> None:
    if any(isinstance(value, str) and is_error(value) for value in values):
        assert may_hold_errors(values)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["a", "", "b"], {"text": 2, "blank": 1}),
        (["", 1.0, Percent(0.5), ""], {"number": 2, "percent": 1, "blank": 2,
                                       "first_number_row": 6}),
        ([True, 1.0], {"boolean": 1, "number": 1, "first_number_row": 6}),
        ([1e15, 2e15], {"number": 2, "long_numbers": 2, "first_long_number_row": 5,
                        "first_number_row": 5}),
        ([dt.date(2020, 1, 2), dt.time(3)], {"date": 2}),
        (["", ""], {"blank": 2}),
    ],
)  # fmt: skip
def test_a_column_is_counted_by_kind(cells: list[object], wanted: dict[str, int]) -> None:
    tallies = ValueCounts(1)

    (texts,) = tallies.take(range(5, 5 + len(cells)), [cells])

    (counts,) = tallies.counts()
    found = {name: getattr(counts, name) for name in counts.__slots__}
    assert {name: value for name, value in found.items() if value} == wanted
    assert [bool(text) for text in texts] == [cell != "" for cell in cells]


@given(st.sets(st.integers(1, 30)), st.integers(1, 30), st.integers(0, 12))
def test_stretches_hold_all_rows_none_or_some(held: set[int], first: int, more: int) -> None:
    starts = sorted(row for row in held if row - 1 not in held)
    ends = sorted(row for row in held if row + 1 not in held)
    stretches = RowStretches(tuple(zip(starts, ends, strict=True)))
    asked = {row in held for row in range(first, first + more + 1)}

    assert stretches.hold(first, first + more) is (asked.pop() if len(asked) == 1 else None)
