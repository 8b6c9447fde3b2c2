"""Rows of the source compared with rows of the dataset, directly in the stage."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.preview import Change, ChangeKind
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.diff import row_comparison
from sodasheet.staging.diff.dataset_rows import DatasetRows
from sodasheet.staging.diff.row_comparison import ROW_LENGTH, Comparison, compare, shares
from sodasheet.staging.staged_table import Stage

COLUMNS = (
    Column(1, "Id", "id", "text", 1),
    Column(2, "Name", "name", "text", 2),
    Column(3, "Fee", "fee", "number", 3),
    Column(4, "Notes", "notes", "text", 4),
)

Compared = Callable[..., Comparison]


@pytest.fixture
def compared(tmp_path: Path) -> Iterator[Compared]:
    """Compares a CSV with rows of the dataset; the stage stays open until the test ends."""
    with ExitStack() as stack:

        def made(
            method: str, source: str, held: list[dict[str, Any]] | None, **rule: Any
        ) -> Comparison:
            identifier = rule.pop("identifier", "id")
            (tmp_path / "s.csv").write_text(source, encoding="utf-8")
            opened = open_source(SourceSpec(path="s.csv"), tmp_path)
            stage = stack.enter_context(Stage.open(opened, tmp_path, Silent()))
            names = source.partition("\n")[0].split(",")
            rules = tuple(
                ColumnRule(name, name, **(rule if name != "id" else {})) for name in names
            )
            dataset = Dataset("https://data.example.gov", "abcd-1234", "S", COLUMNS, identifier)
            checked = check(stage, CheckPlan(dataset, Mapping(rules), Method(method)))
            if held is None:
                return compare(checked)
            page = tmp_path / "rows.json.gz"
            rows = [{":id": f"row-{place}"} | row for place, row in enumerate(held)]
            page.write_bytes(gzip.compress(json.dumps(rows).encode()))
            columns = [one for one in COLUMNS if method != "upsert" or one.field in names]
            held_rows = DatasetRows(stage, [page], tuple(columns), dataset.identifier)
            return compare(checked, held_rows)

        yield made


def counts(found: Comparison) -> tuple[int, int, int, int]:
    return found.new, found.changed, found.deleted, found.unchanged


HELD = [
    {"id": "a", "name": "same", "fee": "1.0"},
    {"id": "b", "name": "old", "fee": "2", "notes": "n"},
    {"id": "c", "name": "gone"},
]


def test_a_replace_compares_every_column_and_takes_the_others_away(compared: Compared) -> None:
    found = compared("replace", "id,name,fee\na,same,1\nb,new,2\nd,born,\n", HELD)

    assert counts(found) == (1, 1, 1, 1)
    assert list(found.changes()) == [
        Change(ChangeKind.CHANGED, 3, "b", "name", "old", "new"),
        Change(ChangeKind.CHANGED, 3, "b", "notes", "n", None),
        Change(ChangeKind.DELETED, None, "c", None, "id: c, name: gone", None),
        Change(ChangeKind.NEW, 4, "d", None, None, "id: d, name: born"),
    ]
    assert found.cells == 2
    assert found.emptied() == ("notes",)
    assert list(found.deleted_rows()) == [("row-2", "c")]
    rows = found.checked.stage.connection.execute(found.unchanged_rows).fetchall()
    assert rows == [(2,)]


@pytest.mark.parametrize(("blank", "changed"), [(Blank.KEEP, 0), (Blank.CLEAR, 2)])
def test_a_blank_that_keeps_is_no_change(compared: Compared, blank: Blank, changed: int) -> None:
    found = compared("upsert", "id,name,fee\na,,\nb,old,\n", HELD, blank=blank)

    assert (found.changed, found.unchanged) == (changed, 2 - changed)
    assert found.emptied() == (() if blank is Blank.KEEP else ("fee",))


def test_a_blank_that_keeps_is_none_where_the_row_is_replaced(compared: Compared) -> None:
    found = compared("replace", "id,name\na,\n", HELD, blank=Blank.KEEP)

    assert [(one.column, one.new) for one in found.changes() if one.column] == [
        ("name", None),
        ("fee", None),
    ]


def test_an_upsert_leaves_columns_that_it_does_not_fill(compared: Compared) -> None:
    assert counts(compared("upsert", "id,name\nb,old\nx,y\n", HELD)) == (1, 0, 0, 1)


def test_a_delete_names_the_rows_with_what_they_held(compared: Compared) -> None:
    found = compared("delete", "id\nc\nb\n", HELD)

    assert counts(found) == (0, 0, 2, 0)
    assert [(one.row, one.old) for one in found.changes()] == [
        (2, "id: c, name: gone"),
        (3, "id: b, name: old, fee: 2, notes: n"),
    ]


def test_without_an_identifier_whole_rows_are_counted(compared: Compared) -> None:
    held = [{"id": "a", "fee": "1"}, {"id": "a", "fee": "1.0"}, {"id": "b"}]
    found = compared("replace", "id,fee\na,1\na,1\na,1\nc,\n", held, identifier=None)

    assert counts(found) == (2, 0, 1, 2)
    assert [(one.kind, one.row, one.new or one.old) for one in found.changes()] == [
        (ChangeKind.DELETED, None, "id: b"),
        (ChangeKind.NEW, 4, "id: a, fee: 1"),
        (ChangeKind.NEW, 5, "id: c"),
    ]


def test_an_append_only_adds(compared: Compared) -> None:
    assert counts(compared("append", "id,name\nx,1\n", None)) == (1, 0, 0, 0)


def test_rows_with_findings_are_not_counted(compared: Compared) -> None:
    found = compared("replace", "id,fee\na,1\nb,n/a\n", HELD)

    assert counts(found) == (0, 1, 2, 0), "the row of b is not sent, so a replace lets it go"


@pytest.mark.parametrize(
    ("counts", "most", "given"),
    [
        ((1, 1, 1), 9, [1, 1, 1]),
        ((50, 50, 50), 9, [3, 3, 3]),
        ((50, 1, 0), 9, [8, 1, 0]),
        ((0, 1, 50), 9, [0, 1, 8]),
        ((5, 5, 5), 2, [2, 0, 0]),
        ((0, 0, 0), 9, [0, 0, 0]),
    ],
)
def test_each_kind_has_its_share_of_what_is_shown(
    counts: tuple[int, ...], most: int, given: list[int]
) -> None:
    assert shares(counts, most) == given


def test_only_so_many_are_given_and_long_rows_are_cut(compared: Compared) -> None:
    lines = "".join(f"n{place},{'x' * 9000}\n" for place in range(5))
    found = compared("replace", f"id,name\n{lines}a,other\n", HELD)
    told = list(found.changes(4))

    assert [one.kind.value for one in told] == ["changed", "changed", "deleted", "new"]
    assert len(told[-1].new or "") == ROW_LENGTH


def test_an_empty_dataset_and_an_identifier_unlike_others_only_in_capitals(
    compared: Compared,
) -> None:
    assert counts(compared("replace", "id\nA\n", [])) == (1, 0, 0, 0)
    assert counts(compared("upsert", "id\nA\n", HELD)) == (1, 0, 0, 0)


@pytest.mark.parametrize("changed", [4, 5, 6])
def test_changed_rows_are_taken_some_at_a_time(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    monkeypatch.setattr(row_comparison, "TOGETHER", 2)
    lines = "".join(f"{n},new {n},{n}\n" if n < changed else f"{n},old,1\n" for n in range(8))
    held = [{"id": str(n), "name": "old", "fee": "1"} for n in reversed(range(8))]
    found = compared("upsert", f"id,name,fee\n{lines}", held)

    assert found.cells == 2 * changed - 1  # the fee of row 1 is the same
    told = [(one.row, one.identifier, one.column, one.new) for one in found.changes()]
    assert told == [
        (n + 2, str(n), field, new)
        for n in range(changed)
        for field, new in (("name", f"new {n}"), ("fee", str(n)))
        if (n, field) != (1, "fee")
    ]
