"""Wording of the mapping table, converted between the sheet and the job file."""

from __future__ import annotations

import pytest

from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.cell_words import (
    empty_of,
    match_of,
    match_words,
    method_of,
    type_of,
)
from sodasheet.jobs.sheet.sheet_layout import SheetLayout
from sodasheet.model.dataset import type_words
from sodasheet.model.mapping import Blank, part_of
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import EMPTIES, METHODS


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("confirmed", "Confirmed"),
        ("same field name", "Same field name"),
        ("same name", "Same name"),
        ("same words", "Review: same words"),
        ("synonym", "Review: synonym"),
        ("similar 82%", "Review: similar 82%"),
        ("latitude and longitude", "Review: coordinates"),
        ("no match", "No match"),
        ("not used by delete", "Not used by delete"),
        ("Ticket 12 of the agency", "Ticket 12 of the agency"),
        ("", ""),
        (part_of("location"), "Review: part of location"),
    ],
)
def test_a_match_is_shown_in_words_and_read_back(reason: str, words: str) -> None:
    assert match_words(reason) == words
    assert match_of(words) == reason
    assert match_of(reason) == reason, "a sheet of an earlier version shows the reason itself"


@pytest.mark.parametrize("words", ["Required", "optional"])
def test_the_state_of_an_unfilled_column_is_no_match(words: str) -> None:
    assert match_of(words) == ""


@pytest.mark.parametrize(
    "kind",
    ["text", "number", "calendar_date", "date", "checkbox", "url", "money", "multipolygon", "new"],
)
def test_a_type_is_shown_in_words_and_read_back(kind: str) -> None:
    assert type_of(type_words(kind)) == kind
    assert type_of(kind) == kind, "a sheet of an earlier version shows the type itself"


def test_every_choice_is_read_in_any_capitals() -> None:
    assert [empty_of(words.upper()) for words in EMPTIES.values()] == list(Blank)
    assert [empty_of(blank.value) for blank in Blank] == list(Blank)
    assert [method_of(words.upper()) for words in METHODS.values()] == list(METHODS)
    assert (empty_of("maybe"), method_of("merge")) == (None, None)
    assert method_of("delete") is Method.DELETE


def test_a_sheet_of_an_earlier_version_is_read_like_a_new_one() -> None:
    old = [
        ["Keep a way back", "never", "", "", "", ""],
        ["Dataset id", "abcd-1234", "", "", "", ""],
        ["Sheet column", "Dataset column", "Match", "If blank", "Type", "Check"],
        ["Id", "Id · id", "similar 91%", "refuse", "calendar_date", "OK"],
        ["x", "(ignore)", "no longer in the source", "", "", ""],
    ]
    new = [
        ["Allow undo", "Never", "", "", "", ""],
        ["Dataset ID", "abcd-1234", "", "", "", ""],
        ["Sheet column", "Dataset column", "Match", "Empty cells", "Type", "Check"],
        ["Id", "Id · id", "Review: similar 91%", "Reject", "Date", "OK"],
        ["x", "(ignore)", "Gone from the source", "", "", ""],
        ["(not filled)", "City · city", "Required", "", "Text", ""],
    ]
    layouts = [SheetLayout.of(Snapshot(rows), "Map") for rows in (old, new)]
    before, after = (layout.read(6) for layout in layouts)

    assert before.rows == after.rows
    assert (before.unfilled, after.unfilled) == ((), (6,))
    assert layouts[0].types()["Id · id"] == layouts[1].types()["Id · id"] == "calendar_date"
    assert before.values["Dataset ID"] == after.values["Dataset ID"] == "abcd-1234"
    assert before.values["Allow undo"].casefold() == after.values["Allow undo"].casefold()
