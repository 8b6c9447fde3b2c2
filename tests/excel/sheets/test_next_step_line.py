"""The next step of a mapping sheet."""

from __future__ import annotations

from sodasheet.excel.sheets.next_step_line import MappingProgress, next_step
from sodasheet.jobs.sheet.cells_of_job import Unfilled, unfilled_words
from sodasheet.jobs.sheet.table_text import MappingRow

DONE = MappingRow("Id", "Id · id", "same name")
REVIEW = MappingRow("Fee", "Fees · fee", "synonym")
OPEN = MappingRow("Notes")
NEEDED = Unfilled("Key · key", "Key", "text", required=True)
CHECKED = MappingProgress(stops=0)


def test_the_first_thing_that_is_missing_is_named() -> None:
    assert next_step([DONE, OPEN], [NEEDED]) == "Choose what fills Key."
    assert next_step([DONE, OPEN], []) == "Choose a dataset column for 1 column, or (ignore)."
    assert next_step([DONE], []) == "Press Check data."
    assert next_step([DONE], [], MappingProgress(2, 5)).startswith("Fix what is marked Stop")
    assert next_step([DONE], [], MappingProgress(0, 1)) == (
        "Fix the row marked Ask, or let the push skip it."
    )
    assert next_step([DONE, REVIEW], [], CHECKED) == (
        "Confirm 1 match marked Review before you schedule."
    )
    assert next_step([DONE], [], CHECKED) == "Ready: press Preview changes or Push."


def test_a_push_that_has_landed_leaves_nothing_to_do() -> None:
    pushed = MappingProgress(pushed="2026-11-22T12:00:00")

    assert next_step([DONE], [], pushed) == "Pushed on Nov 22, 2026. Nothing to do."


def test_columns_that_nothing_fills_are_counted_required_ones_first() -> None:
    others = [Unfilled(f"C{at} · c{at}", f"C{at}", "text", required=False) for at in range(6)]

    assert unfilled_words([]) == "All dataset columns are filled."
    assert unfilled_words([NEEDED]) == (
        "1 dataset column: Key (required). It is at the end of the table."
    )
    assert unfilled_words([NEEDED, *others]) == (
        "7 dataset columns: Key (required), C0, C1, C2, C3, and 2 more. "
        "They are at the end of the table."
    )
