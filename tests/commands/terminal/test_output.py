"""Names of datasets and columns from a portal cannot steer the user's terminal."""

from __future__ import annotations

import json

import pytest
import requests

from sodasheet.commands.terminal.output import (
    TerminalProgress,
    _bar,
    print_json,
    print_table,
)
from sodasheet.push.runs.journal import runs_folder

from ..conftest import Terminal

#: Sets the title of a terminal, then fills its clipboard.
EVIL = "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07"

#: A closing tag without an opening one, a link, C1 controls, direction marks, a tag character.
MARKUP = "Fees [/old] [link=https://evil.test]here[/link]"
HIDDEN = "\x9b31m \u202egnp.exe \u2066 \x7f \U000e0041"


def made(terminal: Terminal) -> str:
    account = terminal.portal.account("owner")
    sign = (account.key_id, account.key_secret)
    columns = [
        {"name": f"{name}{EVIL}", "fieldName": name, "dataTypeName": "text"} for name in ("id", "n")
    ]
    body = {"name": f"Fees{EVIL}", "columns": columns, "metadata": {"rowIdentifier": "id"}}
    views = f"{terminal.portal.url}/api/views"
    view = requests.post(f"{views}.json", json=body, auth=sign, timeout=30).json()["id"]
    requests.post(f"{views}/{view}/publication.json", auth=sign, timeout=30)
    return str(view)


def test_names_from_the_portal_are_printed_without_control_characters(terminal: Terminal) -> None:
    terminal.sign_in("owner")
    view = made(terminal)
    (terminal.folder / "fees.csv").write_text("id,n\na,1\n")
    address = f"{terminal.portal.url}/d/{view}"

    lines = (
        ("map", "fees.csv", address, "-o", "fees.json", "--method", "upsert", "--confirm"),
        ("job", "show", "fees.json"),
        ("job", "validate", "fees.json", "--online"),
        ("check", "fees.json"),
        ("preview", "fees.json"),
        ("push", "fees.json", "--yes"),
        ("push", "fees.json", "--method", "replace", "--yes"),
        ("undo", "--preview"),
        ("undo", "--yes"),
        ("undo", "--yes"),
        ("history",),
        ("history", "--freshness"),
        ("push", "fees.json", "--method", "delete"),
        ("run", "fees.json"),
    )
    for line in lines:
        said = terminal(*line)

        assert "did not expect" not in said.err, line
        assert not set(said.out + said.err) & {"\x1b", "\x07"}, line
    (log,) = runs_folder().glob("*/run.log")
    assert "Fees" in log.read_text(encoding="utf-8")
    assert not set(log.read_text(encoding="utf-8")) & {"\x1b", "\x07"}


def test_a_name_that_reads_like_markup_is_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(MARKUP, [MARKUP, "b"], [[MARKUP, HIDDEN]])

    said = capsys.readouterr().out
    assert said.count("[/old]") == 3
    assert "\x1b" not in said
    assert not ({*HIDDEN} - {*" 31mgnp.exe"}) & {*said}


def test_a_stage_that_names_a_file_is_no_markup() -> None:
    with _bar() as bar:
        progress = TerminalProgress()
        progress.attach(bar)
        progress.begin(f"Reading {MARKUP}{HIDDEN}", 3)
        (task,) = bar.tasks
        assert task.description.startswith(f"Reading {MARKUP}")
        assert task.description.isprintable()
        bar.refresh()


def test_json_holds_what_was_there_and_nothing_invisible(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = {f"key{HIDDEN}": [f"é {EVIL}{HIDDEN}{MARKUP}", 1, None]}
    print_json(body)

    said = capsys.readouterr().out
    assert said.replace("\n", "").isprintable()
    assert json.loads(said) == body
    assert "é" in said
