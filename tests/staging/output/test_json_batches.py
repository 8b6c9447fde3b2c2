"""Batches contain exactly the source's text, in order, within the limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.errors import Refused
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.rows_to_send import BatchLimits, batches, body, identifiers

Fixture = Callable[..., Any]
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@pytest.fixture
def checked(open_stage: Fixture, dataset: Fixture, column: Fixture) -> Callable[..., CheckResult]:
    """Check rows of `id, a, b` against a dataset with the same columns."""

    def run(
        rows: list[tuple[str, ...]], method: Method = Method.UPSERT, **more: Any
    ) -> CheckResult:
        kinds = more.pop("kinds", ("text", "text", "text"))
        rules = more.pop("rules", None) or [
            ColumnRule("Id", "id"),
            ColumnRule("A", "a"),
            ColumnRule("B", "b"),
        ]
        columns = [column(name, kind) for name, kind in zip(("id", "a", "b"), kinds, strict=True)]
        target = dataset(*columns, identifier=more.pop("identifier", "id"))
        plan = CheckPlan(target, Mapping(tuple(rules), **more), method)
        return check(open_stage(("Id", "A", "B"), rows), plan)

    return run


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=10), st.integers(1, 4))
def test_any_table_of_text_comes_out_exactly(
    checked: Callable[..., CheckResult], taken: Fixture, rows: list[tuple[str, str]], size: int
) -> None:
    table = [(str(number), *row) for number, row in enumerate(rows)]

    result = checked(table, trim=False, empty_is_null=False)

    assert taken(result, rows=size) == [
        (number + 2, {"id": key, "a": a, "b": b}) for number, (key, a, b) in enumerate(table)
    ]


def test_rows_and_bytes_of_a_batch_are_kept_to(checked: Callable[..., CheckResult]) -> None:
    table = [(str(number), "x" * (number % 50), "ü") for number in range(1, 400)]
    result = checked(table)

    found = list(batches(result, BatchLimits(rows=20, bytes=700)))

    assert [row for batch in found for row in batch.rows] == list(range(2, 401))
    assert all(len(batch.rows) <= 20 and len(batch.body) <= 700 for batch in found)
    together = [obj for batch in found for obj in json.loads(batch.body)]
    assert [(one["id"], one["a"] or "", one["b"]) for one in together] == table
    for one, after in pairwise(found):
        first = json.loads(after.body)[0]
        more = len(json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode())
        assert len(one.rows) == 20 or len(one.body) + 1 + more > 700


def test_a_row_over_the_limit_goes_alone(checked: Callable[..., CheckResult]) -> None:
    result = checked([("1", "a", "b"), ("2", "x" * 500, ""), ("3", "c", "d")])

    rows = [batch.rows for batch in batches(result, BatchLimits(bytes=100))]

    assert rows == [(2,), (3,), (4,)]


def test_a_trial_sends_the_first_good_rows(checked: Callable[..., CheckResult]) -> None:
    result = checked([("1", "", ""), ("", "", ""), ("3", "", ""), ("4", "", "")])

    rows = [batch.rows for batch in batches(result, BatchLimits(rows=1, limit=2))]

    assert rows == [(2,), (4,)]


def test_rejected_rows_are_left_out_wherever_they_stand(
    checked: Callable[..., CheckResult], taken: Fixture
) -> None:
    table = [("" if number % 3 == 0 else str(number), "x", "") for number in range(10_000)]
    result = checked(table)

    rows = [row for row, _ in taken(result)]

    assert rows == [number + 2 for number in range(10_000) if number % 3]
    assert (result.rejected, result.sendable) == (3334, 6666)


def test_the_blank_policy_decides_about_the_key(
    checked: Callable[..., CheckResult], taken: Fixture
) -> None:
    rules = [
        ColumnRule("Id", "id"),
        ColumnRule("A", "a", blank=Blank.KEEP),
        ColumnRule("B", "b", blank=Blank.CLEAR),
    ]

    result = checked([("1", "", ""), ("2", "x", "y")], rules=rules)

    assert taken(result) == [(2, {"id": "1", "b": None}), (3, {"id": "2", "a": "x", "b": "y"})]


def test_keep_everything_may_leave_nothing_but_an_empty_object(
    checked: Callable[..., CheckResult], taken: Fixture
) -> None:
    rules = [ColumnRule("A", "a", blank=Blank.KEEP)]

    result = checked([("1", "", "")], Method.APPEND, rules=rules, identifier=None)

    assert taken(result) == [(2, {})]


def test_refused_blanks_keep_their_row_back(checked: Callable[..., CheckResult]) -> None:
    rules = [ColumnRule("Id", "id"), ColumnRule("A", "a", blank=Blank.REFUSE)]

    result = checked([("1", " ", ""), ("2", "x", "")], rules=rules)

    assert [(group.reason, group.count) for group in result.findings] == [("blank-refused", 1)]
    assert result.findings[0].message == (
        "Row 2, column A: the cell is blank, which the mapping does not allow."
    )


def test_a_constant_goes_into_every_row(
    checked: Callable[..., CheckResult], taken: Fixture
) -> None:
    rules = [ColumnRule("Id", "id"), ColumnRule(None, "b", constant=' O\'Hara\n"x" ')]

    result = checked([("1", "", ""), ("2", "", "")], rules=rules)

    assert [one["b"] for _, one in taken(result)] == ['O\'Hara\n"x"'] * 2


def test_two_columns_make_a_point(checked: Callable[..., CheckResult], taken: Fixture) -> None:
    table = [("1", "41.70", "-72.60"), ("2", "", " "), ("3", "41.7", ""), ("4", "91", "0")]
    rules = [ColumnRule("Id", "id")]
    points = (PointRule("b", "A", "B"),)

    result = checked(table, rules=rules, points=points, kinds=("text", "text", "point"))

    assert taken(result) == [
        (2, {"id": "1", "b": {"type": "Point", "coordinates": ["-72.60", "41.70"]}}),
        (3, {"id": "2", "b": None}),
    ]
    messages = [group.message for group in result.findings]
    assert messages == [
        'Row 4, column A + B: "(41.7, )" has only a latitude or only a longitude.',
        'Row 5, column A + B: "(91, 0)" is outside latitude -90 to 90 or longitude -180 to 180.',
    ]


def test_two_columns_make_a_location(checked: Callable[..., CheckResult], taken: Fixture) -> None:
    points = (PointRule("b", "A", "B"),)
    rules = [ColumnRule("Id", "id")]

    result = checked(
        [("1", "41.70", "-72.60")], rules=rules, points=points, kinds=("text", "text", "location")
    )

    assert taken(result)[0][1]["b"] == {"latitude": "41.70", "longitude": "-72.60"}


def test_a_delete_sends_identifiers_and_a_mark(
    checked: Callable[..., CheckResult], taken: Fixture
) -> None:
    result = checked([("7", "x", "y"), ("8", "", "")], Method.DELETE)

    assert taken(result) == [
        (2, {"id": "7", ":deleted": True}),
        (3, {"id": "8", ":deleted": True}),
    ]
    (note,) = result.findings
    assert note.message == "A delete uses only the row identifier; A and B will be ignored."


def test_identifiers_come_as_the_portal_compares_them(checked: Callable[..., CheckResult]) -> None:
    table = [("01", "", ""), ("2.50", "", ""), ("x", "", ""), ("-0", "", "")]

    result = checked(table, kinds=("number", "text", "text"))

    assert list(identifiers(result, 2)) == [[(2, "1"), (3, "2.5")], [(5, "0")]]


def test_the_whole_body_is_one_array(checked: Callable[..., CheckResult]) -> None:
    result = checked([(str(number), "", "") for number in range(12_000)], Method.REPLACE)

    assert [one["id"] for one in json.loads(b"".join(body(result)))] == [
        str(number) for number in range(12_000)
    ]
    assert json.loads(b"".join(body(result, limit=3))) == [
        {"id": str(number), "a": None, "b": None} for number in range(3)
    ]


def test_no_good_rows_make_an_empty_array(checked: Callable[..., CheckResult]) -> None:
    assert b"".join(body(checked([("", "x", "")], Method.REPLACE))) == b"[]"


def test_a_stopped_check_sends_nothing(checked: Callable[..., CheckResult]) -> None:
    result = checked([("1", "", "")], identifier=None)

    with pytest.raises(Refused, match="The check found something that stops the push"):
        list(batches(result))
    assert result.sendable == 0
