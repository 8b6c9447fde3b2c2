"""Files that commands write: new files, or replacements of earlier files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.commands.terminal.output_file import require_new, write_output
from sodasheet.errors import UsageProblem


def test_a_file_is_overwritten_only_where_the_command_says_so(tmp_path: Path) -> None:
    path = tmp_path / "é.csv"
    require_new(path)
    write_output(path, b"1")

    with pytest.raises(UsageProblem, match=r"already exists\. Specify a new file\."):
        write_output(path, b"2")
    with pytest.raises(UsageProblem, match=r"already exists\. Name another\."):
        require_new(path, "Name another.")

    assert path.read_bytes() == b"1"
    write_output(path, b"3", overwrite=True)
    assert path.read_bytes() == b"3"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"cannot be written: No such file or directory\."):
        write_output(tmp_path / "gone" / "a.csv", b"1", overwrite=True)
