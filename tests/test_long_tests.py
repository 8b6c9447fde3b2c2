"""The list of long tests, and the program that makes the list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from list_long_tests import HERE, LIST, read_list, updated, write_list


@pytest.mark.not_on_windows("git may write the list with other line ends there")
def test_the_list_is_as_the_program_writes_it() -> None:
    text = LIST.read_text("utf-8")

    assert write_list(read_list(text)) == text


def test_what_ran_is_listed_anew_and_the_rest_stays() -> None:
    before = {("push/test_run.py", "test_a"), ("calc/test_way.py", "test_b")}

    after = updated(
        before,
        [
            ("tests/push/test_run.py::test_a[1]", 0.1, False),
            ("tests/push/test_run.py::test_a[2]", 0.1, False),
            ("tests/push/test_run.py::test_c[1]", 0.2, False),
            ("tests/push/test_run.py::test_c[2]", 0.2, False),
            ("tests/push/test_run.py::TestGroup::test_d", 0.4, False),
            ("tests/push/test_run.py::test_marked", 9, True),
        ],
    )

    assert after == {
        ("push/test_run.py", "test_c"),
        ("push/test_run.py", "TestGroup::test_d"),
        ("calc/test_way.py", "test_b"),
    }


def test_tests_are_measured_where_they_run(tmp_path: Path) -> None:
    (tmp_path / "test_busy.py").write_text(
        "import time\n\n\ndef test_busy():\n    until = time.process_time() + 0.2\n"
        "    while time.process_time() < until:\n        pass\n"
    )
    variables = {**os.environ, "SODASHEET_CPU_FOLDER": str(tmp_path), "PYTHONPATH": str(HERE)}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "list_long_tests", "-n", "1", "test_busy.py"],
        env=variables, cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip

    lines = [json.loads(line) for path in tmp_path.glob("*.jsonl") for line in path.open()]
    assert {node for node, _, _ in lines} == {"test_busy.py::test_busy"}
    assert sum(seconds for _, seconds, _ in lines) > 0.1  # the clock ticks in hundredths
