"""Imports go downwards only, as the table of rooms in docs/architecture.md says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "addin" / "sodasheet"

#: Beside the rooms: what starts a process, and what holds nothing but files.
NO_ROOMS = {"__init__", "__main__", "templates", "vba"}

#: Libraries that change the world outside, or cost much to load, and the rooms that may name them.
EDGES = {
    "xlwings": {"excel"},
    "requests": {"portal"},
    "urllib3": {"portal"},
    "keyring": {"credentials"},
    "smtplib": {"telling"},
    "tkinter": {"desktop"},
    "duckdb": {"staging", "push"},
    "python_calamine": {"sources", "practice"},
    "fastexcel": {"sources"},
    "xlsxwriter": {"office"},
    "pyopenvba": {"office"},
    "flask": {"practice"},
    "sqlglot": {"practice"},
}


@cache
def table() -> dict[str, str]:
    """What each room may import, in the order of the table."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    rooms = ((name, allowed) for names, allowed in rows for name in re.findall(r"`(\w+)", names))
    return {name: allowed.strip() for name, allowed in rooms}


def allowed(room: str) -> set[str]:
    order = list(table())
    said = re.sub(r"\([^)]*\)", "", table()[room])
    if said == "all":
        return set(order)
    above = set(order[: order.index(room)]) if "all above" in said else set()
    return above | (set(re.findall(r"\w+", said)) & set(order))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names, also inside functions and for the types alone."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def files() -> tuple[tuple[str, Path], ...]:
    found = ((path.relative_to(PACKAGE).parts[0], path) for path in PACKAGE.rglob("*.py"))
    named = ((part.removesuffix(".py"), path) for part, path in found)
    return tuple((room, path) for room, path in named if room not in NO_ROOMS)


def test_the_table_has_every_room_and_no_other() -> None:
    assert set(table()) == {room for room, _ in files()}


@pytest.mark.parametrize("room", sorted(table()))
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for own, path in files()
        if own == room
        for name in imported(path)
        if re.match(r"sodasheet\.(\w+)", name)
        and name.split(".")[1] not in allowed(room) | {room, "__version__"}
    ]

    assert wrong == []


@pytest.mark.parametrize("library", sorted(EDGES))
def test_a_library_is_named_in_its_own_room_only(library: str) -> None:
    naming = {
        room for room, path in files() for name in imported(path) if name.split(".")[0] == library
    }

    assert naming == EDGES[library]


def test_pressing_a_button_loads_nothing_heavy() -> None:
    heavy = "{'duckdb', 'requests', 'tkinter', 'flask', 'keyring', 'sqlglot', 'xlsxwriter'}"
    code = f"import sys, sodasheet.excel.ribbon; print(sorted({heavy} & {{*sys.modules}}))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
