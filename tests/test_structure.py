"""The structure of the code: short functions, and a single place that opens sessions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from list_long_tests import HERE, LIST, read_list

ADDIN = Path(__file__).parents[1] / "addin"
CLIENT = ADDIN / "sodasheet"

#: Lines of a function, decorators left out: what a screen shows.
MOST_LINES = 50


def functions() -> Iterator[tuple[str, int]]:
    """Yield every function's place and its number of lines."""
    for path in ADDIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ADDIN)}:{node.lineno} {node.name}", lines


def test_every_function_can_be_seen_at_once() -> None:
    found = dict(functions())

    assert len(found) > 4000
    assert {place: lines for place, lines in found.items() if lines > MOST_LINES} == {}


def test_one_module_opens_sessions_with_portals() -> None:
    openers = {
        path.relative_to(CLIENT).as_posix()
        for path in CLIENT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "PortalSession"
    }

    assert openers == {"portal/connect.py"}


def test_one_class_name_means_one_thing_in_the_client() -> None:
    places: dict[str, list[str]] = {}
    for path in CLIENT.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(path.relative_to(CLIENT).as_posix())

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_every_test_in_the_list_of_long_tests_exists() -> None:
    names = read_list(LIST.read_text("utf-8"))
    texts = {file: (HERE / file).read_text("utf-8") for file, _ in names}

    gone = [
        f"{file}::{name}"
        for file, name in names
        if not all(
            re.search(rf"^ *(def|class) {part}\b|^{part} = ", texts[file], re.MULTILINE)
            for part in name.removesuffix("::runTest").split("::")
        )
    ]
    assert gone == [], "renamed or gone: see tests/list_long_tests.py"
