"""Suggestions for one header and one column, and for whole sheets."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.matching import suggest
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PointRule, guessed, personal
from sodasheet.model.method import Method


def column(field, name="", kind="text", **more):
    return Column(1, name or field, field, kind, 1, **more)


def dataset(*columns, identifier=None):
    made = tuple(column(one) if isinstance(one, str) else one for one in columns)
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", made, identifier)


def fields(headers, *columns):
    """The suggested field for each header."""
    mapping = suggest(headers, dataset(*columns), Method.APPEND)
    assert [rule.source for rule in mapping.columns] == list(headers)
    return [rule.field for rule in mapping.columns]


def only_rule(header, *columns):
    return suggest([header], dataset(*columns), Method.UPSERT).columns[0]


# Pairs that DataSync also considers equal.
@pytest.mark.parametrize(
    ("header", "field", "reason", "confidence"),
    [
        ("permit_no", "permit_no", "same field name", 1.0),
        ("PERMIT_NO", "permit_no", "same field name", 1.0),
        ("ID", "id", "same field name", 1.0),
        ("NAME", "name", "same field name", 1.0),
        ("Another Name", "another_name", "same words", 0.97),
        ("AnotherName", "another_name", "same words", 0.97),
        ("First Name (legal)", "first_name_legal", "same words", 0.97),
        ("firstname", "first_name", "same words", 0.97),
        ("Amount ($)", "amount", "same words", 0.97),
        ("Permit #", "permit_", "same words", 0.97),
        ("Permit #", "permit_number", "same words", 0.97),
        ("Permit No.", "permit_no", "same words", 0.97),
        ("Permit No", "permit_number", "same words", 0.97),
        ("% Change", "_change", "same words", 0.97),
        ("Café", "caf_", "same words", 0.97),
        ("Café", "cafe", "same words", 0.97),
        ("Straße", "strasse", "same field name", 1.0),
        ("  Permit\u00a0Type ", "permit_type", "same words", 0.97),
        ("Owner's Name", "owners_name", "same words", 0.97),
        ("Contact E-mail", "contact_email", "same words", 0.97),
        ("Date & Time Column", "date_time_column", "same words", 0.97),
        ("District/Sector", "district_sector", "same words", 0.97),
        ("magType", "magtype", "same field name", 1.0),
        ("Date 01", "date_1", "same words", 0.97),
        ("名前", "名前", "same field name", 1.0),
        ("name", "names", "same words", 0.93),
        ("Categories", "category", "same words", 0.93),
        ("Date of Issue", "issue_date", "same words", 0.93),
        ("Name (First)", "first_name", "same words", 0.93),
        ("Date Opened", "opened_date", "same words", 0.93),
        ("Zip Code", "zip", "synonym", 0.9),
        ("zip", "zip_code", "synonym", 0.9),
        ("Postal Code", "zip", "synonym", 0.9),
        ("Lat", "latitude", "synonym", 0.9),
        ("Lng", "longitude", "synonym", 0.9),
        ("Long", "lon", "synonym", 0.9),
        ("Contact Telephone", "contact_phone", "synonym", 0.9),
        ("Phone Number", "phone", "synonym", 0.9),
        ("E-Mail Address", "email", "synonym", 0.9),
        ("DOB", "date_of_birth", "synonym", 0.9),
        ("Mailing Addr", "mailing_address", "synonym", 0.9),
        ("PERMIT_NUM", "permit_number", "synonym", 0.9),
        ("Case Identifier", "case_id", "synonym", 0.9),
        ("Project Desc", "project_description", "synonym", 0.9),
        ("Qty", "quantity", "synonym", 0.9),
        ("Fee Amt", "fee_amount", "synonym", 0.9),
        ("Link", "url", "synonym", 0.9),
        ("Web site", "url", "synonym", 0.9),
        ("Organisation", "organization", "synonym", 0.9),
        ("Dept", "department", "synonym", 0.9),
        ("Fiscal Yr", "fiscal_year", "synonym", 0.9),
        ("St. Name", "street_name", "synonym", 0.9),
        ("Issue Date", "issued_date", "similar 95%", 0.95),
        ("Adress", "address", "similar 92%", 0.92),
        ("Contractor Licence Typ", "contractor_license_types", "no match", 0.0),
        ("Inspecton Result", "inspection_result", "similar 96%", 0.96),
    ],
)
def test_a_header_fills_its_column_for_a_reason(header, field, reason, confidence):
    rule = only_rule(header, field)

    assert (rule.match, round(rule.confidence, 2)) == (reason, confidence)
    assert rule.field == (field if confidence else None)


# Pairs that look alike but are different.
@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("X Coordinate", "y_coordinate"),
        ("XCOORD", "ycoord"),
        ("Street Name", "street_number"),
        ("start date", "end_date"),
        ("Date 1", "date_2"),
        ("Date", "date_1"),
        ("Address 1", "address_11"),
        ("Address Line 1", "address_line_2"),
        ("Phase I", "phase_ii"),
        ("Address A", "address_b"),
        ("Address A", "address"),
        ("X", "x_coordinate"),
        ("Lat", "lon"),
        ("Latitude", "longitude"),
        ("Latitude", "altitude"),
        ("First Name", "last_name"),
        ("Min Value", "max_value"),
        ("Minimum", "maximum"),
        ("From Street", "to_street"),
        ("North Boundary", "south_boundary"),
        ("Eastern Limit", "western_limit"),
        ("Active", "inactive"),
        ("Male Count", "female_count"),
        ("Legal", "illegal"),
        ("Country", "county"),
        ("Contact Date", "contract_date"),
        ("Height", "weight"),
        ("Payer Name", "payee_name"),
        ("Employer", "employee"),
        ("Owner", "owned"),
        ("Issuer", "issued"),
        ("Licensee", "license"),
        ("State", "status"),
        ("State", "stage"),
        ("Quality", "quantity"),
        ("Number of Units", "unit_number"),
        ("Permit", "permit_date"),
        ("Name Type", "type_name"),
        ("Long Name", "lon"),
        ("2023 Total", "2024_total"),
        ("Age <18", "age_over_18"),
        ("はし", "ばし"),
        ("%", "#"),
        ("()", "_"),
    ],
)
def test_a_header_never_fills_a_column_that_means_something_else(header, field):
    rule = only_rule(header, field)

    assert rule == ColumnRule(source=header, field=None, ignore=True, match="no match")
    assert only_rule(field, column("f", header)).field is None


def test_a_display_name_matches_trimmed_and_in_any_case():
    rule = only_rule(" permit NUMBER ", column("pn", "Permit Number"))

    assert (rule.field, rule.match, rule.confidence) == ("pn", "same name", 1.0)


def test_a_sign_lost_in_the_field_name_is_read_from_the_display_name():
    change = column("_change", "% Change")

    assert fields(["# Change", "Percent change"], change) == [None, "_change"]
    assert fields(["Change", "Permit"], "_change", "permit_") == [None, None]


def test_a_date_column_may_omit_the_word_date():
    opened = column("opened", "Opened", "calendar_date")

    assert fields(["Date Opened"], opened) == ["opened"]
    assert fields(["Date Opened"], "opened") == [None]


def test_a_percentage_may_omit_the_word_percent():
    done = column("completion", kind="number", format={"precisionStyle": "percentage"})

    assert fields(["Completion %"], done) == ["completion"]
    assert fields(["Completion %"], "completion") == [None]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["ID", "Name", "Another Name", "Date"], ["id", "name", "another_name", "date"]),
        (
            ["Date", "another name", "NAME", "Id", "Extra"],
            ["date", "another_name", "name", "id", None],
        ),
        (["name", "name"], ["name", None]),
        (["Column 1", "Column 2"], [None, None]),
        ([], []),
    ],
)
def test_whole_sheets_of_the_reference_are_matched(headers, expected):
    columns = [
        column("id", "ID"),
        column("name", "Name"),
        column("another_name", "Another Name"),
        column("date", "Date"),
    ]

    assert fields(headers, *columns) == expected


def test_a_certain_pair_outranks_a_likely_pair():
    assert fields(["Zip", "Zip Code", "Postal Code"], "zip") == ["zip", None, None]
    assert fields(["Postal Code", "Zip Code"], "zip_code") == [None, "zip_code"]


def test_the_closer_pairs_win_together():
    # Both headers could fill both columns: the closer pairs win together.
    assert fields(["Postal Code", "Zip"], "zip", "zip_code") == ["zip_code", "zip"]
    assert fields(["Permit Nbr", "Permit No"], "permit_no", "permit_nr") == [
        "permit_nr",
        "permit_no",
    ]


def test_case_sensitive_matches_come_first():
    status, other = column("status", "Old status"), column("status_2", "Status")

    assert fields(["Status"], status, other) == ["status_2"]
    assert fields(["status"], status, other) == ["status"]
    assert fields(["STATUS", "Status"], status, other) == ["status", "status_2"]


def test_unfillable_columns_are_not_offered():
    columns = [
        column(":id"),
        column(":@computed_region_k83t", "Region"),
        column("region", computed=True),
        column("photo", kind="photo"),
        column("attachment", kind="document"),
    ]

    assert fields([":id", "Region", "region", "photo", "Attachment"], *columns) == [None] * 5


def test_delete_takes_the_row_identifier_and_nothing_else():
    target = dataset("permit_no", "name", column("place", kind="point"), identifier="permit_no")
    mapping = suggest(["Name", "Permit #", "Lat", "Lon"], target, Method.DELETE)

    assert mapping.filled == ("permit_no",)
    assert mapping.columns[0].match == "not used by delete"
    assert suggest(["Name"], dataset("name"), Method.DELETE).filled == ()


def test_a_choice_of_a_person_survives_matching_again():
    target = dataset("permit_no", "name", "notes", "city")
    keep = Mapping(
        columns=(
            ColumnRule("Name", "notes", match="confirmed"),
            ColumnRule("Notes", ignore=True, match="confirmed"),
            ColumnRule("Permit", "permit_no"),
            ColumnRule(field="city", constant="Hartford"),
        ),
        trim=False,
        timezone="US/Eastern",
    )
    again = suggest(["New", "Permit", "Notes", "Name", "City"], target, Method.APPEND, keep=keep)

    assert again.columns == (
        ColumnRule("New", ignore=True, match="no match"),
        keep.columns[2],
        keep.columns[1],
        keep.columns[0],
        ColumnRule("City", ignore=True, match="no match"),
        keep.columns[3],
    )
    assert (again.trim, again.timezone) == (False, "US/Eastern")


def test_a_choice_whose_header_or_column_is_gone_is_matched_again():
    keep = Mapping(
        columns=(
            ColumnRule("Old header", "name", match="confirmed"),
            ColumnRule("Notes", "old_field", match="confirmed"),
            ColumnRule(field="old_city", constant="x"),
        )
    )
    again = suggest(["Name", "Notes"], dataset("name", "notes"), Method.APPEND, keep=keep)

    assert [(rule.field, rule.match) for rule in again.columns] == [
        ("name", "same field name"),
        ("notes", "same field name"),
    ]


def test_a_suggested_match_is_renewed_but_its_formats_remain():
    opened = column("opened", "Opened", "calendar_date")
    rule = ColumnRule(
        "Opened on", "opened", formats=("%m/%d/%Y",), blank=Blank.KEEP, match="similar 85%"
    )
    fresh = ColumnRule("Opened", "opened", formats=("%d.%m.%Y",), timezone="UTC", match="synonym")
    again = suggest(
        ["Opened on", "Opened"], dataset(opened), Method.APPEND, keep=Mapping((rule, fresh))
    )

    assert again.columns[0].field is None
    assert again.columns[1] == dataclasses.replace(fresh, match="same name", confidence=1.0)


def test_confirmed_and_guessed_matches_are_distinguished():
    matches = (
        "confirmed",
        "",
        "used last time",
        "same name",
        "synonym",
        "similar 91%",
        "no match",
    )

    assert [personal(match) for match in matches] == [True, True, True, False, False, False, False]
    assert [guessed(match) for match in matches] == [False] * 4 + [True, True, False]


def test_five_hundred_headers():
    words = ["permit", "license", "inspection", "tenement", "street", "value", "parcel", "review"]
    names = [f"{a} {b} {c} {d}" for a in words for b in words for c in words for d in ("x", "y")]
    headers = [name.replace("e", "", 1).title() for name in names[:500]]
    began = time.process_time()
    found = fields(headers, *[name.replace(" ", "_") for name in names[:500]])

    assert found == [name.replace(" ", "_") for name in names[:500]]
    assert time.process_time() - began < 3


SOME_HEADERS = """
permit no/Permit No./permit_no/PERMIT_NO/permit #/zip/Zip Code/postal code/lat/Latitude/date 1/
date 2/Date/name/names/Name/nmae/first name/firstname/address/adress/Café/cafe/😀
""".replace("\n", "").split("/")
SOME_FIELDS = ["permit_no", "permit_number", "zip", "zip_code", "date", "date_1", "name", "cafe"]
NAMES = st.lists(st.sampled_from(SOME_HEADERS) | st.text(max_size=8), unique=True, max_size=12)
FIELDS = st.lists(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True) | st.sampled_from(SOME_FIELDS),
    unique=True,
    max_size=12,
)


@given(NAMES, FIELDS)
def test_no_column_is_filled_twice(headers, names):
    found = [field for field in fields(headers, *names) if field is not None]

    assert len(found) == len(set(found))
    assert set(found) <= set(names)


@given(NAMES, FIELDS, st.randoms(use_true_random=False))
def test_the_order_of_the_headers_is_irrelevant(headers, names, random):
    shuffled = list(headers)
    random.shuffle(shuffled)
    before = dict(zip(headers, fields(headers, *names), strict=True))

    assert dict(zip(shuffled, fields(shuffled, *names), strict=True)) == before


@given(NAMES, FIELDS)
def test_an_exact_name_always_wins(headers, names):
    for header, field in zip(headers, fields(headers, *names), strict=True):
        if header in names:
            assert field == header


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_may_be_a_name(header, name):
    rule = only_rule(header, column("f", name))

    assert rule.field in (None, "f")
    assert rule.source == header


def test_a_point_is_filled_from_the_only_latitude_and_longitude():
    target = dataset("permit_no", column("location", "Location", "point"))
    mapping = suggest(["Permit No", "LAT", "Lon"], target, Method.UPSERT)

    assert mapping.points == (PointRule("location", "LAT", "Lon", "latitude and longitude"),)
    assert mapping.columns[1] == ColumnRule("LAT", ignore=True, match="part of location")


@pytest.mark.parametrize(
    ("headers", "kinds", "points"),
    [
        (["Lat", "Lon"], ["point"], 1),
        (["Lat", "Lon"], ["location"], 1),
        (["Start Latitude", "Start Longitude"], ["point"], 1),
        (["Start Latitude", "End Longitude"], ["point"], 0),
        (["Lat", "Lon", "Start Lat", "Start Lon"], ["point"], 0),
        (["Lat", "Lon"], ["point", "location"], 0),
        (["Lat", "Lon"], ["polygon"], 0),
        (["Lat", "Lon"], [], 0),
        (["Lat"], ["point"], 0),
        (["X", "Y"], ["point"], 0),
        (["Lat", "Lon", "Place 0"], ["point"], 0),
    ],
)
def test_an_ambiguous_point_is_not_suggested(headers, kinds, points):
    columns = [column(f"place_{at}", kind=kind) for at, kind in enumerate(kinds)]

    assert len(suggest(headers, dataset(*columns), Method.APPEND).points) == points


def test_a_latitude_that_fills_its_own_column_fills_the_point_too():
    target = dataset("latitude", "longitude", column("place", kind="point"))
    mapping = suggest(["Latitude", "Longitude"], target, Method.APPEND)

    assert mapping.filled == ("latitude", "longitude", "place")


def test_a_chosen_point_remains_and_a_refused_point_stays_away():
    target = dataset(column("place", kind="point"), column("other", kind="point"))
    keep = Mapping(points=(PointRule("other", "Lat", "Lon", "confirmed"),))
    refused = Mapping(columns=(ColumnRule("Lat", ignore=True, match="confirmed"),))

    assert suggest(["Lat", "Lon"], target, Method.APPEND, keep=keep).points[0] == keep.points[0]
    assert (
        suggest(["Lat", "Lon"], dataset("a", target.columns[0]), Method.APPEND, refused).points
        == ()
    )
    assert suggest(["Lat"], target, Method.APPEND, keep=keep).points == ()
