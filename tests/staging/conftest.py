"""Sources written down by hand, and rows taken all the way to JSON."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress, Silent
from sodasheet.sources.spool import NativeCounts, Spool
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.rows_to_send import BatchLimits, batches
from sodasheet.staging.staged_table import Stage

Fault = tuple[int, int | None, str, str]


@dataclass
class Table:
    """A source that always writes a numbered spool, from row 2 on."""

    headers: tuple[str, ...]
    rows: Iterable[Sequence[str]]
    natives: tuple[NativeCounts, ...] | None = None
    faults: tuple[Fault, ...] = ()
    name: str = "Permits"

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        path = folder / "spool.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            count = 0
            for count, row in enumerate(self.rows, 1):
                writer.writerow([count + 1, *row])
        faults = folder / "faults.csv" if self.faults else None
        if faults is not None:
            with faults.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(self.faults)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Spool(path, self.headers, digest, rows=count, faults=faults, natives=self.natives)


@dataclass
class PlainCsv:
    """A source that hands over the unchanged file, or numbers its records when asked to be careful.

    `asked` remembers which of the two ways were asked for.
    """

    path: Path
    name: str = "plain.csv"

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        self.asked.append("careful" if careful else "quick")
        with self.path.open(encoding="utf-8", newline="") as file:
            headers = tuple(next(csv.reader(file)))
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        if not careful:
            lines = len(self.path.read_bytes().splitlines()) - 1
            return Spool(self.path, headers, digest, numbered=False, skip=1, rows=lines)
        numbered = folder / "careful.csv"
        with (
            self.path.open(encoding="utf-8", newline="") as file,
            numbered.open("w", encoding="utf-8", newline="") as out,
        ):
            reader, writer = csv.reader(file), csv.writer(out, lineterminator="\n")
            next(reader)
            line = reader.line_num + 1
            for record in reader:
                if record:
                    writer.writerow([line, *record])
                line = reader.line_num + 1
        return Spool(numbered, headers, digest)


def dataset_of(*columns: Column, identifier: str | None = None) -> Dataset:
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", columns, identifier)


def column_of(field: str, kind: str = "text", **format_hints: str) -> Column:
    return Column(1, field.title(), field, kind, 1, format_hints)


@pytest.fixture
def open_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Open stages that are closed when the test ends: a source, or headers and rows."""
    with ExitStack() as stack:

        def opened(source: Any, rows: Iterable[Sequence[str]] = (), **more: Any) -> Stage:
            if isinstance(source, tuple):
                source = Table(source, rows, **more)
            return stack.enter_context(Stage.open(source, tmp_path, Silent()))

        yield opened


@pytest.fixture
def judge(open_stage: Callable[..., Stage]) -> Callable[..., list[Any]]:
    """Return the result for strings in a column of one type: the JSON value, or the reason's slug.

    Numbers that stand bare in the JSON come back as text, so that no digit can hide. `notes=True`
    gives the slugs of notes instead.
    """

    def judged(
        kind: str,
        values: Sequence[str],
        *,
        formats: tuple[str, ...] = (),
        hints: dict[str, str] | None = None,
        notes: bool = False,
        **options: Any,
    ) -> list[Any]:
        zone = options.pop("timezone", None)
        rule = ColumnRule("V", "v", formats=formats, timezone=zone)
        plan = CheckPlan(
            dataset_of(column_of("v", kind, **(hints or {}))),
            Mapping((rule,), **options),
            Method.APPEND,
        )
        checked = check(open_stage(("V", "Other"), [(value, "x") for value in values]), plan)
        if notes:
            return sorted(group.reason for group in checked.findings)
        found: dict[int, Any] = {
            row.row: reason_of(checked, row.row, row.reason) for row in checked.rejected_rows(999)
        }
        for row, value in sent(checked):
            found[row] = value["v"]
        return [found[row] for row in sorted(found)]

    return judged


def reason_of(checked: CheckResult, row: int | None, says: str) -> str:
    return next(condition.reason for condition in checked.conditions if condition.says == says)


def sent(checked: CheckResult, **limits: Any) -> list[tuple[int, dict[str, Any]]]:
    """Row numbers and parsed objects of everything that would be sent."""
    found = []
    for batch in batches(checked, BatchLimits(**limits)):
        objects = json.loads(batch.body, parse_float=str, parse_int=str)
        assert len(objects) == len(batch.rows)
        found.extend(zip(batch.rows, objects, strict=True))
    return found


@pytest.fixture
def taken() -> Callable[..., list[tuple[int, dict[str, Any]]]]:
    """Everything a check would send, as row numbers and parsed objects."""
    return sent


@pytest.fixture
def plain_csv() -> type[PlainCsv]:
    """A source that provides its unchanged file."""
    return PlainCsv


@pytest.fixture
def dataset() -> Callable[..., Dataset]:
    """A dataset of columns, with an identifier if named."""
    return dataset_of


@pytest.fixture
def column() -> Callable[..., Column]:
    """A column by field name and type."""
    return column_of
