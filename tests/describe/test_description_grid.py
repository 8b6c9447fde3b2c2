"""Descriptions as cells: they are read back as written, and errors state the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from sodasheet.describe.check_description import check_description, readiness
from sodasheet.describe.custom_fields import CustomField
from sodasheet.describe.description import ColumnDescription, Description, description_of
from sodasheet.describe.description_changes import changes
from sodasheet.describe.description_file import read_description, written
from sodasheet.describe.description_grid import CLEAR, description_from, grid_of
from sodasheet.errors import UsageProblem


def values(name: str, position: str, **others: str) -> dict[str, str]:
    """Return the values of a column on a portal."""
    known = {"name": name, "description": "", "position": position, "width": "", "format": "",
             "identifier": "No", "hidden": "No"}  # fmt: skip
    return known | others


NOW = Description(
    {"title": "Gebäude — Permits", "description": "=1+1\nlines", "tags": "a, b"},
    {("Common Core", "Frequency"): "weekly"},
    (
        ColumnDescription("opened", values("Opened", "1", width="120"), 7, 2, "calendar_date"),
        ColumnDescription("fee", values("Fee", "2", format="align=right; precision=2"), 8, 5),
    ),
)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
def test_a_written_description_changes_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"description{suffix}"
    path.write_bytes(written(NOW, suffix))

    assert changes(NOW, read_description(path)) == ()


def test_empty_cells_leave_values_and_clear_removes_them() -> None:
    rows = [
        ["Tags", CLEAR],
        ["Title", ""],
        [],
        ["Field name", "Description"],
        ["fee", "In dollars"],
    ]

    found = changes(NOW, description_from(rows, "a.csv"))

    assert [(one.label, one.old, one.new) for one in found] == [
        ("Tags", "a, b", ""),
        ("fee: description", "", "In dollars"),
    ]


def test_rows_and_columns_may_stand_in_any_order() -> None:
    rows = [["License", "CC0_10"], ["Title", "T"], ["Width", "Field name"], ["90.0", "fee"]]

    wanted = description_from(rows, "a.csv")

    assert wanted.fields == {"license": "CC0_10", "title": "T"}
    assert wanted.columns == (ColumnDescription("fee", {"width": "90"}),)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["Titel", "x"]], 'a.csv, row 1: "Titel" is not a field.'),
        ([["Title", "x"], ["Title", "y"]], 'a.csv, row 2: "Title" occurs twice.'),
        ([["A / B", "x"], ["A / B", "y"]], 'a.csv, row 2: "A / B" occurs twice.'),
        ([["Field name"], ["fee"], ["fee"]], 'a.csv, row 3: the column "fee" occurs twice.'),
        ([["Field name", "Width"], ["fee", "wide"]], 'a.csv, row 2: the width is "wide".'),
        ([["Field name", "Width"], ["", "9"]], "a.csv, row 2: the field name is missing."),
        ([["Title", "a", "b"]], 'a.csv, row 1: "Title" has more than one value.'),
        ([["Field name", "Wide"]], 'a.csv, row 1: "Wide" is not a header of this table.'),
        ([["Width", "Field name", "width"]], 'a.csv, row 1: "width" occurs twice.'),
        ([["Tags", "a"], ["Title", "#N/A"]], "a.csv, row 2: a formula returns the error #N/A."),
        (
            [["Field name", "Width"], ["fee", "1234567890"]],
            'a.csv, row 2: the width is "1234567890".',
        ),
        ([["permit", "1"]], 'a.csv, row 1: "permit" is not a field.'),
        ([], "a.csv contains no description."),
    ],
)
def test_what_is_wrong_is_named_with_its_row(rows: list[list[str]], sentence: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        description_from(rows, "a.csv")

    assert caught.value.what == sentence


def test_what_no_portal_can_take_is_found_before_it_is_sent() -> None:
    wanted = Description(
        {"title": "", "link": "javascript:alert(1)"},
        columns=(
            ColumnDescription("gone", {"name": "Gone"}),
            ColumnDescription("fee", {"name": "Opened"}),
            ColumnDescription("opened", {"name": ""}),
        ),
    )  # fmt: skip

    found = {group.reason for group in check_description(NOW, wanted)}

    assert found == {"title-missing", "link-invalid", "column-unknown", "column-name-twice",
                     "column-name-missing"}  # fmt: skip


def test_what_is_on_the_portal_already_is_not_checked() -> None:
    now = Description(
        {"title": "T", "link": "www.example.gov", "contact": "call us"},
        {("Core", "Frequency"): "often"},
        (ColumnDescription("a", values("A", "1")), ColumnDescription("b", values("A", "2"))),
        (CustomField("Core", "Frequency", options=("Daily",)),),
    )
    edited = replace(now, fields={**now.fields, "title": "New"}, frequencies={})
    with_gone = replace(edited, columns=(*now.columns, ColumnDescription("gone")))

    assert check_description(now, with_gone) == ()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://[", "http://", "https:///x", "www.example.gov"]
)
def test_a_link_that_leads_nowhere_stops(link: str) -> None:
    (found,) = check_description(NOW, Description({"link": link}))

    assert (found.reason, found.remedy) == (
        "link-invalid", "Write an address that begins with https://.",
    )  # fmt: skip


@pytest.mark.parametrize("ends", ["a\r\nb", "a\rb", " a\nb \n"])
def test_ends_of_lines_and_blanks_around_are_no_change(ends: str) -> None:
    now = Description({"description": ends}, {("G", "N"): ends})

    assert changes(now, Description({"description": "a\nb"}, {("G", "N"): "a\nb"})) == ()


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(1)", "'quoted", "a\r\nb\rc", "_x0041_", "\t,;\"", "2024", "00012", "true", "1E5",
     "\U0001f6b2 \u202eabc", "(Clear", "\x07bell", "#1 priority"],
)  # fmt: skip
def test_odd_texts_are_read_as_they_were_written(tmp_path: Path, suffix: str, text: str) -> None:
    now = Description(
        {"title": text, "tags": text},
        {("A / B", text): text},
        (ColumnDescription("a", values(text, "1", description=text)),),
    )
    path = tmp_path / f"odd{suffix}"
    path.write_bytes(written(now, suffix))

    read = read_description(path)

    assert [changes(now, replace(read, custom={})), len(read.custom)] == [(), 1]


def test_a_text_of_any_length_goes_through_a_file(tmp_path: Path) -> None:
    now = Description({"description": "x" * 200_000})
    for suffix in (".csv", ".json"):
        path = tmp_path / f"long{suffix}"
        path.write_bytes(written(now, suffix))
        assert changes(now, read_description(path)) == ()

    with pytest.raises(UsageProblem) as caught:
        written(now, ".xlsx")
    assert caught.value.what == "Row 3 has a text of 200,000 characters; a cell has at most 32,767."


def test_a_workbook_is_read_as_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    book = Workbook(path)
    book.add_worksheet("Other")
    sheet = book.add_worksheet("Describe")
    sheet.write_row(1, 0, ["Title", 2024])
    sheet.write_row(2, 0, ["Attribution"])
    sheet.write_datetime(2, 1, datetime(2024, 5, 1), book.add_format({"num_format": "d mmm yy"}))
    sheet.write_row(4, 0, ["Field name", "Width", "Hidden", "Position"])
    sheet.write_row(5, 0, ["fee", 90, True, 2.0])
    book.close()

    read = read_description(path)

    assert read.fields == {"title": "2024", "attribution": "2024-05-01"}
    (fee,) = read.columns
    assert fee.values == {"width": "90", "hidden": "Yes", "position": "2"}


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Field;Value\r\nTitle;One, two\r\n", "One, two"),
        ("\ufeffTitle\tOne, two\n", "One, two"),
        ("\n\nTitle,One; two\n", "One; two"),
        ('"Title";"One\n, two"\n', "One\n, two"),
    ],
)
def test_what_separates_cells_is_found(tmp_path: Path, content: str, title: str) -> None:
    path = tmp_path / "saved.csv"
    path.write_text(content, encoding="utf-8", newline="")

    assert read_description(path).fields == {"title": title}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", 'Title,"one\nTags,b\n', "a.csv, line 2 is not CSV: unexpected end of data."),
        ("a.json", '{"rows": [["Title", {"a": 1}]]}', 'a.json, row 1: a cell is {"a": 1}.'),
        ("a.json", '{"rows": [["Titel", null]]}', "a.json contains no description."),
        ("a.json", "[" * 100_000, "a.json is not JSON."),
        ("a.csv", "", "a.csv contains no description."),
    ],
)
def test_a_broken_file_is_said(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")

    with pytest.raises(UsageProblem) as caught:
        read_description(path)

    assert caught.value.what == said


def test_readiness_names_what_is_missing() -> None:
    found = {(group.reason, group.column) for group in readiness(NOW)}

    assert ("description-missing", "License") in found
    assert ("description-missing", "Title") not in found
    assert ("column-description-missing", None) in found


def test_a_view_with_odd_values_is_read() -> None:
    view = {"name": 3, "tags": "x", "metadata": {"custom_fields": {"G": {"K": 1, "N": None}}},
            "columns": [{"fieldName": ":id"}, {"fieldName": "a", "width": "90", "position": 2}, 7,
                        {"fieldName": "b", "position": 1}]}  # fmt: skip

    read = description_of(view)

    assert read.fields["title"] == read.fields["tags"] == ""
    assert read.custom == {("G", "K"): "1"}
    assert [(one.field, one.values["width"]) for one in read.columns] == [("b", ""), ("a", "90")]
    assert grid_of(read)[0] == ["Field", "Value"]


def test_a_license_may_be_written_in_words() -> None:
    wanted = description_from([["License", "Creative Commons Zero 1.0"]], "cells")

    assert wanted.fields == {"license": "CC0_10"}


def test_a_file_of_an_earlier_version_names_the_words_of_portals_as_it_did() -> None:
    rows = [["Frequency", "Custom field", "Word there"], ["Daily", "Common Core / Frequency", "D"]]
    today = [["Frequency", "Custom field", "Value on the portal"], rows[1]]

    assert description_from(rows, "a.csv") == description_from(today, "a.csv")
    assert description_from(rows, "a.csv").frequencies
