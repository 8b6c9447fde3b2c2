"""Pytest on the Windows Python: records its progress, and forgives Wine one crash of each test.

Usage: python.exe tests/windows/under_wine.py RECORD [pytest arguments]
A test that ends its process, as the limit of time does with one that hangs, is run once more. What
RECORD says was passed by an earlier pytest is not run again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest


class Record:
    """A file with a line for each test that started, passed or failed, and for the end of all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: set[str] = set()
        if file.exists():
            lines = file.read_text("utf-8").splitlines()
            self._passed = {line[7:] for line in lines if line.startswith("passed ")}
        self._failed: set[str] = set()
        self._crashed: set[str] = set()

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[Any]) -> None:
        done = [item for item in items if item.nodeid in self._passed]
        if done:
            items[:] = [item for item in items if item.nodeid not in self._passed]
            config.hook.pytest_deselected(items=done)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._write(f"started {nodeid}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._write(f"{'failed' if nodeid in self._failed else 'passed'} {nodeid}")

    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport, sched: Any) -> None:
        """Give a test with which a worker of pytest-xdist ended a second try."""
        if crashitem not in self._crashed:
            self._crashed.add(crashitem)
            report.outcome = "rerun"  # type: ignore[assignment]
            sys.stdout.write(f"\ntests/windows: {crashitem} ended its worker, and is run again\n")
            sched.mark_test_pending(crashitem)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        return ("rerun", "R", "RERUN") if str(report.outcome) == "rerun" else None

    def pytest_sessionfinish(self) -> None:
        self._write("ended")

    def _write(self, line: str) -> None:
        with self._file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line.replace("\n", " ") + "\n")


if __name__ == "__main__":
    if sys.platform == "win32":
        import ctypes

        # Wine starts its desktop from the first program that needs one, and the desktop then holds
        # that program's pipes open; so the first is this, whose pipes are read to the end anyway.
        ctypes.windll.user32.GetDesktopWindow()
    sys.path[0] = ""  # as if pytest had been started itself
    sys.exit(pytest.main(sys.argv[2:], plugins=[Record(Path(sys.argv[1]).absolute())]))
