"""Values as SoQL literals, and values compared the way the portal compares them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.portal.soda2.soql_queries import canonical, field_name, literal


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("P-1", "text", "'P-1'"),
        ("O'Brien's", "text", "'O''Brien''s'"),
        ("'); DROP", "text", "'''); DROP'"),
        ("", "text", "''"),
        ("0017", "number", "17"),
        ("1e3", "number", "1000"),
        ("-1.50", "money", "-1.50"),
        ("n/a", "number", None),
        ("NaN", "number", None),
        ("Infinity", "number", None),
        ("1e999999", "number", None),
        ("1) or (1=1", "number", None),
        ("TRUE", "checkbox", "true"),
        ("yes", "checkbox", None),
        ("2024-01-02", "calendar_date", "'2024-01-02'"),
    ],
)
def test_a_value_becomes_a_literal_of_its_type(value: str, kind: str, expected: str | None) -> None:
    assert literal(value, kind) == expected


@given(st.text())
def test_no_text_can_leave_its_quotes(value: str) -> None:
    made = literal(value, "text") or ""

    assert re.fullmatch(r"'(?:[^']|'')*'", made, re.DOTALL)
    assert made[1:-1].replace("''", "'") == value


@given(st.text())
def test_no_text_becomes_anything_but_a_number(value: str) -> None:
    made = literal(value, "number")

    assert made is None or re.fullmatch(r"-?\d+(\.\d+)?", made, re.ASCII)


@pytest.mark.parametrize(
    ("one", "other", "kind", "same"),
    [
        ("1", "1.0", "number", True),
        ("1", "1e0", "number", True),
        ("100", "1e2", "number", True),
        ("1", "1.0", "text", False),
        ("a", "A", "text", False),
        ("a", "a ", "text", False),
        ("true", True, "checkbox", True),
        ("2024-01-02", "2024-01-02T00:00:00.000", "calendar_date", True),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05.001", "calendar_date", False),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000Z", "date", True),
        ("soon", "soon", "date", True),
    ],
)
def test_values_are_the_same_where_the_portal_takes_them_for_the_same(
    one: object, other: object, kind: str, same: bool
) -> None:
    assert (canonical(one, kind) == canonical(other, kind)) == same


def test_a_field_name_cannot_leave_its_quotes() -> None:
    assert field_name("order") == "`order`"
    assert field_name("a` or `b") == "`a or b`"
