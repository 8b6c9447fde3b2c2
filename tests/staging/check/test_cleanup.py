"""Cleanup before the check, and computed columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.computed_column_sql import RunFacts
from sodasheet.staging.check.rows_without_values import without_emptied_rows

Fixture = Callable[..., Any]


@pytest.fixture
def values(open_stage: Fixture, dataset: Fixture, column: Fixture, taken: Fixture) -> Fixture:
    """Send strings through one rule; return the values, in order."""

    def run(texts: list[str], kind: str = "text", **settings: Any) -> list[Any]:
        mapping = settings.pop("mapping", {})
        rule = ColumnRule("V", "v", **settings)
        plan = CheckPlan(dataset(column("v", kind)), Mapping((rule,), **mapping), Method.APPEND)
        result = check(open_stage(("V", "W"), [(text, "x") for text in texts]), plan)
        return [row["v"] for _, row in taken(result)]

    return run


def test_missing_value_markers_are_empty_cells_in_any_case(values: Fixture) -> None:
    texts = ["1", "n/a", "-", "N/A "]

    assert values(texts, "number", missing=("N/A", "-")) == ["1", None, None, None]
    assert values(texts, "number", mapping={"missing": ("n/a", "-")}) == ["1", None, None, None]


def test_rows_that_are_empty_after_cleanup_are_left_out(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    rows = [("1", "x"), ("-", "-"), ("n/a", "y"), (" N/A ", ""), ("2", "-")]
    mapping = Mapping((ColumnRule("V", "v", missing=("n/a",)), ColumnRule("W")), missing=("-",))
    keyed = dataset(column("v", "text"), identifier="v")

    stage = without_emptied_rows(
        open_stage(("V", "W"), rows), CheckPlan(keyed, mapping, Method.UPSERT)
    )

    (note,) = stage.findings
    assert note.message == (
        "2 rows have no value in any column that is sent, and are left out like blank rows."
    )
    assert (note.reason, note.count) == ("rows-emptied", 2)
    assert [(one.row, one.value) for one in note.examples] == [(3, "-, -"), (5, "N/A")]
    kept = stage.connection.execute("SELECT _row, c0 FROM source ORDER BY _row").fetchall()
    assert kept == [(2, "1"), (4, "n/a"), (6, "2")]
    assert stage.rows == 3


def test_rows_of_columns_that_are_not_sent_are_no_rows(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    plan = CheckPlan(dataset(column("v", "text")), Mapping((ColumnRule("V", "v"),)), Method.APPEND)

    stage = without_emptied_rows(open_stage(("V", "W"), [("1", "x"), ("", "y")]), plan)

    assert stage.rows == 1
    assert [(one.row, one.value) for one in stage.findings[0].examples] == [(3, "y")]


def test_values_are_recoded_whole_and_with_their_capitals(values: Fixture) -> None:
    recode = (("Opne", "Open"), ("OPEN", "Open"))

    found = values(["Opne", "OPEN", "open", "Opne x"], recode=recode)

    assert found == ["Open", "Open", "open", "Opne x"]


def test_recoded_words_become_checkboxes(values: Fixture) -> None:
    recode = (("Active", "true"), ("Retired", "false"))

    assert values(["Active", "Retired"], "checkbox", recode=recode) == [True, False]


def test_whole_numbers_are_padded(values: Fixture) -> None:
    texts = ["6101", "06101", "123456", "A12", "6101-2"]

    assert values(texts, pad=5) == ["06101", "06101", "123456", "A12", "6101-2"]


def test_spreadsheet_text_is_unwrapped(values: Fixture) -> None:
    assert values(['="06103"', "'00123", "plain"], unwrap=True) == ["06103", "00123", "plain"]


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{Name}, {City}", "Ann May Lee, Avon, CT"),
        ("{Name|first word}", "Ann"),
        ("{Name|last word}", "Lee"),
        ("{Name|all but last word}", "Ann May"),
        ("{Name|all but first word}", "May Lee"),
        ("{City|before ,}", "Avon"),
        ("{City|after ,}", "CT"),
        ("{{{Name|first word}}}", "{Ann}"),
        ("row {row} of {file}, {run}", "row 2 of source.csv, R1"),
        ("{today}", "2024-03-01"),
        ("{now}", "2024-03-01T22:30:00"),
    ],
)
def test_a_template_computes_the_value(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    taken: Fixture,
    template: str,
    value: str,
) -> None:
    rules = (ColumnRule("Name", "name"), ColumnRule(None, "v", template=template))
    moment = dt.datetime(2024, 3, 2, 3, 30, tzinfo=dt.UTC)
    plan = CheckPlan(
        dataset(column("name"), column("v")),
        Mapping(rules, timezone="America/New_York"),
        Method.APPEND,
        RunFacts(moment, run="R1"),
    )
    stage = open_stage(("Name", "City"), [("Ann May Lee", "Avon, CT")])

    result = check(stage, plan)

    expected = value.replace("source.csv", stage.name)
    assert [row["v"] for _, row in taken(result)] == [expected]


def test_a_template_is_empty_if_all_its_columns_are(
    open_stage: Fixture, dataset: Fixture, column: Fixture, taken: Fixture
) -> None:
    rules = (ColumnRule("Id", "id"), ColumnRule(None, "v", template="({A} {B})"))
    plan = CheckPlan(dataset(column("id"), column("v")), Mapping(rules), Method.APPEND)

    result = check(open_stage(("Id", "A", "B"), [("1", "", ""), ("2", "x", "")]), plan)

    assert [row["v"] for _, row in taken(result)] == [None, "(x )"]


def test_a_template_with_an_unknown_header_stops(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    rules = (ColumnRule("Id", "id"), ColumnRule(None, "v", template="{Nmae}"))
    plan = CheckPlan(dataset(column("id"), column("v")), Mapping(rules), Method.APPEND)

    result = check(open_stage(("Id", "Name"), [("1", "x")]), plan)

    assert result.stopped
    assert [group.reason for group in result.findings] == ["unknown-header"]


@pytest.mark.parametrize("template", ["{", "x}", "{}", "{A|middle}", "{A|before }"])
def test_an_invalid_template_is_a_usage_error(
    open_stage: Fixture, dataset: Fixture, column: Fixture, template: str
) -> None:
    rules = (ColumnRule("A", "a"), ColumnRule(None, "v", template=template))
    plan = CheckPlan(dataset(column("a"), column("v")), Mapping(rules), Method.APPEND)

    with pytest.raises(UsageProblem, match="The template"):
        check(open_stage(("A", "B"), [("1", "x")]), plan)
