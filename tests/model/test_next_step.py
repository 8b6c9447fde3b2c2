"""Next steps as data: read and written whole, and only data below the front ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodasheet.commands.next_steps import _COMMANDS, step_lines
from sodasheet.excel.next_steps import _SENTENCES, step_sentences, with_steps
from sodasheet.model.next_step import REQUIRED, Action, NextStep, steps_from_json, steps_json
from sodasheet.notifications import next_steps as mail

PACKAGE = Path(__file__).parents[2] / "addin" / "sodasheet"


def test_steps_survive_json() -> None:
    steps = (NextStep(Action.RESUME_RUN, run="r-1"), NextStep(Action.SHOW_HISTORY))

    assert steps_from_json(steps_json(steps)) == steps


@pytest.mark.parametrize(
    "body",
    [None, "resume", [{"action": "of-a-later-version"}], [{"action": "resume-run"}], [3]],
    ids=["none", "text", "unknown", "incomplete", "number"],
)
def test_steps_that_cannot_be_said_are_left_out(body: object) -> None:
    assert steps_from_json(body) == ()


def test_a_field_of_a_later_version_is_left_out() -> None:
    body = [{"action": "resume-run", "run": "r-1", "colour": "red"}]

    assert steps_from_json(body) == (NextStep(Action.RESUME_RUN, run="r-1"),)


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
        if not isinstance(action, ast.Attribute):
            continue
        needed = REQUIRED.get(Action[action.attr], frozenset())
        if needed - {str(keyword.arg) for keyword in call.keywords}:
            lacking.append(f"{path.relative_to(PACKAGE)}:{call.lineno}")

    assert lacking == []


def test_a_step_repeats_the_command_that_is_answered() -> None:
    said = step_lines(
        [NextStep(Action.SKIP_GUARD, guard="shrink")], ["push", "my permits.json", "--yes"]
    )

    assert said[0].endswith(" push 'my permits.json' --yes --skip-guard shrink")


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
