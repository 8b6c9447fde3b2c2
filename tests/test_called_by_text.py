"""Names that are called by text from outside Python's imports.

VBA, the committed workbooks, schedules and other processes reach these as strings, so neither an
import nor a type checker notices when one is renamed. Add a name here before relying on it.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
ENTRY = re.compile(r"import ([\w.]+) as (\w+); \2\.(\w+)\(")

#: What the macros call.
CALLED_BY_MACROS = {
    ("sodasheet.excel.ribbon", "press"),
    ("sodasheet.excel.scheduled.macro", "scheduled"),
}
#: What add-ins of 0.1.0 call, which stay installed when the package alone is updated.
CALLED_BY_OLDER_ADDINS = {
    ("sodasheet.excel.ribbon", "press"),
    ("sodasheet.excel.scheduled", "scheduled"),
}
#: Modules that are started with `python -m`, by a scheduler, a terminal or another process.
STARTED = {
    "sodasheet",
    "sodasheet.excel.worker.main",
    "sodasheet.office.build_templates",
    "socrata_practice",
}
#: Subcommands in the command lines of schedules that were made earlier, and of DataSync's users.
SCHEDULED_COMMANDS = {"run", "datasync"}


def entries(text: str) -> set[tuple[str, str]]:
    """Return the (module, function) pairs that VBA text has Python call."""
    return {(module, function) for module, _, function in ENTRY.findall(text)}


def test_vba_calls_the_pinned_names() -> None:
    sources = "".join(path.read_text("ascii") for path in (ROOT / "vba").glob("*.[bc][al]s"))

    assert entries(sources) == CALLED_BY_MACROS


def test_the_committed_add_in_calls_the_pinned_names() -> None:
    from oletools.olevba import VBA_Parser

    parser = VBA_Parser(str(ROOT / "templates" / "SodaSheet.xlam"))
    try:
        code = "".join(text for *_, text in parser.extract_macros())
    finally:
        parser.close()

    assert entries(code) == CALLED_BY_MACROS


@pytest.mark.parametrize(("module", "function"), sorted(CALLED_BY_MACROS | CALLED_BY_OLDER_ADDINS))
def test_what_macros_call_is_there(module: str, function: str) -> None:
    assert callable(getattr(importlib.import_module(module), function))


def test_every_button_leads_to_a_function() -> None:
    from sodasheet.excel.ribbon import BUTTONS

    ribbon = (ROOT / "vba" / "ribbon.xml").read_text("utf-8")
    buttons = set(re.findall(r'<button id="(\w+)"', ribbon))

    assert buttons == set(BUTTONS)
    for module, function in BUTTONS.values():
        found = importlib.import_module(f"sodasheet.excel.ribbon_groups.{module}")
        assert callable(getattr(found, function))


@pytest.mark.parametrize("module", sorted(STARTED))
def test_what_is_started_as_a_process_is_there(module: str) -> None:
    is_package = importlib.util.find_spec(module).submodule_search_locations is not None  # type: ignore[union-attr]

    assert importlib.util.find_spec(f"{module}.__main__" if is_package else module) is not None


def test_no_other_module_is_started_as_a_process() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "addin").rglob("*.py"))

    assert set(re.findall(r'"-m",\s+"(sodasheet[\w.]*|socrata[\w.]*)"', sources)) <= STARTED


def test_every_command_is_there() -> None:
    from sodasheet.commands.terminal.command_line import root

    with click.Context(root) as context:
        names = root.list_commands(context)
        commands = {name: root.get_command(context, name) for name in names}

    assert set(names) >= SCHEDULED_COMMANDS
    assert all(isinstance(command, click.Command) for command in commands.values())
