"""First lines of docstrings name their subject: no noun clauses, no pronouns."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("addin", "tests", "benchmarks", "docs")

# "What a push sends." is a clause; "Whose" and "When" open clauses too. An imperative is wanted.
CLAUSE = re.compile(
    r"(What|Whatever|Whether|How|Where|Wherever|Which|Who|Whoever|Whom|Whose|Why|When|That)\b"
)
PRONOUN = re.compile(
    r"\b(it|those|nobody|someone|whoever|anybody|ones)\b|\bthe (other|first|last) one\b"
    r"|\b(one|another one)(?=[.,;:)]|$)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
IDIOM = re.compile(r"one (by|or|after|at|so) \w+", re.IGNORECASE)


class FirstLine(NamedTuple):
    """First line of a docstring and its place."""

    place: str
    text: str


@cache
def first_lines(folder: str) -> list[FirstLine]:
    """Return the first line of every docstring below `folder`."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ) and (text := ast.get_docstring(node)):
                place = f"{path.relative_to(ROOT)}:{node.body[0].lineno}"
                found.append(FirstLine(place, text.strip().partition("\n")[0]))
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_docstring_opens_with_a_clause(folder: str) -> None:
    assert [line for line in first_lines(folder) if CLAUSE.match(line.text)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_hardly_any_first_line_rests_on_a_pronoun(folder: str) -> None:
    lines = first_lines(folder)
    resting = [line for line in lines if PRONOUN.search(IDIOM.sub("", QUOTED.sub("", line.text)))]
    assert len(resting) <= max(1, len(lines) // 250), resting


def test_the_rules_recognize_what_they_forbid() -> None:
    assert CLAUSE.match("Whether a row may be sent.")
    assert PRONOUN.search("Return the row if it is new.")
    assert PRONOUN.search("Return the newest row, or the other one.")
    assert not PRONOUN.search("Return one row of each kind.")
