"""Expressions over the text columns of a file: results and refusals."""

from __future__ import annotations

import json

import pytest

from socrata_practice.transforms.cell_lists import Failure, TransformError
from socrata_practice.transforms.compiler import compile_transform
from socrata_practice.transforms.geocoding import answering

NAMES = {"a": "a", "b": "b"}


def run(expression, *rows):
    """Return the cells of an expression over rows of (a, b), failures as their strings."""
    node = compile_transform(expression, NAMES)
    block = {
        "a": [row[0] if isinstance(row, tuple) else row for row in rows],
        "b": [row[1] if isinstance(row, tuple) else None for row in rows],
    }
    cells = node.run(block, len(rows))
    return [cell.error["english"] if isinstance(cell, Failure) else cell for cell in cells]


def point(longitude, latitude):
    return json.dumps(
        {"type": "Point", "coordinates": [longitude, latitude]}, separators=(",", ":")
    )


@pytest.mark.parametrize(
    ("expression", "given", "wanted"),
    [
        ("a", "x", "x"),
        ("to_text(a)", " Ünïcödé ", " Ünïcödé "),
        ("to_number(a)", "6.02e+3", "6020"),
        ("to_number(a)", "-0.50", "-0.50"),
        ("to_number(to_checkbox(a))", "true", "1"),
        ("to_number(a, 'de')", "1.234,5", "1234.5"),
        ("to_number(a, 'fr_FR')", "1 234,5", "1234.5"),
        ("to_number(a, 'en')", "1,234.5", "1234.5"),
        ("to_checkbox(a)", "true", 1),
        ("to_boolean(a)", "0", 0),
        ("to_floating_timestamp(a)", "2024-02-29", "2024-02-29T00:00:00.000"),
        ("to_floating_timestamp(a, '%m/%d/%Y %I:%M:%S%P')", "4/1/2018 1:05:26AM",
         "2018-04-01T01:05:26.000"),
        ("to_fixed_timestamp(a)", "2024-02-29T10:00:00+02:00", "2024-02-29T08:00:00.000Z"),
        ("to_fixed_timestamp(a, '%d.%m.%Y %H:%M %z')", "01.07.2024 12:00 +0200",
         "2024-07-01T10:00:00.000Z"),
        ("to_fixed_timestamp(to_floating_timestamp(a), 'America/New_York')", "2024-07-01",
         "2024-07-01T04:00:00.000Z"),
        ("to_floating_timestamp(to_fixed_timestamp(a), 'Europe/Berlin')", "2024-07-01T00:00:00Z",
         "2024-07-01T02:00:00.000"),
        ("to_url(a)", "Home (https://x.example)",
         '{"url":"https://x.example","description":"Home"}'),
        ("to_json(a)", '{"k": [1]}', '{"k":[1]}'),
        ("to_point(a)", "POINT (-71 42)", '{"type":"Point","coordinates":[-71,42]}'),
        ("to_line(a)", "LINESTRING (0 0, 1 1)",
         '{"type":"LineString","coordinates":[[0,0],[1,1]]}'),
        ("parse_point(a)", "(42.5, -71.25)", point(-71.25, 42.5)),
        ("geocode(a, 'Practice City', 'CT', '06101')", "1 Main Street", point(-72.7, 41.76)),
        ("geocode(a, 'practice city', '', '', 'US')", "11  OAK Ave.", point(-72.697, 41.762)),
        ("geocode(a, 'Seattle', 'WA', '98128')", "10028 Ravenna Ave NE",
         point(-122.29939, 47.702105)),
        ("location_to_point(geocode(make_location(a, 'Practice City', 'CT', '06101')))",
         "1 Main St", point(-72.7, 41.76)),
        ("upper(trim(a))", " straße ", "STRASSE"),
        ("title_case(a)", "main st", "Main St"),
        ("replace(a, 'x', 'y')", "axbx", "ayby"),
        ("regex_replace(a, '(\\d+)-(\\d+)', '$2/$1')", "12-34", "34/12"),
        ("regex_named_capture(a, '(?<zip>\\d{5})', 'zip')", "Boston 02108", "02108"),
        ("split_select(a, '-', 1)", "x-y", "y"),
        ("length(a)", "äbc", "3"),
        ("to_number(a) * (9 / 5) + 32", "100", "212.0"),
        ("-to_number(a) % 3", "7", "-1"),
        ("to_number(a) ^ 2", "12", "144"),
        ("a || '!'", "hey", "hey!"),
        ("coalesce(forgive(to_number(a)), 0)", "x", "0"),
        ("forgive(to_number(a))", "x", None),
        ("case(a = 'x', 1, true, 2)", "x", "1"),
        ("case(a = 'x', 1, true, 2)", "y", "2"),
        ("case(a = 'x', 1)", "y", None),
        ("is_null(a)", "x", 0),
        ("a is not null and not (a = 'y')", "x", 1),
        ("a in ('x', 'z') or to_number('1') between 2 and 3", "z", 1),
        ("to_number(a) >= 10", "9.99", 0),
        ("to_text(to_checkbox(a))", "1", "true"),
        ("location_to_city(make_location(a, 'Boston', 'MA', '02108'))", "1 Main", "Boston"),
        ("location_to_point(to_location(a))", "1 Main\nBoston, MA\n(42, -71)", point(-71.0, 42.0)),
    ],
)  # fmt: skip
def test_an_expression_gives(expression, given, wanted):
    assert run(expression, given) == [wanted]


@pytest.mark.parametrize(
    "expression", ["to_number(a)", "upper(a)", "a || 'x'", "to_point(a)", "to_number(a) + 1"]
)
def test_nothing_comes_of_nothing(expression):
    assert run(expression, None) == [None]


@pytest.mark.parametrize(
    ("expression", "given", "english"),
    [
        ("to_number(a)", "$5", 'Unable to convert "$5" from text to number'),
        ("to_point(a)", "(2, 2)", 'Unable to convert "(2, 2)" from text to point'),
        ("to_checkbox(a)", "yes", 'Unable to convert "yes" from text to checkbox'),
        ("to_floating_timestamp(a)", "2024-01-01T00:00:00Z",
         'Unable to convert "2024-01-01T00:00:00Z" from text to calendar_date'),
        ("to_floating_timestamp(a, '%m/%d/%Y')", "31/12/2024",
         'Unable to convert "31/12/2024" from text to calendar_date'),
        ("make_point(to_number(a), 0)", "91", 'Unable to convert "(91, 0)" from number to point'),
        ("error('not today')", "x", "not today"),
        ("1 / to_number(a)", "0", "Cannot compute 1 / 0"),
        ("to_number(upper(a)) + 1", "x", 'Unable to convert "X" from text to number'),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_computed_says_why(expression, given, english):
    assert run(expression, given) == [english]


def test_one_bad_cell_leaves_the_others_alone():
    good_and_bad = run("to_number(a)", "1", "x", None, "2")

    assert good_and_bad == ["1", 'Unable to convert "x" from text to number', None, "2"]
    assert run("make_point(to_number(a), to_number(b))", ("42", "-71"), ("42", "x"))[0] == point(
        -71.0, 42.0
    )


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("nope(a)", "No such function: nope"),
        ("to_number(zz)", "No such column: zz"),
        ("a) x (", "Cannot parse the expression"),
        ("a, b", "Not one expression"),
        ("a from b", "Not one expression"),
        ("upper(to_number(a))", r"upper takes \(text\), got \(number\)"),
        ("to_number(to_point(a))", "There is no conversion from point to number"),
        ("coalesce(a, 1)", "coalesce needs values of one type, got number, text"),
        ("a + 1", "needs numbers"),
        ("a || 1", "needs texts"),
        ("case(a, 1)", "must be true or false"),
        ("case(a = 'x')", "pairs of a condition and a value"),
        ("to_floating_timestamp(a, '%Q')", "%Q is not a token"),
        ("to_floating_timestamp(a, '%')", "ends in the middle of a token"),
        ("to_floating_timestamp(a, b)", "must be a text literal"),
        ("to_fixed_timestamp(to_floating_timestamp(a), 'Mars/Olympus')", "Unknown time zone"),
        ("a::number", "Cast is not known"),
        ("to_number()", "takes an argument"),
        ("(select 1)", "not known|Cannot parse"),
    ],
)  # fmt: skip
def test_an_expression_that_is_none_says_why(expression, why):
    with pytest.raises(TransformError, match=why):
        compile_transform(expression, NAMES)


@pytest.mark.parametrize(
    ("pattern", "given", "wanted"),
    [
        ("%d/%m/%y", "31/12/69", "2069-12-31T00:00:00.000"),
        ("%d/%m/%y", "31/12/70", "1970-12-31T00:00:00.000"),
        ("%d-%b-%Y", "5-mar-2024", "2024-03-05T00:00:00.000"),
        ("%A, %B %e, %Y", "Friday, March  1, 2024", "2024-03-01T00:00:00.000"),
        ("%Y-%j", "2024-366", "2024-12-31T00:00:00.000"),
        ("%Y-%j", "2023-366", None),
        ("%F %T", "2024-01-02 03:04:05", "2024-01-02T03:04:05.000"),
        ("%D %R", "1/2/24 23:59", "2024-01-02T23:59:00.000"),
        ("%F %r", "2024-01-02 12:00:00 AM", "2024-01-02T00:00:00.000"),
        ("%F %I:%M %p", "2024-01-02 13:00 PM", None),
        ("%F %H:%M:%S%.3f", "2024-01-02 03:04:05.678", "2024-01-02T03:04:05.678"),
        ("%s", "0", "1970-01-01T00:00:00.000"),
        ("%+", "2024-01-02T03:04:05.5+01:00", "2024-01-02T03:04:05.500"),
        ("%d.%m.%Y", "30.02.2024", None),
        ("100%% %Y", "100% 2024", "2024-01-01T00:00:00.000"),
        ("%H:%M", "12:30", None),
    ],
)
def test_a_date_format_reads(pattern, given, wanted):
    found = run(f"to_floating_timestamp(a, '{pattern}')", given)

    assert found == [wanted] if wanted else "Unable to convert" in found[0]


@pytest.mark.parametrize(
    "expression",
    [
        "geocode(a, 'Practice City', 'CT', '10001')",
        "geocode(a, 'Elsewhere', 'CT', '06101')",
        "geocode(a, 'Practice City', 'NY', '')",
        "geocode(a, 'Practice City', 'CT', '', 'France')",
        "geocode('401 Main St', 'Practice City', 'CT', '')",
        "geocode('Main St', 'Practice City', 'CT', '')",
        "geocode(make_location(a, 'Elsewhere', 'CT', ''))",
    ],
)
def test_an_address_that_is_nowhere_is_an_error_or_null(expression):
    (said,) = run(expression, "1 Main St")
    with answering("null"):
        (nothing,) = run(expression, "1 Main St")

    assert said.startswith("Unable to find the address")
    assert nothing is None
    assert run(f"forgive({expression})", "1 Main St") == [None]


@pytest.mark.parametrize("expression", ["geocode(a)", "geocode(a, a, a)", "geocode(1, a, a, a)"])
def test_geocode_takes_an_address_or_a_location(expression):
    with pytest.raises(TransformError, match="geocode takes"):
        compile_transform(expression, NAMES)
