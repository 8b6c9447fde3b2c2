"""Commands that pages and messages ask to type, typed into cmd."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from tests.docs.typed_commands import block_lines

from sodasheet.system.pasteable_command_line import program_for_windows, quoted_for_windows

#: Adds its arguments to a file, one line of JSON for each call.
ARGUMENTS = """
import json, sys
with open(r"{log}", "a", encoding="utf-8") as log:
    log.write(json.dumps(sys.argv[1:]) + chr(10))
"""

ODD = [
    "plain",
    "two words",
    "a&b",
    "100%",
    "(x)",
    "C:\\my data\\",
    "Müller; Söhne",
    "a^b|c",
    "",
    "=1",
]


def typed(folder: Path, lines: list[str], program: str = sys.executable) -> list[list[str]]:
    """Run each line behind a Python in cmd, and return the arguments that arrive there."""
    log, script = folder / "log.txt", folder / "arguments.py"
    script.write_text(ARGUMENTS.format(log=log), encoding="utf-8")
    for line in lines:
        # A string, not a list: what is typed reaches cmd unchanged.
        done = subprocess.run(
            f"{program} -S -I {script} {line}", check=False, shell=True, capture_output=True
        )
        assert done.returncode == 0, (line, done.stderr)
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_every_command_of_a_page_reaches_the_program_as_it_is_written(tmp_path):
    lines = [typed.line.partition(" ")[2] for typed in block_lines()]

    assert typed(tmp_path, lines) == [shlex.split(line) for line in lines]
    assert len(lines) > 20


def test_a_command_of_a_message_keeps_its_arguments(tmp_path):
    line = " ".join(map(quoted_for_windows, ODD))

    assert typed(tmp_path, [line]) == [ODD]


def test_a_program_in_a_folder_with_blanks_is_started(tmp_path):
    folder = tmp_path / "Program Files & more"
    folder.mkdir()
    starter = folder / "start.cmd"
    starter.write_text(f'@"{sys.executable}" %*\r\n', encoding="ascii")

    assert typed(tmp_path, ["check permits.json"], program_for_windows(str(starter))) == [
        ["check", "permits.json"]
    ]
