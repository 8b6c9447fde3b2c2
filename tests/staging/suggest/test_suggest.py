"""Suggestions carry evidence, and are accepted or declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.staging.suggest import accept, decline, suggest_changes

Fixture = Callable[..., Any]


def _found(
    open_stage: Fixture, dataset: Fixture, column: Fixture, kind: str, texts: list[str]
) -> Any:
    stage = open_stage(("V", "W"), [(text, "x") for text in texts])
    mapping = Mapping((ColumnRule("V", "v"),))
    return mapping, suggest_changes(stage, mapping, dataset(column("v", kind))), stage


def test_a_format_names_the_values_that_do_not_fit(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["1/31/2024", "2/1/2024", "2/15/2024", "closed"]

    _, (found,), _ = _found(open_stage, dataset, column, "calendar_date", texts)

    assert (found.key, found.change.formats) == ("formats:v", ("%m/%d/%Y",))
    assert (found.fits, found.count) == (3, 4)
    assert [(one.row, one.value) for one in found.outliers] == [(5, "closed")]
    assert [one.row for one in found.examples] == [2, 3, 4]


def test_days_that_may_be_months_are_a_question(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["1/2/2024", "2/3/2024"]

    _, (found,), _ = _found(open_stage, dataset, column, "calendar_date", texts)

    assert found.is_question
    assert found.choices == ("%m/%d/%Y", "%d/%m/%Y")


def test_both_orders_in_one_column_are_said_truly(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["1/31/2024", "31/1/2024"]

    _, (found,), _ = _found(open_stage, dataset, column, "calendar_date", texts)

    assert found.is_question
    assert found.message == "The column has both day-first and month-first dates."


def test_accepting_changes_the_rule_and_declining_is_remembered(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    mapping, found, stage = _found(open_stage, dataset, column, "number", ["1", "n/a", "2"])

    changed, spec = accept(mapping, SourceSpec(), found)
    refused = decline(mapping, found)

    assert changed.columns[0].missing == ("n/a",)
    assert spec == SourceSpec()
    assert refused.declined == ("missing:v",)
    assert suggest_changes(stage, refused, dataset(column("v", "number"))) == ()


def test_the_datasets_own_words_are_offered(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    stage = open_stage(("V", "W"), [("Opne", "x")])
    target = dataset(column("v"))

    (found,) = suggest_changes(
        stage, Mapping((ColumnRule("V", "v"),)), target, {"v": ("Open", "Closed")}
    )

    assert found.change.recode == (("Opne", "Open"),)


def test_plain_columns_have_no_suggestions(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    assert _found(open_stage, dataset, column, "number", ["1", "2"])[1] == ()
    assert _found(open_stage, dataset, column, "text", ["a", "b"])[1] == ()
