"""Changes to a description: column order, row identifier, frequencies, formats."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.describe.changes_for_portal import column_bodies, metadata_change
from sodasheet.describe.check_description import check_description
from sodasheet.describe.column_description_fields import (
    COLUMN_VALUES,
    ValueProblem,
    format_settings,
    format_text,
)
from sodasheet.describe.column_order import wanted_order
from sodasheet.describe.custom_fields import CustomField, custom_fields_from
from sodasheet.describe.description import ColumnDescription, Description, description_of
from sodasheet.describe.description_changes import ChangedPart, DescriptionChange, changes

ISO = ("R/P1D", "R/P1W", "R/P1M", "irregular")


def columns(text: str, identifier: str = "a") -> tuple[ColumnDescription, ...]:
    """Return columns with one letter each; the portal's positions have gaps."""
    return tuple(
        ColumnDescription(
            field,
            {"name": field, "position": str(at), "identifier": "Yes" if field == identifier
             else "No", "hidden": "No"},
            100 + ord(field), at * 3, "text",
        )
        for at, field in enumerate(text, start=1)
    )  # fmt: skip


NOW = Description(
    {"frequency": "Weekly"},
    {("Core", "Frequency"): "Weekly", ("Catalog", "Accrual periodicity"): "R/P1W"},
    columns("abcd"),
    (CustomField("Catalog", "Accrual periodicity", options=ISO), CustomField("Core", "Frequency")),
)


def wanted(**values: dict[str, str]) -> Description:
    """Return a description that wants some values of columns."""
    return Description(columns=tuple(ColumnDescription(*one) for one in values.items()))


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ({"d": {"position": "1"}}, "dabc"),
        ({"a": {"position": "3"}}, "bcad"),
        ({"a": {"position": "99"}}, "bcda"),
        ({"b": {"position": "4"}, "d": {"position": "1"}}, "dacb"),
        ({"a": {"position": "4"}, "d": {"position": "2"}}, "bdca"),
        ({}, "abcd"),
    ],
)
def test_a_moved_column_makes_the_others_close_up(asked: dict[str, dict[str, str]], order: str):
    assert "".join(wanted_order(NOW, wanted(**asked))) == order


@given(st.permutations("abcdef"))
def test_every_order_is_made_of_the_places_that_the_portal_gave(order: list[str]) -> None:
    now = Description(columns=columns("abcdef"))
    asked = {field: {"position": str(at)} for at, field in enumerate(order, start=1)}
    bodies = column_bodies({}, now, changes(now, wanted(**asked)))
    sent = {number: body["position"] for number, body in bodies.items()}
    places = {one.field: sent.get(one.id, one.place) for one in now.columns}

    assert sorted(places, key=lambda field: places[field]) == order
    assert list(sent.values()) == sorted(sent.values()), "from the left"
    assert set(places.values()) == {one.place for one in now.columns}


def test_a_new_row_identifier_takes_the_place_of_the_old_one() -> None:
    found = changes(NOW, wanted(b={"identifier": "Yes"}, a={"identifier": "Yes"}))

    assert {(one.label, one.old, one.new) for one in found} == {
        ("b: row identifier", "No", "Yes"),
        ("a: row identifier", "Yes", "No"),
    }


def test_no_row_identifier_is_only_wanted_if_said() -> None:
    assert changes(NOW, wanted(a={"identifier": "No"}))[0].new == "No"
    assert changes(NOW, wanted(b={"identifier": "No"}, a={})) == ()


def test_two_new_row_identifiers_and_a_type_that_cannot_be_one_stop() -> None:
    now = replace(NOW, columns=(*NOW.columns, ColumnDescription("p", {}, 9, 9, "point")))
    two = check_description(now, wanted(b={"identifier": "Yes"}, c={"identifier": "Yes"}))
    point = check_description(now, wanted(p={"identifier": "Yes"}))

    assert [one.reason for one in two] == ["identifier-twice"]
    assert [one.reason for one in point] == ["identifier-type"]


def test_one_frequency_fills_each_group_in_its_own_words() -> None:
    table = {("Core", "Frequency"): {"Daily": "Every day"}}
    found = changes(NOW, Description({"frequency": "Daily"}, frequencies=table))

    assert {(one.owner, one.new) for one in found} == {("Core", "Every day"), ("Catalog", "R/P1D")}


@pytest.mark.parametrize(
    ("word", "iso"),
    [
        ("Hourly", "R/PT1H"),
        ("Every two months", "R/P2M"),
        ("Biennial", "R/P2Y"),
        ("Quarterly", "R/P3M"),
        ("Twice a year", "R/P6M"),
        ("Annually", "R/P1Y"),
        ("R/P3M", "R/P3M"),
    ],
)
def test_months_of_different_lengths_are_the_same_frequency(word: str, iso: str) -> None:
    now = Description({"frequency": ""}, {("C", "Frequency"): "R/P1D"})

    assert [one.new for one in changes(now, Description({"frequency": word}))] == [iso]


def test_a_frequency_written_by_itself_stands_and_an_unknown_word_stops() -> None:
    own = Description({"frequency": "Daily"}, {("Catalog", "Accrual periodicity"): "irregular"})
    odd = Description({"frequency": "when it rains"})

    assert {one.new for one in changes(NOW, own)} == {"Daily", "irregular"}
    assert [one.reason for one in check_description(NOW, odd)] == ["custom-not-offered"]
    assert [one.reason for one in check_description(Description(), odd)] == ["frequency-no-field"]


def test_a_custom_field_that_the_portal_does_not_have_stops() -> None:
    found = check_description(NOW, Description(custom={("Core", "Frequenzy"): "x"}))

    assert [one.reason for one in found] == ["custom-unknown"]


@pytest.mark.parametrize(
    ("typed", "new"), [("c,a ,,c", ["c, a"]), (" b,a,b ", []), ("a,b", ["a, b"])]
)
def test_tags_are_compared_as_the_portal_lists_them(typed: str, new: list[str]) -> None:
    now = Description({"tags": "b,a,b"})

    assert [one.new for one in changes(now, Description({"tags": typed}))] == new


def test_custom_fields_that_were_not_edited_stay_as_the_portal_has_them() -> None:
    groups = {"G": {"Number": 5, "Flag": True, "None": None}, "H": {"K": "v"}, "odd": 3}
    found = [DescriptionChange(ChangedPart.CUSTOM, "K", "v", "w", "H")]

    sent = metadata_change({"metadata": {"custom_fields": groups}}, found).values["metadata"]

    assert sent["custom_fields"] == {
        "G": {"Number": 5, "Flag": True, "None": None}, "H": {"K": "w"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("width", "text"),
    [(90, "90"), ("90", "90"), (True, ""), ("\u00b2", ""), ("5" * 5000, ""), (10**30, "")],
)
def test_a_width_that_is_none_is_no_width(width: object, text: str) -> None:
    view = {"columns": [{"id": [], "fieldName": "a", "width": width, "flags": 3}, 5]}
    now = description_of(view)

    assert now.columns[0].values["width"] == text
    hidden = [DescriptionChange(ChangedPart.COLUMN, "hidden", "No", "Yes", "a")]
    assert column_bodies(view, now, hidden) == {0: {"flags": ["hidden"]}}


def test_a_custom_field_may_have_the_name_of_a_columns_value() -> None:
    found = [
        DescriptionChange(ChangedPart.CUSTOM, key, "", "Yes", "G")
        for key in ("identifier", "width", "hidden")
    ]

    assert metadata_change({}, found).values == {
        "metadata": {"custom_fields": {"G": {"identifier": "Yes", "width": "Yes", "hidden": "Yes"}}}
    }
    assert column_bodies({}, NOW, found) == {}
    assert [one.is_column("identifier") for one in found] == [False, False, False]


def test_definitions_of_custom_fields_are_read_tolerantly() -> None:
    fields = [{"name": "F", "required": True, "options": [{"value": "x"}, "y", 3]}, {"name": "G"},
              {"name": "P", "private": True}, {}, 5]  # fmt: skip
    sets = {"name": "fieldsets", "value": [{"name": "S", "fields": fields}, {"fields": [{}]}]}

    assert custom_fields_from([{"properties": [sets, {"name": "other"}]}, 1]) == (
        CustomField("S", "F", required=True, options=("x", "y")),
        CustomField("S", "G"),
    )
    assert custom_fields_from(None) == ()


SETTINGS = st.dictionaries(
    st.text("abcXYZ_", min_size=1),
    st.one_of(
        st.booleans(),
        st.integers(),
        st.text(max_size=9),
        st.lists(st.integers(), max_size=3),
        st.dictionaries(st.text("ab"), st.text(max_size=4), max_size=2),
    ),
    max_size=4,
)


@given(SETTINGS)
def test_a_format_is_read_as_it_is_written(settings: dict[str, object]) -> None:
    text = format_text(settings)

    assert format_settings(text) == settings
    assert COLUMN_VALUES["format"].settled(text) == text


@pytest.mark.parametrize(
    ("key", "text", "wrong"),
    [
        ("format", "right", 'the format contains "right"'),
        ("position", "0", 'the position is "0"'),
        ("position", "1.5", 'the position is "1.5"'),
        ("hidden", "perhaps", 'hidden is "perhaps"'),
    ],
)
def test_what_a_value_cannot_be_is_said(key: str, text: str, wrong: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        COLUMN_VALUES[key].settled(text)

    assert caught.value.args[0] == wrong
