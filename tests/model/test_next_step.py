"""Next steps as data: read and written without loss, and worded only in the front ends."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodasheet.commands.terminal.command_line import COMMANDS
from sodasheet.commands.terminal.next_steps import _COMMANDS, step_lines
from sodasheet.excel.next_steps import _SENTENCES, step_sentences, with_steps
from sodasheet.model.next_step import REQUIRED, Action, NextStep
from sodasheet.notifications import next_steps as mail

PACKAGE = Path(__file__).parents[2] / "addin" / "sodasheet"


def test_every_action_has_a_command() -> None:
    assert set(_COMMANDS) == set(Action)


def test_buttons_and_mail_know_only_actions() -> None:
    assert {*_SENTENCES, *mail._WORDS} <= set(Action)


def constructed() -> Iterator[tuple[Path, ast.Call]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id == "NextStep" and node.args:
                yield path, node


def test_every_step_in_the_sources_has_what_its_action_needs() -> None:
    lacking = []
    for path, call in constructed():
        action = call.args[0]
        named = isinstance(action, ast.Attribute) and getattr(action.value, "id", "") == "Action"
        if not named:
            continue
        needed = REQUIRED.get(Action[action.attr], frozenset())
        if needed - {str(keyword.arg) for keyword in call.keywords}:
            lacking.append(f"{path.relative_to(PACKAGE)}:{call.lineno}")

    assert lacking == []


def test_a_step_repeats_the_command_that_is_answered() -> None:
    said = step_lines(
        [NextStep(Action.SKIP_GUARD, guard="shrink")], ["push", "my permits.json", "--yes"]
    )

    quote = '"' if sys.platform == "win32" else "'"
    assert said[0].endswith(f" push {quote}my permits.json{quote} --yes --skip-guard shrink")


def test_a_step_of_another_command_names_its_job() -> None:
    said = step_lines([NextStep(Action.ALLOW_REJECTED, value="3")], ["preview", "permits.json"])

    assert said[0].endswith(" push permits.json --allow-rejected 3")


def test_pushing_all_rows_drops_the_limit() -> None:
    said = step_lines([NextStep(Action.PUSH_ALL_ROWS)], ["push", "p.json", "--rows", "5", "--yes"])

    assert said[0].endswith(" push p.json --yes")


def test_a_host_is_said_as_it_is_typed() -> None:
    step = NextStep(Action.SIGN_IN, portal="https://data.example.org")

    assert step_lines([step])[0].endswith(" sign-in data.example.org")
    assert mail.step_lines([step])[0].endswith(" sign-in data.example.org")


def test_excel_says_buttons_once_and_no_commands() -> None:
    steps = [
        NextStep(Action.SKIP_GUARD, guard="shrink"),
        NextStep(Action.ALLOW_DUPLICATE_APPEND),
        NextStep(Action.CHECK_ADDIN),
    ]

    assert step_sentences(steps) == [
        "If this is intended, press Push again, and Push anyway in its window."
    ]
    assert with_steps("It is stopped.", steps[2:]) == "It is stopped."


#: The front ends, which word next steps themselves.
FRONT_ENDS = {"commands", "cli.py", "excel", "desk", "desktop", "notifications/next_steps.py"}

#: Parts below the front ends that still mention a command or an option. Do not add any.
OPEN = {
    "installer",
    "office",
}

#: Arguments of other programs, which are not prose.
OTHER_PROGRAMS = {"schedules", "notifications/desktop_notification.py"}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module that is not a docstring, with its line."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def naming(text: str) -> bool:
    """True if a sentence mentions a command or an option of the command line."""
    commands = "|".join(COMMANDS)
    return bool(
        re.search(rf"\bsodasheet ({commands})\b", text)
        or (" " in text and re.search(r"(?:^|[ (])--[a-z]{2}", text))
    )


def below() -> Iterator[tuple[str, Path]]:
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).as_posix()
        if not within(place, FRONT_ENDS):
            yield place, path


def within(place: str, parts: set[str]) -> bool:
    return any(place == part or place.startswith(f"{part}/") for part in parts)


def test_no_sentence_below_the_front_ends_names_a_command_or_a_flag() -> None:
    found = [
        f"{place}:{line}: {text}"
        for place, path in below()
        if not within(place, OPEN)
        for line, text in texts(path)
        if naming(text) and not (within(place, OTHER_PROGRAMS) and "sodasheet" not in text)
    ]

    assert found == []


def test_a_part_without_such_sentences_is_no_longer_open() -> None:
    still = {
        part
        for part in OPEN
        for place, path in below()
        if within(place, {part})
        for _, text in texts(path)
        if naming(text)
    }

    assert still == OPEN


@pytest.mark.parametrize(
    "text",
    ["Run sodasheet push --resume 1.", "Leave --rows out.", "(on the command line: --limit)"],
)
def test_such_sentences_are_found(text: str) -> None:
    assert naming(text)


#: Attributes of errors, reports and findings that contain sentences.
SENTENCES = {"summary", "what", "remedy", "message", "sentence"}

#: String methods that examine parts of a string.
PARSING = {"replace", "startswith", "endswith", "find", "index", "removeprefix", "removesuffix"}

#: Modules that parse a portal's replies.
READS_OTHERS = {"portal/http"}


def prose(node: ast.AST) -> bool:
    """True for `report.summary` and its like, and for the text of an error."""
    if isinstance(node, ast.Attribute):
        return node.attr in SENTENCES
    called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str"
    return called and getattr(node.args[0] if node.args else None, "id", "") in ("error", "problem")


def reads_prose(node: ast.AST) -> bool:
    """True if a node makes a decision based on the text of a message."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        function = node.func
        regular = getattr(function.value, "id", "") == "re" or function.attr in ("sub", "search")
        return (function.attr in PARSING and prose(function.value)) or (
            regular and any(map(prose, node.args))
        )
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        return prose(node.comparators[0])
    return False


def test_no_code_reads_sentences() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if reads_prose(node) and not within(path.relative_to(PACKAGE).as_posix(), READS_OTHERS)
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "report.summary.replace('push', 'press Push')",
        "'--again' not in guard.remedy",
        "str(error).startswith('No')",
        "re.sub('x', 'y', error.what)",
    ],
)
def test_code_that_reads_sentences_is_found(code: str) -> None:
    assert any(map(reads_prose, ast.walk(ast.parse(code))))
