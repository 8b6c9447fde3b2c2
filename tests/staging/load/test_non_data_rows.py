"""Rows that are not data: reported, left out, or kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.sources import open_source, source_spec
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan

Fixture = Callable[..., Any]

TABLE = """Town,Year,Fee,Staff
Avon,2024,1,2
Town,Year,Fee,Staff
Bolton,2024,3,4
Subtotal,,4,6
Totally Fine LLC,2024,5,6
Grand Total,,9,12
Source: Town records,,,
Data as of 2024,,,
"""


@pytest.fixture
def examine(
    open_stage: Fixture, dataset: Fixture, column: Fixture, tmp_path: Path
) -> Callable[..., CheckResult]:
    """Check a CSV whose columns fill text columns of their names."""

    def run(text: str, declined: tuple[str, ...] = (), **options: Any) -> CheckResult:
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        source = open_source(source_spec("t.csv", SourceSpec(**options)), tmp_path)
        stage = open_stage(source)
        rules = tuple(ColumnRule(name, name.lower()) for name in stage.headers)
        target = dataset(*(column(name.lower()) for name in stage.headers))
        return check(stage, CheckPlan(target, Mapping(rules, declined=declined), Method.APPEND))

    return run


def test_rows_that_may_not_be_data_are_rejected_until_a_person_decides(examine: Fixture) -> None:
    result = examine(TABLE)

    rows = {group.reason: [one.row for one in group.examples] for group in result.findings}
    assert rows == {"header-row": [3], "total-row": [5, 7], "note-row": [8, 9]}
    assert result.sendable == 3


def test_named_kinds_are_left_out_with_a_note_for_each(examine: Fixture) -> None:
    result = examine(TABLE, leave_out=("totals", "notes", "headers"))

    assert result.rejected == 0
    assert result.sendable == 3
    notes = {group.message: [one.row for one in group.examples] for group in result.findings}
    assert notes == {
        "2 total rows were left out, as the source's settings say.": [5, 7],
        "2 note rows were left out, as the source's settings say.": [8, 9],
        "1 repeated header row was left out, as the source's settings say.": [3],
    }


def test_a_note_on_rows_of_a_user_repeats_the_user_s_words(examine: Fixture) -> None:
    several = examine(
        "Town,Fee\nThrow 1,1\nThrow 2,2\nAvon,3\n", leave_out=("rows starting with Throw",)
    )
    single = examine("Town,Fee\nThrow 1,1\nAvon,3\n", leave_out=("rows starting with Throw",))

    assert [group.message for group in (*several.findings, *single.findings)] == [
        "2 rows starting with Throw were left out, as the source's settings say.",
        "1 row starting with Throw was left out, as the source's settings say.",
    ]


def test_kept_kinds_are_sent(examine: Fixture) -> None:
    result = examine(TABLE, declined=("rows:totals", "rows:notes", "rows:headers"))

    assert (result.findings, result.sendable) == ((), 8)


def test_rows_of_ones_own_kind_are_left_out(examine: Fixture) -> None:
    result = examine("A,B\nx,1\nClosed: y,2\n", leave_out=("rows starting with closed",))

    assert result.sendable == 1


def test_a_note_with_too_few_cells_is_left_out(examine: Fixture) -> None:
    text = "A,B,C\n1,2,3\nSource: town records\n"

    assert examine(text).rejected == 1
    result = examine(text, leave_out=("notes",))
    assert (result.rejected, result.sendable) == (0, 1)


def test_a_row_of_units_is_reported(examine: Fixture) -> None:
    result = examine("Town,Area,Cost\n,acres,USD\nAvon,1,2\n")

    assert [group.reason for group in result.findings] == ["units-row"]


def test_a_line_of_commas_is_not_a_row(examine: Fixture) -> None:
    result = examine("A,B\n1,2\n,\n , \n3,4\n")

    assert (result.findings, result.sendable, result.stage.rows) == ((), 2, 2)


def test_a_line_of_words_below_the_rows_is_a_note_and_not_a_row_with_missing_cells(
    examine: Fixture,
) -> None:
    text = "A,B,C\n1,2,3\n4,5\n6,7,8\nSource: town records\n"

    rows = {group.reason: [one.row for one in group.examples] for group in examine(text).findings}

    assert rows == {"too-few-cells": [3], "note-row": [5]}
    kept = examine(text, declined=("rows:notes",))
    assert [group.reason for group in kept.findings] == ["too-few-cells"]
    assert kept.rejected == 2


GROUPS = """Line,2023,2024,Change
Patrol,609,689,80
Jail,775,650,-125
Total Sheriff,1384,1339,-45
Books,"1,200.50",900,"(300.50)"
Rent,300,300,0
Library Total,"1,500.50","1,200","(300.50)"
Total Wine & More,10,20,10
TOTAL GENERAL FUND,"2,894.50","2,559",-335.5
"""


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        (GROUPS, [4, 7, 9]),
        ("Dept,Line,Fee\nParks,Mowing,7\nParks Subtotal,all lines,9\n", [3]),
        ("Dept,Line,Fee\nParks,Mowing,7\nFire,Hoses,5\nTotal Parks,,1\nAvon,Trees,4\n", [4]),
        ("Precinct,Votes\n001,16\n002,28\nCounty Total,44\nSource: clerk,\n", [4]),
        ("Site,City,Score\nA,Avon,80\nB,Avon,91\nAverage,,85.5\n", [4]),
        ("Site,Score\nA,80\nB,91\nMean,85.5\n", [4]),
        ("Vendor,Paid\nAcme,120\nTarget,80\nTotal Wine & More,55\nZeta,9\n", []),
        ("Vendor,Paid\nAcme,2\nTarget,1\nTotal Wine & More,3\nZeta,9\n", []),
        ("Vendor,City,Paid\nAcme,Avon,2\nTotal Wine,Avon,300\nX,Avon,9\n", []),
        ("Site,Score\nA,80\nAverage Joe's Gym,91\nB,91\n", []),
    ],
)
def test_a_full_row_named_like_a_total_is_one_only_if_its_cells_show_it(
    examine: Fixture, text: str, totals: list[int]
) -> None:
    found = {group.reason: [one.row for one in group.examples] for group in examine(text).findings}

    assert found.get("total-row", []) == totals
