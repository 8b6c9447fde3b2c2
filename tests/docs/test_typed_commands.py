"""Commands on pages and in messages work in PowerShell 5.1, PowerShell 7 and cmd."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest
from tests.docs.typed_commands import Typed, block_lines, inline_commands

import sodasheet
from sodasheet.commands.terminal.command_line import root

BLOCKS = list(block_lines())

#: Commands of this program, for each way of starting it.
OURS = [one for one in (*BLOCKS, *inline_commands()) if one.arguments is not None]
SOURCES = Path(sodasheet.__file__).parent

#: Text that a shell interprets differently -> the shell, and its interpretation.
REFUSED = {
    r"&&|\|\|": "PowerShell 5.1 has no && and no ||",
    r"'": "in cmd a single quote is not a quote",
    r"%\w+%": "PowerShell does not replace %NAME%, and cmd does",
    r"\$": "PowerShell replaces $NAME, and cmd does not",
    r"`": "a backtick is PowerShell's escape",
    r"~": "cmd knows no ~",
    r"\\$": "neither shell continues a line after a backslash",
    r'^"': "PowerShell prints a line that begins with a quote",
    r"(?<!\S)(?:set|export) ": "variables are set differently in every shell",
    r";|&(?!&)": "cmd knows no ;, PowerShell 5.1 no &",
    r"(?<!\S)@|\{(?![^\"]*\")": "PowerShell reads @ and { outside quotes as its own",
    r"(?<!\S)#|\s{3,}\S": "cmd knows no comments: words behind a command would be its arguments",
    r"[–—“”‘’]": "a typographic character is not what was meant",
}


@pytest.mark.parametrize("typed", BLOCKS, ids=str)
def test_a_command_of_a_block_means_the_same_in_every_shell(typed: Typed) -> None:
    assert [why for sign, why in REFUSED.items() if re.search(sign, typed.line)] == []


@pytest.mark.parametrize("typed", OURS, ids=str)
def test_a_command_of_a_page_is_one_that_exists(typed: Typed) -> None:
    words = shlex.split(typed.arguments or "")
    shell = words.index(">") if ">" in words else len(words)

    assert _parse(words[:shell]) == []


def test_commands_in_messages_exist() -> None:
    found = [
        command
        for path in SOURCES.rglob("*.py")
        for text in _texts(path)
        for command in re.findall(r"(?:Write|Run:|then:) (sodasheet [^.,;:]+)", text)
    ]

    assert len(found) > 5
    assert [one for one in found if _parse(shlex.split(one)[1:])] == []


def _texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
            and isinstance(node.value, str)]  # fmt: skip


def _parse(words: list[str]) -> list[str]:
    """Walk to the subcommand, parse its options, and return the words that are left over.

    Nothing is run and no file is read.
    """
    group: click.Command = root
    context = click.Context(root)
    if words[:1] == ["COMMAND"]:
        words = ["push", *words[1:]]
    while isinstance(group, click.Group) and words and not words[0].startswith("-"):
        command = group.get_command(context, words[0])
        assert command is not None, words
        context, group, words = click.Context(command, parent=context), command, words[1:]
    wanted = [word.rstrip("…") for word in words if word not in ("…", "...")]
    parser = group.make_parser(
        click.Context(group, resilient_parsing=True, **group.context_settings)
    )
    takes_value = {name for option in group.params if isinstance(option, click.Option)
                   and not option.is_flag for name in option.opts}  # fmt: skip
    if wanted and wanted[-1] in takes_value:
        wanted.append("VALUE")
    _, left, _ = parser.parse_args(wanted)
    return left
