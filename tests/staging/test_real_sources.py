"""Real files are read by the real sources, loaded into the stage and converted to JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.sources import open_source
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan

Fixture = Callable[..., Any]


#: What the file holds, what is sent of it, and the reasons of the findings.
FILES = [
    ("Id,Note\n1,x\n2,ü\n", [(2, "1", "x"), (3, "2", "ü")], []),
    (
        'Id;Note\r\n1;"a\r\nb"\r\n\r\n2;" c"\r\n',
        [(2, "1", "a\r\nb"), (4, "2", "c")],
        ["blanks-trimmed"],
    ),
    (
        "Id,Note\n1,x\n2\n3,y,z\n4,w\n",
        [(2, "1", "x"), (5, "4", "w")],
        ["too-few-cells", "too-many-cells"],
    ),
    ("Id,Note\n1,x\n1,y\n2,\n", [(4, "2", None)], ["duplicate-identifier"]),
    ('Id,Note\n1,"x""y"\n2,a\0b\n3,c\n', [(2, "1", 'x"y'), (4, "3", "c")], ["nul"]),
]


@pytest.fixture
def plan(dataset: Fixture, column: Fixture) -> CheckPlan:
    """An upsert of identifiers and notes."""
    rules = (ColumnRule("Id", "id"), ColumnRule("Note", "note"))
    return CheckPlan(
        dataset(column("id"), column("note"), identifier="id"), Mapping(rules), Method.UPSERT
    )


@pytest.mark.parametrize("file", FILES, ids=range(len(FILES)))
def test_a_file_reaches_json_with_its_line_numbers(
    open_stage: Fixture, plan: CheckPlan, taken: Fixture, tmp_path: Path, file: Any
) -> None:
    content, wanted, reasons = file
    path = tmp_path / "notes.csv"
    path.write_bytes(content.encode())

    stage = open_stage(open_source(SourceSpec(path=str(path)), tmp_path))
    checked = check(stage, plan)

    assert [(row, one["id"], one["note"]) for row, one in taken(checked)] == wanted
    assert [group.reason for group in checked.findings] == reasons
    assert checked.rejected + checked.sendable == stage.rows


def test_a_wide_table_has_the_memory_it_needs(
    open_stage: Fixture, dataset: Fixture, column: Fixture, taken: Fixture
) -> None:
    names = tuple(f"c{number}" for number in range(400))
    plan = CheckPlan(
        dataset(*map(column, names)),
        Mapping(tuple(ColumnRule(name, name) for name in names)),
        Method.APPEND,
    )

    values = tuple(f"v{number}" for number in range(400))
    checked = check(open_stage(names, [values] * 3000), plan)

    assert checked.sendable == 3000
    assert list(taken(checked, limit=1)[0][1].values()) == list(values)
