"""A report becomes the lines of a result sheet."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.excel.sheets.result_rows import (
    MOST_LINKS,
    MOST_ROWS,
    Jumps,
    counts_of,
    failed_rows,
    letters,
    lines_of,
)


def report(**changes: Any) -> dict[str, Any]:
    return {
        "run": "r1",
        "outcome": "done with rejects",
        "summary": "",
        "started": "2024-12-02T09:00:00+00:00",
        "user": None,
        "portal": "https://data.example.gov",
        "dataset": "abcd-1234",
        "dataset_name": "Fees",
        "method": "upsert",
        "source": {"name": "Data in a.xlsx", "rows": 10},
        "rows": {"sent": 9, "created": None, "updated": 0, "deleted": 0, "rejected": 1},
        "findings": [],
        "rejected": [],
        "rejected_file": None,
        **changes,
    }


def reject(row: int | None, column: str | None = "Fee", value: str | None = "=1") -> dict[str, Any]:
    return {"row": row, "identifier": "id7", "column": column, "value": value, "reason": "no"}


def test_a_count_that_nobody_gave_is_left_empty() -> None:
    counts = counts_of(report())

    assert (counts["Sent"], counts["Created"], counts["Updated"]) == (9, None, 0)
    assert counts["When"] == "2024-12-02 09:00:00 UTC"
    assert counts["Link"] == "https://data.example.gov/d/abcd-1234"


def test_rejected_rows_lead_to_their_cells() -> None:
    jumps = Jumps("It's", {"Id": 1, "Fee": 28})

    lines = lines_of(report(rejected=[reject(17), reject(18, None), reject(None)]), jumps)

    assert [(line.cells, line.link) for line in lines[-3:]] == [
        ((17, "Fee", "=1", "no", "row 17"), "#'It''s'!AB17"),
        ((18, "", "=1", "no", "row 18"), "#'It''s'!A18"),
        (("", "Fee", "=1", "no", ""), None),
    ]


def test_rows_and_links_are_capped_and_the_rest_is_counted() -> None:
    rejected = [reject(row) for row in range(2, 1002)]
    rows = {"rejected": 4000}

    lines = lines_of(
        report(rejected=rejected, rows=rows, rejected_file="f.csv"), Jumps("S", {"Fee": 1})
    )

    assert sum(1 for line in lines if line.link) == MOST_LINKS
    assert lines[-1].cells[3] == f"… and {4000 - MOST_ROWS:,} more. Every single one: f.csv"


def test_a_clean_run_says_so() -> None:
    lines = lines_of(report(outcome="done", rows={"rejected": 0}), Jumps())

    assert [line.cells[3] for line in lines if line.cells[3]] == [
        "Finding and what to do",
        "Nothing was found.",
        "Reason",
        "Every row was sent.",
    ]


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_letters(number: int, name: str) -> None:
    assert letters(number) == name


def test_failed_rows_are_each_named_once() -> None:
    found = report(rejected=[reject(9), reject(3), reject(9), reject(None)])

    assert failed_rows(found) == [3, 9]
