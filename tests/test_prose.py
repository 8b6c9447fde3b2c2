"""Plain words: first lines of docstrings name their subject, and users read ordinary English.

The table of turns is made of what readers marked in samples of messages and pages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


#: A turn that readers stumble over -> how to say it.
TURNS = {
    r"[“”]": 'straight quotation marks: "value"',
    r"(?<!\.)(?<!AS )\banew\b": "again",
    r"\b(at|on) the desk\b(?!')": "in the desk",
    r"\bfor good\b": "permanently",
    r"\b(exists?|there is|there are) already\b": "already exists",
    r"\b(stays?|left|is) as it (is|was)\b(?! \w+ed\b)": "unchanged",
    r"\bof (its|their) own[.,;:)]": "separate",
    r"\bGive (a|an|the|both|one|either|--)": "Specify, Use or Enter",
    r"\b[Tt]he (page|window|button|field) \*[A-Z]": "the *Map* page",
    r"\bbesides\b": "in addition",
    r"\b(is|are) named[.:]": "specified, or listed",
    r"\bstands? (behind|beside)\b": "is after, is next to",
    r"\b(goes|go) on\b": "continue",
}
#: Modules in which the curly quotes are data.
WITH_CURLY_QUOTES = (
    "jobs/rule_sentences.py",
    "model/quality_settings.py",
    "portal/dataset_address.py",
    "quality/private_and_damaged_values.py",
    "staging/types/degrees.py",
)
#: Pages about other programs, and records of measurements.
OTHER_PAGES = ("portal-api.md", "datasync.md", "performance.md", "testing.md", "windows.md")


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


def messages() -> Iterator[tuple[str, str]]:
    """Yield every string of the package with its place, docstrings excepted, and its pages."""
    package = ROOT / "addin/sodasheet"
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or node in docstrings:
                continue
            if isinstance(node.value, str):
                yield f"{path.relative_to(package)}:{node.lineno}", node.value
    for path in sorted(package.rglob("*.html")):
        shown = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        yield str(path.relative_to(package)), shown


def page_lines() -> Iterator[tuple[str, str]]:
    """Yield every line of the documentation with its place."""
    for path in [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]:
        if path.name not in OTHER_PAGES:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize("turn", TURNS)
def test_messages_and_pages_say_it_plainly(turn: str) -> None:
    pattern = re.compile(turn)
    found = [
        (place, text)
        for place, text in [*messages(), *page_lines()]
        if pattern.search(text)
        and not (turn == "[“”]" and place.partition(":")[0] in WITH_CURLY_QUOTES)
    ]
    assert found == [], f"better: {TURNS[turn]}"


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
    for turn, said in (
        (r"\bGive (a|an|the|both|one|either|--)", "Give --daily 06:00."),
        (r"\b[Tt]he (page|window|button|field) \*[A-Z]", "Open the page *Map*."),
    ):
        assert turn in TURNS
        assert re.search(turn, said)
