"""Descriptions as cells: what is written is read, and what is wrong is named with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.describe.check import check_description, readiness
from sodasheet.describe.description import ColumnDescription, Description, description_of
from sodasheet.describe.description_changes import changes
from sodasheet.describe.description_file import read_description, written
from sodasheet.describe.description_grid import CLEAR, description_from, grid_of
from sodasheet.errors import UsageProblem


def values(name: str, position: str, **others: str) -> dict[str, str]:
    """Return the values of a column as they are on a portal."""
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
        columns=(ColumnDescription("gone"), ColumnDescription("fee", {"name": "Opened"}),
                 ColumnDescription("opened", {"name": ""})),
    )  # fmt: skip

    found = {group.reason for group in check_description(NOW, wanted)}

    assert found == {"title-missing", "link-invalid", "column-unknown", "column-name-twice",
                     "column-name-missing"}  # fmt: skip


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
