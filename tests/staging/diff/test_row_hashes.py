"""An imprint distinguishes changed from unchanged rows, for any content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.push.incremental.baseline import hash_version
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.diff.row_hashes import (
    Difference,
    RowHashesError,
    can_hash_rows,
    compare,
    drop_unchanged,
    write_row_hashes,
)

Fixture = Callable[..., Any]
Row = tuple[str, str, str]
BASE: list[Row] = [("1", "a", "b"), ("2", "Ü", ""), ("3", "", "x"), ("4", "n/a", "y")]


@pytest.fixture
def checked(open_stage: Fixture, dataset: Fixture, column: Fixture) -> Callable[..., CheckResult]:
    """Check rows of `no, a, b` against a dataset with the number `no` as its row identifier."""

    def run(
        rows: Sequence[Row],
        method: Method = Method.REPLACE,
        kind: str = "number",
        source: str = "No",
    ) -> CheckResult:
        target = dataset(column("no", kind), column("a"), column("b"), identifier="no")
        rules = [ColumnRule("A", "a"), ColumnRule("B", "b")]
        constant = ColumnRule(field="no", constant="7")
        rules.append(ColumnRule(source, "no") if source else constant)
        plan = CheckPlan(target, Mapping(tuple(rules)), method)
        return check(open_stage(("No", "A", "B"), rows), plan)

    return run


@pytest.mark.parametrize(
    ("rows", "difference"),
    [
        (BASE, Difference(4, 0, 0, 0)),
        (BASE[::-1], Difference(4, 0, 0, 0)),
        (BASE[1:], Difference(3, 0, 0, 1)),
        ([*BASE, ("5", "", "")], Difference(4, 0, 1, 0)),
        ([("1", "b", "a"), *BASE[1:]], Difference(3, 1, 0, 0)),
        ([("1", "", "ab"), *BASE[1:]], Difference(3, 1, 0, 0)),
        ([("01.0", "a", "b"), *BASE[1:]], Difference(3, 1, 0, 0)),
        ([("one", "a", "b"), *BASE[1:]], Difference(3, 0, 0, 1)),
    ],
)
def test_rows_are_unchanged_changed_new_or_gone(
    checked: Callable[..., CheckResult], tmp_path: Path, rows: list[Row], difference: Difference
) -> None:
    path = tmp_path / "kept" / "imprint.parquet"
    assert write_row_hashes(checked(BASE), path) == 4
    now = checked(rows)

    assert compare(now, path) == difference

    narrow = drop_unchanged(now)
    assert (narrow.sendable, narrow.removals) == (difference.sending, difference.vanished)
    assert narrow.plan.method is Method.UPSERT


def test_an_upsert_knows_of_nothing_that_is_gone(
    checked: Callable[..., CheckResult], tmp_path: Path
) -> None:
    path = tmp_path / "imprint.parquet"
    write_row_hashes(checked(BASE, Method.UPSERT), path)
    now = checked(BASE[2:], Method.UPSERT)

    assert compare(now, path) == Difference(2, 0, 0, 0)
    assert (drop_unchanged(now).sendable, drop_unchanged(now).removals) == (0, 0)


@pytest.mark.parametrize(
    ("then", "now"), [(("a\x1fb", ""), ("a", "b\x1f")), (("a\x1f", "b"), ("a", "\x1fb"))]
)
def test_rows_that_look_alike_end_to_end_are_not_taken_for_each_other(
    checked: Callable[..., CheckResult], tmp_path: Path, then: tuple[str, str], now: tuple[str, str]
) -> None:
    path = tmp_path / "imprint.parquet"
    write_row_hashes(checked([("1", *then)]), path)

    assert compare(checked([("1", *now)]), path) == Difference(0, 1, 0, 0)


def test_only_hashes_and_the_identifier_are_kept_of_a_row(
    checked: Callable[..., CheckResult], tmp_path: Path
) -> None:
    path = tmp_path / "imprint.parquet"
    write_row_hashes(checked([("007", "Ü", "x")]), path)

    found = duckdb.read_parquet(str(path))

    (row,) = found.fetchall()
    assert found.columns == ["k", "h", "high", "low"]
    assert (row[0], type(row[1]), row[2:]) == ("7", int, (None, None))
    assert duckdb.__version__ in hash_version()


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and then nothing", b"PAR1"])
def test_what_is_no_imprint_is_told(
    checked: Callable[..., CheckResult], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "imprint.parquet"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(RowHashesError, match="The record of the last push cannot be read from"):
        compare(checked(BASE), path)


@pytest.mark.parametrize(
    ("more", "can"),
    [
        ({}, True),
        ({"kind": "text"}, True),
        ({"kind": "checkbox"}, False),
        ({"source": ""}, False),
    ],
)
def test_only_rows_with_an_identifier_of_their_own_can_be_told_again(
    checked: Callable[..., CheckResult], more: dict[str, str], can: bool
) -> None:
    assert can_hash_rows(checked(BASE, **more)) is can
