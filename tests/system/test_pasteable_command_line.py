"""Command lines that can be pasted into a shell."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from sodasheet.system.pasteable_command_line import (
    command_line,
    program_for_windows,
    quoted_for_windows,
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sh.")
def test_the_command_runs_this_program(tmp_path: object) -> None:
    line = command_line(["history", "it's gone $HOME"])

    shown = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    assert "it's gone $HOME" in shown.stderr
    assert shlex.split(line)[-2:] == ["history", "it's gone $HOME"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("permits.json", "permits.json"),
        ("my permits.json", '"my permits.json"'),
        ("C:\\my data\\", '"C:\\my data\\\\"'),
        ('say "no"', '"say \\"no\\""'),
        ("a;b", '"a;b"'),
        ("", '""'),
    ],
)
def test_windows_arguments(text: str, quoted: str) -> None:
    assert quoted_for_windows(text) == quoted


def test_a_windows_program_with_spaces_does_not_begin_with_a_quote() -> None:
    path = "C:\\Program Files\\SodaSheet\\sodasheet.exe"

    assert program_for_windows(path) == 'C:\\"Program Files"\\SodaSheet\\sodasheet.exe'
