"""Suggestions carry evidence, and are accepted or declined."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.model.dataset import Column
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping, PlaceRule
from sodasheet.model.suggestion import DatasetValues
from sodasheet.staging.check import fitting_formats
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest import accept, decline, suggest_changes
from sodasheet.staging.suggest.suggest_changes import with_formats

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
        stage, Mapping((ColumnRule("V", "v"),)), target, {"v": DatasetValues(("Open", "Closed"))}
    )

    assert found.change.recode == (("Opne", "Open"),)


def test_the_datasets_own_width_is_offered(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    stage = open_stage(("Parcel", "W"), [("6101", "x"), ("61010", "y")])
    mapping = Mapping((ColumnRule("Parcel", "v"),))
    known = {"v": DatasetValues(digits=6)}

    (found,) = suggest_changes(stage, mapping, dataset(column("v")), known)

    assert suggest_changes(stage, mapping, dataset(column("v"))) == ()
    assert (found.key, found.change.pad) == ("pad:v", 6)
    assert found.message.startswith("2 of 2 values have fewer than 6 digits")
    changed, _ = accept(mapping, SourceSpec(), [found])
    assert suggest_changes(stage, changed, dataset(column("v")), known) == ()


def test_names_are_joined_and_split(open_stage: Fixture, dataset: Fixture, column: Fixture) -> None:
    parts = open_stage(("Owner First Name", "Owner Last Name"), [("Ann", "Lee"), ("", "Ray")])
    whole = open_stage(("Name", "W"), [("Lee, Ann", "x"), ("de la Cruz, Eva", "y")])
    words = open_stage(("Name", "W"), [("Ann Lee", "x"), ("Eva de la Cruz", "y")])
    joined = dataset(column("owner_name"))
    split = dataset(column("first_name"), column("last"))

    (one,) = suggest_changes(parts, Mapping(), joined)
    two = suggest_changes(whole, Mapping(), split)
    three = suggest_changes(words, Mapping(), split)

    assert _templates([one]) == {"owner_name": "{Owner First Name} {Owner Last Name}"}
    assert [(each.row, each.value) for each in one.examples] == [(2, "Ann, Lee")]
    assert _templates(two) == {"first_name": "{Name|after ,}", "last": "{Name|before ,}"}
    assert _templates(three) == {
        "first_name": "{Name|first word}",
        "last": "{Name|all but first word}",
    }
    mapping, _ = accept(Mapping((ColumnRule("Name", "last"),)), SourceSpec(), two)
    assert [(rule.source, rule.field) for rule in mapping.columns] == [
        ("Name", None),
        (None, "first_name"),
        (None, "last"),
    ]
    assert suggest_changes(whole, mapping, split) == ()
    assert accept(mapping, SourceSpec(), two[:1])[0] == mapping, "accepted once is accepted"


def _templates(found: Any) -> dict[str, str]:
    return {rule.field: rule.template for one in found for rule in one.change.rules}


def test_an_address_is_put_together_from_its_parts(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    stage = open_stage(("Street Address", "Town", "ST", "Zip Code", "Lat"), [tuple("abcde")])
    twice = open_stage(("Address", "Street", "Town"), [tuple("abc")])
    target = dataset(column("site", "location"))

    (found,) = suggest_changes(stage, Mapping(), target)
    mapping, _ = accept(Mapping(), SourceSpec(), [found])

    assert found.key == "place:site"
    assert mapping.places == (
        PlaceRule("site", address="Street Address", city="Town", state="ST", zip="Zip Code"),
    )
    assert suggest_changes(stage, mapping, target) == ()
    assert suggest_changes(twice, Mapping(), target) == ()


def test_a_point_is_looked_up_from_the_parts_of_an_address(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    stage = open_stage(("Street", "City", "Country"), [("1 Main St", "Practice City", "US")])
    paired = open_stage(("Street", "City", "Lat", "Lon"), [tuple("abcd")])
    target = dataset(column("site", "point"))

    (found,) = suggest_changes(stage, Mapping(), target)
    mapping, _ = accept(Mapping(), SourceSpec(), [found])

    assert "can be looked up by the portal" in found.message
    assert mapping.places == (
        PlaceRule("site", address="Street", city="City", country="Country", geocode=True),
    )
    assert suggest_changes(paired, Mapping(), target) == ()


def test_points_in_antarctica_are_asked_about(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    swapped = ["-72.68, 41.76", "(-72.5, 41.5)"]

    mapping, (found,), stage = _found(open_stage, dataset, column, "point", swapped)

    assert found.change.formats == ("longitude first",)
    changed, _ = accept(mapping, SourceSpec(), [found])
    assert suggest_changes(stage, changed, dataset(column("v", "point"))) == ()
    right = _found(open_stage, dataset, column, "point", ["41.76, -72.68", "(-72.5, 41.5)"])
    assert right[1] == ()


def test_plain_columns_have_no_suggestions(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    assert _found(open_stage, dataset, column, "number", ["1", "2"])[1] == ()
    assert _found(open_stage, dataset, column, "text", ["a", "b"])[1] == ()


def test_formats_are_not_worked_out_a_second_time(
    open_stage: Fixture, dataset: Fixture, column: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mapping comes with its formats, and thirty of them take long to plan."""
    asked: list[str] = []
    suggest_formats = fitting_formats.suggest_formats

    def suggested(stage: Stage, header: str, column: Column) -> tuple[str, ...]:
        asked.append(header)
        return suggest_formats(stage, header, column)

    monkeypatch.setattr(sys.modules[with_formats.__module__], "suggest_formats", suggested)
    stage = open_stage(("V", "W"), [("1/31/2024", "x")])
    mapping = Mapping((ColumnRule("V", "v"),))
    days = dataset(column("v", "calendar_date"))

    mapping = with_formats(mapping, stage, days)
    assert asked == ["V"]

    suggest_changes(stage, mapping, days)
    suggest_changes(stage, Mapping((ColumnRule("V", "v"),)), days)
    assert asked == ["V"]


def test_a_single_date_that_decides_for_all_others_is_named(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    dates = [f"{month:02}/02/2024" for month in range(3, 9)]
    stage = open_stage(("V", "W"), [(text, "x") for text in [*dates, "13/07/2024"]])
    many = open_stage(("V", "W"), [(f"{day}/07/2024", "x") for day in range(1, 29)])
    target = dataset(column("v", "calendar_date"))
    mapping = Mapping((ColumnRule("V", "v", formats=("%d/%m/%Y",)),))

    (found,) = suggest_changes(stage, mapping, target)

    assert (found.key, found.is_question) == ("order:v", True)
    assert found.message == (
        "Only one date, 13/07/2024 in row 8, shows that the day comes first. The 6 other dates "
        "could be read either way."
    )
    assert suggest_changes(stage, decline(mapping, [found]), target) == ()
    assert suggest_changes(many, mapping, target) == ()


def test_numbers_in_two_notations_are_a_question(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["4,6", "1,234", "12,500", "3.3"]

    _, (found,), _ = _found(open_stage, dataset, column, "number", texts)

    assert found.is_question
    assert found.message.startswith("The column has both decimal commas and decimal points")


def test_one_slip_does_not_make_thousands_thousandths(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["1,100", "2,250", "12,50", "7"]

    _, (found,), _ = _found(open_stage, dataset, column, "number", texts)

    assert found.is_question
    assert found.change.formats == ()
    assert found.message == (
        "Only 12,50 in row 4 shows a decimal comma, and the comma of 2 others, such as 1,100, may "
        "separate thousands: correct the odd values, or declare what the comma means."
    )


def test_a_power_of_ten_beside_other_numbers_is_read(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    _, (found,), _ = _found(open_stage, dataset, column, "number", ["1,250", "1e3", "7"])

    assert found.change.formats == ("1,234.5", "1e3")
    assert found.fits == found.count == 3


@pytest.mark.parametrize(
    ("kind", "texts", "could_be"),
    [
        ("percent", ["45%", "30%", "0.5"], "0.5, without, which could be 0.5% or 50%"),
        ("percent", ["45%", "1", "12"], "1, without, which could be 1% or 100%"),
        ("number", ["45%", "30%", "12.5"], "12.5, without, which could be 0.125% or 12.5%"),
    ],
)
def test_bare_numbers_beside_percentages_are_a_question(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    kind: str,
    texts: list[str],
    could_be: str,
) -> None:
    _, (found,), _ = _found(open_stage, dataset, column, kind, texts)

    assert found.is_question
    assert could_be in found.message


def test_a_dash_of_an_accounting_format_is_zero(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["$1,200.00", "$ -", "$300.00"]

    _, (zeros, formats), _ = _found(open_stage, dataset, column, "number", texts)

    assert (zeros.key, zeros.change.recode, zeros.fits) == ("zeros:v", (("$ -", "0"),), 1)
    assert formats.change.formats == ("$1,234.50",)


@pytest.mark.parametrize("texts", [["$5.00", "€7.00"], ["USD 5.00", "EUR 7.00"]])
def test_amounts_in_two_currencies_are_a_question(
    open_stage: Fixture, dataset: Fixture, column: Fixture, texts: list[str]
) -> None:
    _, (found,), _ = _found(open_stage, dataset, column, "money", texts)

    assert found.is_question
    assert "more than one currency" in found.message


def test_bare_numbers_that_only_mean_percentages_are_read(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    _, (hundredths,), _ = _found(open_stage, dataset, column, "percent", ["45%", "30", "0"])
    _, (fractions,), _ = _found(open_stage, dataset, column, "number", ["45%", "0.3", "1"])

    assert {*hundredths.change.formats} == {*fractions.change.formats} == {"45%", "1,234.5"}


def test_an_x_ticks_a_box_and_is_not_missing(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    texts = ["yes", "no", "X", "n/a"]

    _, found, _ = _found(open_stage, dataset, column, "checkbox", texts)
    _, (ticked,), _ = _found(open_stage, dataset, column, "checkbox", ["x", "-", "x"])

    assert [(one.key, one.change.missing) for one in found] == [
        ("missing:v", ("n/a",)),
        ("formats:v", ()),
    ]
    assert found[1].change.formats == ("yes/no", "x/-")
    assert ticked.change.formats == ("x/-",)


def test_labels_of_groups_are_asked_about(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    rows = [("Avon", "2022"), ("", "2023"), ("", "2024"), ("Bolton", "2022"), ("", "2023")]
    mapping = Mapping((ColumnRule("Town", "town"), ColumnRule("Year", "year")))
    target = dataset(column("town", "text"), column("year", "number"))

    (found,) = suggest_changes(open_stage(("Town", "Year"), rows), mapping, target)
    gaps = [("Avon", "2022"), ("Bolton", "2023"), ("", "2024"), ("Bolton", "2022"), ("Avon", "")]
    plain = suggest_changes(open_stage(("Town", "Year"), gaps), mapping, target)

    assert (found.key, found.is_question, found.examples[0].row) == ("labels:town", True, 3)
    assert found.message.startswith("3 of 5 cells are blank below a value, as in a table with")
    assert plain == ()
