"""Fixtures for all tests of the sources: spool a file, and read the spool."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.finding import FindingGroup
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import Spool, open_source, source_spec

# The Windows Python of tests/windows has no odfpy, which is published as source only.
collect_ignore = ["workbook/test_ods.py"] if sys.platform == "win32" else []


@dataclass(frozen=True)
class Laid:
    """A spool and its content."""

    spool: Spool

    @property
    def headers(self) -> list[str]:
        return list(self.spool.headers)

    @property
    def rows(self) -> list[tuple[int, list[str]]]:
        """Row number and cells of every row of a numbered spool."""
        assert self.spool.numbered
        with self.spool.path.open(encoding="utf-8", newline="") as file:
            return [(int(number), cells) for number, *cells in csv.reader(file)]

    @property
    def faults(self) -> list[tuple[int, str, str, str]]:
        """Row, column, reason and value of every fault, in the order of rows."""
        if self.spool.faults is None:
            return []
        with self.spool.faults.open(encoding="utf-8", newline="") as file:
            return sorted(
                (int(row), column, reason, value) for row, column, reason, value in csv.reader(file)
            )

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Row and reason of every fault."""
        return [(row, reason) for row, _, reason, _ in self.faults]

    def note(self, reason: str) -> FindingGroup:
        """Return the only finding about the source as a whole with this reason."""
        (found,) = [group for group in self.spool.findings if group.reason == reason]
        return found

    @property
    def notes(self) -> list[str]:
        return [group.reason for group in self.spool.findings]


@pytest.fixture
def spooled(tmp_path: Path) -> Callable[..., Laid]:
    """Spool a file in the test's folder; keywords are the spec's, `careful` is the spool's.

    Columns that are handed over without being laid down are compared with those that are, by name.
    """

    def spool(name: str, *, careful: bool = False, **options: Any) -> Laid:
        folder = tmp_path / "spool"
        folder.mkdir(exist_ok=True)
        source = open_source(source_spec(name, SourceSpec(**options)), tmp_path)
        found = source.spool(folder, Silent(), careful=careful)
        if found.columns is None:
            return Laid(found)
        laid = source.spool(folder, Silent(), careful=True)
        assert (found.headers, found.findings, found.sha256) == (
            laid.headers, laid.findings, laid.sha256,
        )  # fmt: skip
        return Laid(laid)

    return spool


@pytest.fixture
def laid(tmp_path: Path, spooled: Callable[..., Laid]) -> Callable[..., Laid]:
    """Write bytes or text into `x.csv`, or the name given, and spool the file with care."""

    def lay(content: bytes | str, name: str = "x.csv", **options: Any) -> Laid:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return spooled(name, **{"careful": True, **options})

    return lay
