"""Cells are found by their text."""

from __future__ import annotations

from sodasheet.jobs.sheet.cell_grid import Snapshot, Spot

SHEET = Snapshot(
    [
        ["Title", None, None, None],
        ["Method", None, "upsert", None],
        ["Source", None, None, "Choices"],
        ["Empty", "Method", None, None],
        ["note", "Dataset column", "Sheet column", "Check"],
        [None, "b", 2.0, "Check"],
    ],
    top=3,
    left=2,
)


def test_a_value_is_found_beside_its_label_past_inserted_columns() -> None:
    method = SHEET.find("METHOD")
    assert method == Spot(4, 2)

    assert SHEET.beside(method, ["Source"], 5) == Spot(4, 4)


def test_an_empty_value_stays_beside_its_label() -> None:
    labels = ["Method", "Empty"]

    assert SHEET.beside(Spot(5, 2), labels, 4) == Spot(5, 3), "behind `until` nothing counts"
    assert SHEET.beside(Spot(6, 2), labels, 5) == Spot(6, 3), "another label is not a value"


def test_headers_are_found_in_any_order() -> None:
    heads = SHEET.heads(("Sheet column", "Dataset column"), ("Sheet column", "Dataset column",
                                                             "Check", "Type"))  # fmt: skip

    assert heads == {
        "Dataset column": Spot(7, 3),
        "Sheet column": Spot(7, 4),
        "Check": Spot(7, 5),
    }
    assert SHEET.heads(("Sheet column", "Type"), ("Sheet column", "Type")) == {}


def test_cells_say_numbers_as_people_write_them() -> None:
    assert SHEET.text(8, 4) == "2"
    assert SHEET.text(99, 4) == SHEET.text(8, 2) == ""


def test_a_value_that_is_a_label_elsewhere_is_no_label() -> None:
    labels = ("Dataset name", "License", "Tags")
    sheet = Snapshot(
        [
            ["Dataset name", "License", "License", "Tags", None],
            ["Tags", None, None, None, "License"],
        ]
    )

    assert sheet.label("License", labels) == Spot(1, 3)
    assert sheet.label("Tags", labels) == Spot(2, 1)
    assert sheet.label("Dataset name", labels) == Spot(1, 1)
    assert sheet.label("Portal", labels) is None
