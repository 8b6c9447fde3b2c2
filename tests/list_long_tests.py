"""List the tests that `tests/run --quick` leaves out because they take long.

    .venv/bin/python tests/list_long_tests.py [pytest arguments]

runs the tests, measures the processor time of each with its programs, and writes the names of those
whose cases take more than 0.3 s together to tests/long_tests.txt. Files that do not run keep their
lines: after a change in one room, `tests/list_long_tests.py tests/push` is enough.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).resolve().parent
LIST = HERE / "long_tests.txt"

#: Seconds of processor time for all cases of a test in a quick run.
LIMIT = 0.3

#: Environment variable with the folder where each process writes its measurements.
FOLDER = "SODASHEET_CPU_FOLDER"

#: File below tests, name of a test in this file, without the parameters of a case.
TestName = tuple[str, str]


class Meter:
    """A pytest plugin that records the processor time of each test."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}.jsonl"
        self._began = 0.0

    def pytest_runtest_logstart(self) -> None:
        """Read the clock at the beginning of a test."""
        self._began = _seconds()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the time of each phase of a test; teardown may include that of the session."""
        took, self._began = _seconds() - self._began, _seconds()
        if report.when != "teardown":
            with self._path.open("a", encoding="utf-8") as file:
                slow = "slow" in report.keywords
                file.write(json.dumps([report.nodeid, took, slow]) + "\n")


def _seconds() -> float:
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system


def pytest_configure(config: pytest.Config) -> None:
    """Measure where tests run: in this process, or in the workers of pytest-xdist."""
    if not getattr(config.option, "numprocesses", None):
        config.pluginmanager.register(Meter(Path(os.environ[FOLDER])))


def read_list(text: str) -> set[TestName]:
    """Return the names in a list: a path on a line, then the names of its tests, indented."""
    found, file = set(), ""
    for line in text.splitlines():
        if line.startswith(" "):
            found.add((file, line.strip()))
        else:
            file = line
    return found


def write_list(names: Iterable[TestName]) -> str:
    """Return the text of a list."""
    lines, last = [], ""
    for file, name in sorted(names):
        lines += [file] if file != last else []
        lines.append(f"    {name}")
        last = file
    return "".join(f"{line}\n" for line in lines)


def updated(before: set[TestName], measured: Iterable[tuple[str, float, bool]]) -> set[TestName]:
    """Return the new list: `measured` are the id of a test, its time, and True if marked slow."""
    took: Counter[TestName] = Counter()
    for node, seconds, slow in measured:
        path, _, name = node.partition("[")[0].partition("::")
        took[path.removeprefix("tests/"), name] += 0 if slow else seconds
    ran = {file for file, _ in took}
    return {one for one in before if one[0] not in ran} | {
        one for one, seconds in took.items() if seconds > LIMIT
    }


def _measured(folder: Path) -> Iterator[tuple[str, float, bool]]:
    for path in folder.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            node, seconds, slow = json.loads(line)
            yield node, seconds, slow


def main() -> int:
    """Run the tests and rewrite the list; return the exit code of pytest."""
    with tempfile.TemporaryDirectory() as name:
        search = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
        variables = {**os.environ, FOLDER: name, "PYTHONPATH": search}
        command = [sys.executable, "-m", "pytest", "-p", "list_long_tests", "-n", "2"]
        command += ["--dist", "worksteal", *sys.argv[1:]]
        code = subprocess.run(command, env=variables, cwd=HERE.parent, check=False).returncode
        found = updated(read_list(LIST.read_text("utf-8")), _measured(Path(name)))
        LIST.write_text(write_list(found), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
