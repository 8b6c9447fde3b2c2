"""Cells of a description sheet: unedited cells cause no changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sodasheet.describe.description import ColumnDescription, Description
from sodasheet.describe.description_changes import changes
from sodasheet.describe.description_push_plan import DescriptionPlan
from sodasheet.errors import UsageProblem
from sodasheet.excel.sheets.cell_text import as_text
from sodasheet.excel.sheets.description_sheet_cells import (
    SheetCells,
    column_lines,
    custom_lines,
    field_values,
    states_of,
    text_of,
    wanted_of,
)
from sodasheet.model.sheet_labels import (
    CUSTOM_HEADERS,
    DATASET_DESCRIPTION,
    DATASET_NAME,
    DESCRIPTION_HEADERS,
)


def column(field: str, text: str) -> ColumnDescription:
    known = {"name": text, "description": text, "position": "1", "width": "", "format": "",
             "identifier": "No", "hidden": "No"}  # fmt: skip
    return ColumnDescription(field, known, 7, 1, "text")


def described(text: str) -> Description:
    """Return a description with one string in every place."""
    return Description(
        {"title": text, "description": text}, {("A / B", "C"): text}, (column("a", text),)
    )


def entered(text: Any) -> str:
    """Return what a spreadsheet program shows of a string that was entered."""
    return text_of(as_text(text).removeprefix("'"))


def cells_of(description: Description) -> SheetCells:
    """Return the cells of a sheet that a description was written to."""
    return SheetCells(
        {label: entered(text) for label, text in field_values(description).items()},
        [
            (20 + at, dict(zip(CUSTOM_HEADERS, map(entered, line.cells[:3]), strict=False)))
            for at, line in enumerate(custom_lines(description, {}))
        ],
        [
            (30 + at, dict(zip(DESCRIPTION_HEADERS, map(entered, line.cells), strict=True)))
            for at, line in enumerate(column_lines(description, {}))
        ],
        [],
    )


@pytest.mark.parametrize(
    "text",
    ["a\r\nb", "a\rb", " blank around \n", "=SUM(A1)", "'quoted", "PT5H03M02S", "x" * 40_000,
     "\x07bell", "2024", "true", "#N/A", "\U0001f6b2" * 17_000],
)  # fmt: skip
def test_an_untouched_sheet_wants_nothing(text: str) -> None:
    base = described(text)

    assert changes(base, wanted_of(cells_of(base), base, "Describe")) == ()


def test_an_edit_of_a_text_that_did_not_fit_is_refused() -> None:
    base = described("x" * 40_000)
    cells = cells_of(base)
    edited = {**cells.fields, DATASET_DESCRIPTION: "short"}

    with pytest.raises(UsageProblem) as caught:
        wanted_of(SheetCells(edited, (), (), ()), base, "Describe")

    assert caught.value.what == (
        "Describe, Dataset description: the text on the portal has 40,000 characters, but this"
        " cell has only the first 32,766, so editing it here would cut off the rest."
    )
    # Other values of the same sheet may be sent.
    base = Description({**base.fields, "title": "Old"})
    (change,) = changes(
        base, wanted_of(SheetCells({**cells.fields, DATASET_NAME: "New"}, (), (), ()), base, "D")
    )
    assert (change.label, change.new) == ("Title", "New")


@pytest.mark.parametrize(
    ("portal", "shown"),
    [("PUBLIC_DOMAIN", "Public domain"), ("OUR_OWN", "OUR_OWN"), ("CC_40_BY_SA",
     "Creative Commons Attribution-ShareAlike 4.0"), ("", "")],
)  # fmt: skip
def test_a_license_is_shown_in_words_and_wants_nothing(portal: str, shown: str) -> None:
    base = Description({"license": portal})

    assert field_values(base)["License"] == shown
    assert changes(base, wanted_of(cells_of(base), base, "Describe")) == ()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Open Database License", "ODBL"),
        ("open database license", "ODBL"),
        ("ODBL", "ODBL"),
        ("cc 40 by", "CC_40_BY"),
        ("Our own terms", "Our own terms"),
        ("(clear)", ""),
    ],
)
def test_a_license_is_read_in_words_and_as_the_portals_id(written: str, wanted: str) -> None:
    base = Description({"license": "PUBLIC_DOMAIN"})
    cells = cells_of(base)
    edited = replace(cells, fields={**cells.fields, "License": written})

    assert wanted_of(edited, base, "Describe").fields["license"] == wanted


def test_a_group_with_a_slash_is_the_group_of_the_portal() -> None:
    base = described("x")
    cells = cells_of(base)
    row = {**cells.custom[0][1], "Value": "y"}

    wanted = wanted_of(SheetCells({}, [(20, row)], (), ()), base, "Describe")

    assert wanted.custom == {("A / B", "C"): "y"}


def test_a_row_that_was_copied_is_named() -> None:
    base = described("x")
    ((_, row),) = cells_of(base).columns

    with pytest.raises(UsageProblem) as caught:
        wanted_of(SheetCells({}, (), [(30, row), (31, row)], ()), base, "Describe")

    assert caught.value.what == 'Describe, row 31: "a" is in row 30 already.'


def test_the_error_of_a_formula_is_not_sent() -> None:
    base = described("x")
    row = {**cells_of(base).columns[0][1], "Description": "#REF!"}

    with pytest.raises(UsageProblem) as caught:
        wanted_of(SheetCells({}, (), [(30, row)], ()), base, "Describe")

    assert caught.value.what == "Describe, row 30, Description: a formula returns the error #REF!."


def test_a_custom_field_that_the_frequency_fills_says_so_beside_its_unchanged_cell() -> None:
    frequency, publisher = ("Common Core", "Frequency"), ("Common Core", "Publisher")
    now = Description({"frequency": ""}, {frequency: "", publisher: ""}, ())
    wanted = Description({"frequency": "Daily"}, {publisher: "Practice City"}, ())

    plan = DescriptionPlan("abcd-1234", "Permits", now, changes(now, wanted))

    assert states_of(plan, wanted) == {
        "Common Core / Frequency": "Changed: frequency",
        "Common Core / Publisher": "Changed: value",
    }
