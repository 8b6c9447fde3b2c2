"""Rows that are held back stay behind silently, and removals go with the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.csv_output import csv_pieces, publishable
from sodasheet.staging.output.identifier_presence import IdentifierPresence
from sodasheet.staging.output.rows_to_send import BatchLimits, batches, body, identifiers

Fixture = Callable[..., Any]


@pytest.fixture
def checked(open_stage: Fixture, dataset: Fixture, column: Fixture) -> Callable[..., CheckResult]:
    """Ten rows of `no, name`, of which row 5 has no number."""

    def run(method: Method = Method.UPSERT, rows: Sequence[tuple[str, str]] | None = None) -> Any:
        table = rows if rows is not None else TABLE
        target = dataset(column("no", "number"), column("name"), identifier="no")
        rules = (ColumnRule("No", "no"), ColumnRule("Name", "name"))
        return check(open_stage(("No", "Name"), table), CheckPlan(target, Mapping(rules), method))

    return run


TABLE = [(str(n) if n != 4 else "four", f"Ü {n}") for n in range(1, 11)]
GOOD = [2, 3, 4, 6, 7, 8, 9, 10, 11]


def sent(checked: CheckResult, **limits: Any) -> list[int]:
    return [row for batch in batches(checked, BatchLimits(**limits)) for row in batch.rows]


def in_csv(checked: CheckResult) -> list[int]:
    lines = b"".join(piece.body for piece in csv_pieces(checked)).decode().splitlines()
    return [int(line.partition(",")[0].strip('"')) for line in lines[1:]]


@pytest.mark.parametrize(
    "held", [[], [2], [11], [2, 3, 4], [4, 5, 6, 99], [2, 3, 4, 6, 7, 8, 9, 10], GOOD]
)
def test_rows_held_back_go_nowhere_and_are_no_finding(
    checked: Callable[..., CheckResult], held: list[int]
) -> None:
    before = checked()

    after = before.hold_back(f"SELECT unnest({held}::BIGINT[]) AS _row") if held else before

    rest = [row for row in GOOD if row not in held]
    assert sent(after) == in_csv(after) == rest
    assert [row for chunk in identifiers(after, 2) for row, _ in chunk] == rest
    assert sent(after, limit=2) == rest[:2]
    assert after.sendable == len(rest)
    assert (after.findings, after.rejected, after.good) == (before.findings, 1, 9)
    presence = IdentifierPresence(after)
    presence.add(["1", "10"])
    assert [row for row, _ in presence.rows(present=True)] == [n for n in (2, 11) if n in rest]


def test_rows_are_held_back_on_top_of_others_and_may_be_rejected_later(
    checked: Callable[..., CheckResult],
) -> None:
    held = checked().hold_back("SELECT 2 AS _row").hold_back("SELECT 2 AS _row UNION ALL SELECT 3")

    assert held.sendable == 7
    rejected = held.reject("identifier-exists", [(3, "2"), (4, "3")])
    assert (rejected.rejected, rejected.held, rejected.sendable) == (3, 1, 6)
    assert sent(rejected) == [6, 7, 8, 9, 10, 11]


def test_removals_stand_behind_the_rows_in_the_same_array(
    checked: Callable[..., CheckResult],
) -> None:
    found = checked(rows=[("1", "x")]).remove("no", ["7.0", "007", "8", '9"'])

    assert found.removals == 3
    objects = json.loads(b"".join(body(found)))
    assert objects[0] == {"no": "1", "name": "x"}
    assert objects[1:] == [{"no": v, ":deleted": True} for v in ("7.0", "8", '9"')]
    assert [(b.rows, b.removals) for b in batches(found, BatchLimits(rows=2))] == [
        ((2,), 1),
        ((), 2),
    ]
    assert "a CSV cannot express" in (publishable(found) or "")


def test_a_request_may_consist_of_removals_alone(checked: Callable[..., CheckResult]) -> None:
    empty = checked(rows=[])
    assert empty.stopped

    found = empty.remove(":id", ["row-ab.c-1"])

    assert not found.stopped
    assert json.loads(b"".join(body(found))) == [{":id": "row-ab.c-1", ":deleted": True}]
    assert checked(rows=[]).remove("no", []).stopped


def test_a_row_cannot_be_written_and_removed_at_once(checked: Callable[..., CheckResult]) -> None:
    with pytest.raises(SodaSheetError, match=r"The row 10 was about to be written and deleted"):
        checked().remove("no", ["99", "010.0"])
    held = checked().hold_back("SELECT 11 AS _row")
    assert held.remove("no", ["10"]).remove("no", ["99"]).removals == 2
    with pytest.raises(SodaSheetError, match="by both no and :id"):
        checked().remove("no", ["99"]).remove(":id", ["row-1"])


def test_a_new_check_forgets_what_was_selected(checked: Callable[..., CheckResult]) -> None:
    checked().hold_back("SELECT 2 AS _row").remove("no", ["99"])
    fresh = checked()

    assert (fresh.held, fresh.removals, sent(fresh)) == (0, 0, GOOD)
