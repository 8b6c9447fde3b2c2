"""A user's decisions take precedence over suggestions."""

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.matching.apply_choices import Choices, choose
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule

DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Permits",
    tuple(
        Column(number, name, field, "text", number)
        for number, (name, field) in enumerate(
            [("Permit", "permit"), ("Name", "name"), ("City", "city"), ("Place", "place")], 1
        )
    ),
    row_identifier="permit",
)
HEADERS = ("Permit", "Owner", "Town")
SUGGESTED = Mapping(
    (
        ColumnRule("Permit", "permit", match="same name", confidence=1.0),
        ColumnRule("Owner", "name", match="synonym", confidence=0.8),
        ColumnRule("Town", None, ignore=True, match="no match"),
    ),
    points=(PointRule("place", "Lat", "Lon", "latitude and longitude"),),
)


def filled(mapping: Mapping) -> dict[str | None, str | None]:
    return {rule.source: rule.field for rule in mapping.columns if rule.fills}


def test_a_chosen_column_takes_the_field_from_its_former_column() -> None:
    chosen = choose(SUGGESTED, Choices(fields={"Town": "name"}), HEADERS, DATASET)

    assert filled(chosen) == {"Permit": "permit", "Town": "name"}
    assert [rule.source for rule in chosen.columns] == list(HEADERS)
    assert chosen.columns[2].match == "confirmed"


def test_an_empty_field_ignores_the_column() -> None:
    chosen = choose(SUGGESTED, Choices(fields={"Owner": ""}), HEADERS, DATASET)

    assert filled(chosen) == {"Permit": "permit"}


def test_a_constant_fills_every_row_and_frees_the_column() -> None:
    chosen = choose(SUGGESTED, Choices(constants={"name": "City of Example"}), HEADERS, DATASET)

    assert filled(chosen) == {"Permit": "permit", None: "name"}
    assert chosen.columns[-1].constant == "City of Example"


def test_a_constant_for_a_point_replaces_its_two_columns() -> None:
    chosen = choose(SUGGESTED, Choices(constants={"place": "POINT (1 2)"}), HEADERS, DATASET)

    assert chosen.points == ()


def test_formats_are_added_to_the_suggested_rule() -> None:
    chosen = choose(SUGGESTED, Choices(formats={"Owner": ("%m/%d/%Y",)}), HEADERS, DATASET)

    assert chosen.columns[1].formats == ("%m/%d/%Y",)
    assert chosen.columns[1].match == "synonym"


def test_confirming_all_marks_what_fills_a_column_and_nothing_else() -> None:
    chosen = choose(SUGGESTED, Choices(confirm=True), HEADERS, DATASET)

    assert [rule.match for rule in chosen.columns] == ["confirmed", "confirmed", "no match"]
    assert chosen.points[0].match == "confirmed"


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (
            Choices(fields={"Onwer": "name"}),
            'There is no column of the source named "Onwer". Did you mean Owner?',
        ),
        (
            Choices(fields={"Owner": "zzz"}),
            'There is no dataset column named "zzz". '
            "The choices are permit, name, city, and place.",
        ),
        (
            Choices(constants={"citty": "x"}),
            'There is no dataset column named "citty". Did you mean city?',
        ),
    ],
)
def test_an_unknown_name_is_reported_with_close_matches(choices: Choices, sentence: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        choose(SUGGESTED, choices, HEADERS, DATASET)

    assert str(problem.value) == sentence
