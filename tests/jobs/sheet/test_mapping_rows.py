"""A mapping is written to table rows and read back, after any manual edit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.jobs.sheet.mapping_rows import mapping_of, rows_of
from sodasheet.jobs.sheet.table_text import Labels, MappingRow
from sodasheet.model.dataset import Column
from sodasheet.model.mapping import (
    CONFIRMED,
    Blank,
    ColumnRule,
    Mapping,
    PlaceRule,
    PointRule,
    part_of,
)

LABELS = Labels(
    [
        Column(1, "Permit Number", "permit_no", "text", 1),
        Column(2, "Opened", "opened", "calendar_date", 2),
        Column(3, "Value · $", "value", "number", 3),
        Column(4, "Location", "location", "point", 4),
        Column(5, "Name", "name", "text", 5),
        Column(6, "Name", "name_2", "text", 6),
        Column(7, "Site", "site", "location", 7),
    ]
)
MACHINE = Mapping(
    (
        ColumnRule("Permit No", "permit_no", match="similar 91%", confidence=0.91),
        ColumnRule(
            "Opened", "opened", formats=("%m/%d/%Y", "ISO8601"), match="same name", trim=False
        ),
        ColumnRule("Lat", ignore=True, match=part_of("location")),
        ColumnRule("Lon", ignore=True, match=part_of("location")),
        ColumnRule("Notes", ignore=True, match="no match"),
        ColumnRule(None, "name", constant="=Hartford", match=CONFIRMED, confidence=1.0),
    ),
    (PointRule("location", "Lat", "Lon", "latitude and longitude"),),
)


def back(rows: list[MappingRow], earlier: Mapping | None = MACHINE) -> Mapping:
    mapping, problems = mapping_of(rows, LABELS, earlier)
    assert problems == ()
    return mapping


def edited(column: str, **changes: str) -> list[MappingRow]:
    """The rows of MACHINE with one of them changed by hand."""
    return [
        replace(row, **changes) if row.sheet_column == column else row
        for row in rows_of(MACHINE, LABELS)
    ]


def test_rows_say_what_the_mapping_does() -> None:
    assert rows_of(MACHINE, LABELS) == [
        MappingRow("Permit No", "Permit Number · permit_no", "similar 91%", "clear"),
        MappingRow("Opened", "Opened · opened", "same name", "clear", "M/D/YYYY | ISO8601"),
        MappingRow("Lat", "Location · location", "latitude and longitude", "", "latitude"),
        MappingRow("Lon", "Location · location", "latitude and longitude", "", "longitude"),
        MappingRow("Notes", "(ignore)", "no match"),
        MappingRow("(constant)", "Name · name", "confirmed", "", "=Hartford"),
    ]


def test_what_was_written_comes_back_in_any_order() -> None:
    rows = rows_of(MACHINE, LABELS)

    assert back(rows) == MACHINE
    turned = back(rows[::-1])
    assert set(turned.columns) == set(MACHINE.columns)
    assert turned.points == MACHINE.points


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Permit Number · permit_no", "permit_no"),
        ("permit_no", "permit_no"),
        ("permit number", "permit_no"),
        ("Value · $ · value", "value"),
        ("Value · $", "value"),
        ("Some Old Name · permit_no", "permit_no"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_column_typed_by_hand_is_understood(text: str, field: str) -> None:
    assert LABELS.field(text) == field


def test_another_column_chosen_by_hand_is_confirmed() -> None:
    (rule,) = [one for one in back(edited("Notes", dataset_column="Name · name_2")).columns
               if one.source == "Notes"]  # fmt: skip

    assert rule == ColumnRule("Notes", "name_2", match=CONFIRMED, confidence=1.0)


def test_ignoring_by_hand_is_confirmed_and_so_is_the_word_confirmed() -> None:
    ignored = back(edited("Permit No", dataset_column="(ignore)")).columns[0]
    agreed = back(edited("Permit No", match="confirmed")).columns[0]

    assert (ignored.ignore, ignored.match) == (True, CONFIRMED)
    assert (agreed.match, agreed.confidence) == (CONFIRMED, 1.0)


def test_a_cleared_column_is_free_to_be_matched_again() -> None:
    rule = back(edited("Permit No", dataset_column="")).columns[0]

    assert (rule.field, rule.ignore, rule.match) == (None, False, "")


def test_without_a_memory_the_words_on_the_sheet_count() -> None:
    mapping = back(rows_of(MACHINE, LABELS), earlier=None)

    assert [rule.match for rule in mapping.columns] == [rule.match for rule in MACHINE.columns]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            MappingRow("A", "Name · name", if_blank="perhaps"),
            '"perhaps" under Empty cells is unknown. Choose Clear, Leave or Reject.',
        ),
        (MappingRow("", "Name · name"), "The sheet column is missing."),
        (MappingRow("(constant)", "", "", "", "x"), "Choose a dataset column for the constant."),
        (
            MappingRow("A", "Location · location", "", "", "latitude"),
            "location needs one row with the format latitude and one with longitude.",
        ),
    ],
)
def test_rubbish_in_a_row_is_said_and_does_no_harm(row: MappingRow, sentence: str) -> None:
    _, problems = mapping_of([MappingRow("B", "Opened · opened"), row], LABELS, None)

    assert [(problem.row, problem.sentence) for problem in problems] == [(1, sentence)]


ANGLES = "degrees minutes seconds"


def test_degrees_of_two_columns_are_one_format_of_their_point() -> None:
    mapping = back(edited("Lat", format=f"latitude | {ANGLES.title()}"))

    assert mapping.points == (replace(MACHINE.points[0], formats=(ANGLES,)),)
    assert [row.format for row in rows_of(mapping, LABELS)[2:4]] == [
        f"latitude | {ANGLES}", f"longitude | {ANGLES}",
    ]  # fmt: skip
    assert back(rows_of(mapping, LABELS), mapping) == mapping


@pytest.mark.parametrize("form", ["longitude first", "D/M/YYYY"])
def test_another_format_of_half_a_point_is_a_problem(form: str) -> None:
    _, problems = mapping_of(edited("Lon", format=f"longitude | {form}"), LABELS, MACHINE)

    assert [problem.sentence for problem in problems] == [
        f"location has the format {form.casefold()}, but two columns can only be plain numbers or "
        f"{ANGLES}."
    ]


def test_empty_rows_are_passed_over() -> None:
    assert back([MappingRow(), *rows_of(MACHINE, LABELS), MappingRow()]) == MACHINE


NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=12
)
#: Words with a special meaning in a cell of the table.
MEANT = ("latitude", "Longitude", "address", "City", "zip", "(ignore)", "(constant)", "(computed)",
         "(not filled)", "(empty)", "remove signs", "5 digits", "confirmed", "clear")  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
WORDS = ANY_TEXT | st.sampled_from(MEANT)
FORMATS = st.lists(
    WORDS.filter(lambda text: text and not text.casefold().startswith("zone ")), max_size=3
).map(tuple)
FIELDS = st.sampled_from([column.field for column in LABELS.columns if column.type != "point"])
MATCHES = st.sampled_from(["same name", "similar 80%", "confirmed", "mine", "synonym"])
VALUES = WORDS.filter(bool)
RECODES = st.dictionaries(VALUES, WORDS.filter(lambda new: new.casefold() != "(empty)"), max_size=3)
RULES = st.one_of(
    st.builds(
        ColumnRule,
        source=NAMES | st.sampled_from(MEANT),
        field=FIELDS,
        missing=st.lists(VALUES, max_size=2).map(tuple),
        recode=RECODES.map(lambda pairs: tuple(pairs.items())),
        pad=st.integers(0, 30),
        unwrap=st.booleans(),
        formats=FORMATS,
        timezone=st.sampled_from([None, "UTC", "America/New_York"]),
        blank=st.sampled_from(list(Blank)),
        match=MATCHES,
        confidence=st.floats(0, 1),
    ),
    st.builds(ColumnRule, source=NAMES, ignore=st.just(True), match=MATCHES),
    st.builds(ColumnRule, constant=WORDS, field=FIELDS, match=MATCHES),
    st.builds(
        ColumnRule,
        template=st.sampled_from(["{run}", "{A} | {B}", "{{x}}", "{column:today}"]),
        field=FIELDS,
        match=MATCHES,
    ),
)


@given(st.lists(RULES, max_size=8, unique_by=lambda rule: (rule.source, rule.field)))
def test_every_mapping_survives_the_table(rules: list[ColumnRule]) -> None:
    mapping = Mapping(tuple(rules), timezone="America/Chicago", trim=False)

    found, problems = mapping_of(rows_of(mapping, LABELS), LABELS, mapping)

    assert problems == ()
    assert found == mapping


@given(st.lists(st.builds(MappingRow, *[WORDS] * 6), max_size=6))
def test_whatever_is_pasted_can_be_read(rows: list[MappingRow]) -> None:
    mapping, _ = mapping_of(rows, LABELS, MACHINE)

    again, _ = mapping_of(rows_of(mapping, LABELS), LABELS, mapping)
    assert {rule.source for rule in again.columns} == {rule.source for rule in mapping.columns}


PLACED = replace(
    MACHINE, places=(PlaceRule("site", address="Street", zip="(Constant)", latitude="Lat"),)
)


def test_parts_of_an_address_have_a_row_each() -> None:
    rows = rows_of(PLACED, LABELS)

    assert rows[-3:] == [
        MappingRow("Street", "Site · site", format="address"),
        MappingRow("\\(Constant)", "Site · site", format="zip"),
        MappingRow("Lat", "Site · site", format="latitude"),
    ]
    assert back(rows, PLACED) == PLACED
    assert back(rows[:-1], PLACED).places[0].latitude == ""
    assert back(rows[:-3], PLACED).places == ()
    city = MappingRow("Town", "site", format="City")
    assert back([*rows, city], PLACED).places[0].city == "Town"


@pytest.mark.parametrize("text", ["address", "City", "latitude"])
def test_a_constant_that_reads_like_a_part_is_a_constant(text: str) -> None:
    rule = ColumnRule(None, "site", constant=text, match=CONFIRMED, confidence=1.0)
    mapping = replace(PLACED, columns=(*PLACED.columns, rule))

    assert back(rows_of(mapping, LABELS), mapping) == mapping


def test_a_part_that_is_named_twice_is_told() -> None:
    rows = [*rows_of(PLACED, LABELS), MappingRow("Road", "site", format="address")]

    _, problems = mapping_of(rows, LABELS, PLACED)

    assert [problem.sentence for problem in problems] == [
        "This part of the address is mapped twice."
    ]


def test_cleanup_and_templates_survive_the_sheet() -> None:
    field = MACHINE.columns[0].field
    rule = ColumnRule(
        "V", field, match=CONFIRMED, confidence=1.0,
        missing=("n/a",), recode=(("a", "b"),), pad=5, unwrap=True,
    )  # fmt: skip
    computed = ColumnRule(None, field, template="{V} {W}", match=CONFIRMED, confidence=1.0)
    for one in (rule, computed):
        mapping = Mapping((one,), missing=("-",), declined=("rows:totals",))

        assert back(rows_of(mapping, LABELS), mapping) == mapping


@pytest.mark.parametrize(
    ("formats", "zone", "cell"),
    [
        (("%m/%d/%y",), None, "M/D/YY"),
        (("%d-%b-%Y", "%Y%m%d"), None, "D-MMM-YYYY | YYYYMMDD"),
        (("%m/%d/%Y %I:%M %p",), "America/New_York", "M/D/YYYY h:mm AM/PM | zone New York"),
        (("%Y as first day",), "Europe/Paris", "YYYY as first day | zone Europe/Paris"),
        (("%Y-%m-%dT%H:%M", "MM/dd/yyyy"), "UTC", "%Y-%m-%dT%H:%M | MM/dd/yyyy | zone UTC"),
    ],
)
def test_dates_and_zones_stand_in_the_cell_as_people_write_them(formats, zone, cell) -> None:
    rule = ColumnRule("Opened", "opened", formats=formats, timezone=zone, match=CONFIRMED)
    mapping = Mapping((rule,))
    (row,) = rows_of(mapping, LABELS)

    found, problems = mapping_of([row], LABELS, mapping)

    assert (row.format, problems) == (cell, ())
    assert found.columns[0].formats == formats, "an untouched cell means what it meant"
    assert found.columns[0].timezone == zone


@pytest.mark.parametrize(
    ("words", "zone", "problem"),
    [
        ("Zone america/new_york", "America/New_York", False),
        ("zone new york", "America/New_York", False),
        ("zone New York", "America/New_York", False),
        ("zone America/New_York", "America/New_York", False),
        ("zone Argentina/Salta", "America/Argentina/Salta", False),
        ("zone ../../etc/passwd", None, True),
        ("zone Middle Earth", None, True),
    ],
)
def test_a_zone_is_named_by_its_city_or_in_full(words, zone, problem) -> None:
    row = MappingRow("Opened", "Opened · opened", format=words)

    found, problems = mapping_of([row], LABELS, None)

    assert found.columns[0].timezone == zone
    said = f'"{words}" is not a time zone. Write zone New York or zone America/New_York.'
    assert [one.sentence for one in problems] == ([said] if problem else [])


@pytest.mark.parametrize(
    ("sheet_column", "words", "cleanup", "sentence"),
    [
        ("V", "", "5 digit", '"5 digit" under Cleanup is unknown.'),
        ("V", "", "0 digits", '"0 digits" under Cleanup is unknown.'),
        ("V", "", "a = b = c", '"a = b = c" under Cleanup is unknown.'),
        ("V", "", "= Open", '"= Open" under Cleanup is unknown.'),
        ("(computed)", "{First", "", "The template '{First' has a single {."),
    ],
)
def test_cleanup_that_means_nothing_is_a_problem_of_its_row(
    sheet_column: str, words: str, cleanup: str, sentence: str
) -> None:
    row = MappingRow(sheet_column, "name", format=words, cleanup=cleanup)

    mapping, problems = mapping_of([MappingRow(), row], LABELS, None)

    assert [(one.row, one.sentence.startswith(sentence)) for one in problems] == [(1, True)]
    assert mapping.columns[0].missing == ()


def test_steps_of_a_cleanup_cell_are_read_as_people_write_them() -> None:
    row = MappingRow(
        "V", "name", cleanup="n/a = (Empty) |Opne=Open|| a\\=b = c | 5 DIGITS|Remove signs"
    )

    (rule,) = back([row], None).columns

    assert rule.missing == ("n/a",)
    assert rule.recode == (("Opne", "Open"), ("a=b", "c"))
    assert (rule.pad, rule.unwrap) == (5, True)


def test_a_blank_cell_has_no_cleanup_and_a_sheet_without_the_column_keeps_it() -> None:
    rule = ColumnRule("V", "name", match="same name", pad=5, missing=("n/a",))
    mapping = Mapping((rule,))
    (row,) = rows_of(mapping, LABELS)

    assert back([replace(row, cleanup="")], mapping).columns[0] == replace(rule, pad=0, missing=())
    assert back([replace(row, cleanup=None)], mapping).columns[0] == rule


LOOKED_UP = replace(
    MACHINE,
    points=(),
    places=(PlaceRule("location", address="Street", city="Town", country="Land", geocode=True),),
)


def test_an_address_that_is_looked_up_has_rows_that_say_so() -> None:
    rows = rows_of(LOOKED_UP, LABELS)[-3:]

    assert [(row.sheet_column, row.format) for row in rows] == [
        ("Street", "geocode address"),
        ("Town", "geocode city"),
        ("Land", "geocode country"),
    ]
    assert back(rows_of(LOOKED_UP, LABELS), LOOKED_UP) == LOOKED_UP


def test_one_row_that_is_looked_up_is_enough_for_its_column() -> None:
    plain = MappingRow("Street", "Site · site", format="address")
    typed = MappingRow("Town", "Site · site", format="Geocode City")

    assert back([plain, typed], Mapping()).places == (
        PlaceRule("site", address="Street", city="Town", geocode=True),
    )
    assert back([plain], Mapping()).places == (PlaceRule("site", address="Street"),)
    assert back([replace(plain, dataset_column="Location · location")], Mapping()).places == ()
