"""Cells that one cheap question settles are exactly as good as every condition would find them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.staging.check import conditions
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.rows_to_send import batches

Fixture = Callable[..., Any]

_KINDS = ("text", "number", "calendar_date", "checkbox", "text")

#: Cells that are settled, and others that nearly are.
_PLAIN = {
    "text": ["Hartford", "12 Main St", "P-17", "Zoë B", "a, b", "!x", "~~", "CT"],
    "number": ["1", "-2.50", "0", "0.10", "123456789012345678901234567890.5"],
    "calendar_date": [
        "2024-01-31",
        "1800-01-01",
        "2200-12-31",
        "2024-02-29",
        "2024-02-29T08:00:59",
        "2200-12-31T23:59:59",
        "1800-01-01T00:00:00",
    ],
    "checkbox": ["true", "false"],
}
_ODD = {
    "text": [
        "", " ", " x", "x ", "\ty", "NULL", "n/a", "-", "--", ".", "1.2E+10", "1E+", "\u00a0nbsp",
        "nbsp\u00a0", "é", "ü end é", "~~~", "x" * 4097, "x" * 32_767, "E+", "naïve", "a\nb", "NAN",
    ],
    "number": ["", " 7", "7 ", "01", "+1", "1e3", ".5", "5.", "-0", "x", "1,000", "\u0661", "-"],
    "calendar_date": [
        "", "2024-02-30", " 2024-01-31", "2024-01-31 ", "2024-1-31", "20240131", "1799-12-31",
        "2201-01-01", "2024/01/31", "2024-01-31T10:00", "2024-01-31T00:00Z", "12/31/2024", "today",
        "0044-03-15 (BC)", "infinity", "epoch", "+2024-01-31", "20240-01-31",
        "2024-01-31 (BC)", "18000-01-01", "2024-01-31 BC", "200-01-310", "2024-01-31\n",
        "2024-01-31 08:00:00", "2024-01-31T24:00:00", "2024-01-31T08:00:60", "2024-01-31T10:00+01",
        "2024-02-30T08:00:00", "1799-12-31T08:00:00", "2024-01-31T08:00:0", "2024-01-31T08:00:00.1",
        "2024-01-31t08:00:00", "2024-01-31T8:00:00Z", "02024-01-31T08:00:0",
    ],
    "checkbox": ["", "TRUE", " true", "yes", "1", "truth"],
}  # fmt: skip


def _outcome(stage: Any, plan: CheckPlan) -> tuple[Any, ...]:
    checked = check(stage, plan)
    body = [] if checked.stopped else [batch.body for batch in batches(checked)]
    columns = [(one.text, one.typed.value, one.is_tidy, one.blanks) for one in checked.projected]
    return checked.findings, checked.rejected, checked.good, columns, body


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("blank", [Blank.CLEAR, Blank.REFUSE])
def test_settled_cells_have_no_finding_that_the_conditions_would_make(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    blank: Blank,
) -> None:
    chance = random.Random(seed)
    odd = (0.0, 0.02, 0.2, 0.6, 1.0, 0.05)[seed]
    shares = [chance.choice((0.0, odd)) for _ in _KINDS]
    rows = [
        [f"K{number if chance.random() > odd / 4 else 0}"]
        + [
            chance.choice(_ODD[kind] if chance.random() < share else _PLAIN[kind])
            for kind, share in zip(_KINDS, shares, strict=True)
        ]
        for number in range(120)
    ]
    names = ["key", *(f"f{at}" for at in range(len(_KINDS)))]
    kinds = ("text", *_KINDS)
    target = dataset(*map(column, names, kinds), identifier="key")
    rules = tuple(ColumnRule(name, name, blank=blank) for name in names)
    plan = CheckPlan(target, Mapping(rules), Method.UPSERT)

    found = _outcome(open_stage(tuple(names), rows), plan)
    monkeypatch.setattr(conditions, "_settled", lambda _condition: None)
    monkeypatch.setattr(conditions, "_are_distinct", lambda *_: False)

    assert found == _outcome(open_stage(tuple(names), rows), plan)


@pytest.mark.parametrize("kind", sorted(_PLAIN))
def test_each_cell_alone_is_settled_only_without_a_finding(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    target = dataset(column("key", "text"), column("f", kind), identifier="key")
    plan = CheckPlan(
        target, Mapping((ColumnRule("f", "f"), ColumnRule("key", "key"))), Method.UPSERT
    )
    cells = dict.fromkeys(_PLAIN[kind] + _ODD[kind])

    found = [_outcome(open_stage(("key", "f"), [("k", cell)]), plan) for cell in cells]
    monkeypatch.setattr(conditions, "_settled", lambda _condition: None)
    every = [_outcome(open_stage(("key", "f"), [("k", cell)]), plan) for cell in cells]

    for cell, one, other in zip(cells, found, every, strict=True):
        assert one == other, cell


@pytest.mark.parametrize(
    ("kind", "keys", "twice"),
    [
        ("number", ["1", "2", "10"], 0),
        ("number", ["10", "2", "1"], 0),
        ("number", ["1", "2", "1.0"], 2),
        ("number", ["9007199254740992", "9007199254740993"], 0),
        ("number", ["9007199254740993", "9007199254740993.0"], 2),
        ("text", ["a", "b", "a"], 2),
        ("text", ["10", "9", "8"], 0),
        ("text", ["a", "a ", "b"], 2),
        ("calendar_date", ["2024-01-02", "2024-01-02T00:00"], 2),
    ],
)
def test_repeated_identifiers_are_found_in_any_order(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    kind: str,
    keys: list[str],
    twice: int,
) -> None:
    target = dataset(column("key", kind), identifier="key")
    plan = CheckPlan(target, Mapping((ColumnRule("key", "key"),)), Method.UPSERT)

    checked = check(open_stage(("key",), [(key,) for key in keys]), plan)

    found = [one.count for one in checked.findings if one.reason == "duplicate-identifier"]
    assert sum(found) == twice
    assert checked.rejected == twice


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("trim", [True, False])
def test_distinct_cells_tell_the_same_as_all_cells(
    open_stage: Fixture,
    dataset: Fixture,
    column: Fixture,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    trim: bool,
) -> None:
    chance = random.Random(seed)
    odd = (0.0, 0.02, 0.3, 1.0)[seed]
    rows = [
        [f"K{number}"]
        + [chance.choice(_ODD[kind] if chance.random() < odd else _PLAIN[kind]) for kind in _KINDS]
        for number in range(200)
    ]
    names = ["key", *(f"f{at}" for at in range(len(_KINDS)))]
    target = dataset(*map(column, names, ("text", *_KINDS)), identifier="key")
    rules = tuple(ColumnRule(name, name, missing=("yes",)) for name in names)
    plan = CheckPlan(target, Mapping(rules, trim=trim), Method.UPSERT)

    every = _outcome(open_stage(tuple(names), rows), plan)
    monkeypatch.setattr("sodasheet.staging.check.check.MOST_ROWS_CELL_BY_CELL", 0)
    stage = open_stage(tuple(names), rows)
    found = _outcome(stage, plan)

    assert found == every
    made = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'distinct_c%'"
    assert stage.connection.execute(made).fetchone() == (len(_KINDS),)


def test_columns_whose_cells_do_not_repeat_are_looked_at_cell_by_cell(
    open_stage: Fixture, dataset: Fixture, column: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.staging.check.check.MOST_ROWS_CELL_BY_CELL", 0)
    target = dataset(column("key", "text"), column("kind", "text"), identifier="key")
    plan = CheckPlan(
        target, Mapping((ColumnRule("key", "key"), ColumnRule("kind", "kind"))), Method.UPSERT
    )
    rows = [[f"K{number}", "ab"[number % 2]] for number in range(500)]

    checked = check(open_stage(("key", "kind"), rows), plan)

    assert [one.distinct and one.distinct.name for one in checked.projected] == [
        None,
        "distinct_c1",
    ]
