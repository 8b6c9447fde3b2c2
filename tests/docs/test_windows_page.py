"""The page about Windows and Excel refers to existing tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "windows.md"
ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(tests/[^`]+)`", row)})


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_the_page_names_exists(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))

    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_of_the_page_is_held_by_a_test() -> None:
    rows = [row for row in ROWS if not row.startswith("| what happens")]

    assert [row for row in rows if "`tests/" not in row] == []
    assert len(rows) > 40


def test_every_room_that_runs_on_windows_is_there() -> None:
    lines = (ROOT / "tests" / "windows" / "rooms.txt").read_text("utf-8").splitlines()
    named = [line.removeprefix("--deselect=") for line in lines if not line.startswith("#")]
    paths = [name.partition("::")[0] for name in named]

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
