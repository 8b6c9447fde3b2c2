"""A dataset with earlier rows, and sources to compare."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.quality.measure_profile import MeasuredTable, measure
from sodasheet.quality.profile import Profile
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckPlan, CheckResult, check
from sodasheet.staging.check.mapping_sql import values_from
from sodasheet.staging.staged_table import Stage

Row = dict[str, str]

COLUMNS = (
    ("permit", "text"),
    ("kind", "text"),
    ("opened", "calendar_date"),
    ("closed", "calendar_date"),
    ("value", "number"),
    ("units", "number"),
    ("zip", "text"),
    ("town", "text"),
    ("place", "point"),
    ("notes", "text"),
    ("final", "checkbox"),
)

DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Permits",
    tuple(
        Column(n, name.title(), name, kind, n) for n, (name, kind) in enumerate(COLUMNS, start=1)
    ),
    "permit",
)


def rows(count: int, first: int = 1, seed: int = 1) -> list[Row]:
    """A number of permits of a small town."""
    draw = random.Random(seed * 1000 + first)
    made = []
    for n in range(first, first + count):
        area, day = draw.randrange(8), 1 + n % 28
        made.append(
            {
                "permit": f"P-2024-{n:04}",
                "kind": draw.choice(("Electrical", "Plumbing", "Mechanical", "Building")),
                "opened": f"2024-{1 + n % 12:02}-{day:02}T00:00:00.000",
                "closed": f"2025-{1 + n % 12:02}-{day:02}T00:00:00.000",
                "value": f"{draw.uniform(500, 90000):.2f}",
                "units": str(draw.randint(1, 30)),
                "zip": f"0610{area}",
                "town": ("Avon", "Canton", "Enfield", "Bristol")[area // 2],
                "place": f"POINT ({draw.uniform(-72.7, -72.6):.5f} {draw.uniform(41.7, 41.8):.5f})",
                "notes": f"Remark about the lot and its neighbors, number {draw.randrange(10**6)}",
                "final": draw.choice(("true", "false")),
            }
        )
    return made


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Callable[..., CheckResult]]:
    """Check rows against the dataset; the stage is closed when the test ends."""
    with ExitStack() as stack:
        yield partial(check_rows, stack, tmp_path)


def check_rows(
    stack: ExitStack,
    place: Path,
    source: list[Row],
    method: Method = Method.UPSERT,
    mapping: Mapping | None = None,
    dataset: Dataset = DATASET,
) -> CheckResult:
    """Check rows in a separate folder; the stage is closed with the stack."""
    folder = place / f"stage{len(list(place.iterdir()))}"
    folder.mkdir()
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(source[0]))
        writer.writeheader()
        writer.writerows(source)
    rules = tuple(ColumnRule(column.field, column.field) for column in dataset.columns)
    spec = SourceSpec(path=str(path), encoding="utf-8", separator=",")
    stage = stack.enter_context(Stage.open(open_source(spec, folder), folder, Silent()))
    return check(stage, CheckPlan(dataset, mapping or Mapping(rules), method))


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """The profile of 600 permits."""
    with ExitStack() as stack:
        return profile_of(check_rows(stack, tmp_path_factory.mktemp("known"), rows(600)))


def profile_of(result: CheckResult) -> Profile:
    """The profile of a dataset that holds the checked rows."""
    values = "".join(f", {one.canonical} AS v{n}" for n, one in enumerate(result.projected))
    source = values_from(result.projected, result.stage.table)
    result.stage.connection.execute(f"CREATE TABLE known AS SELECT _row{values} FROM {source}")
    columns = tuple(one.filled.column for one in result.projected)
    table = MeasuredTable(result.stage.connection, "known", columns)
    return measure(table, result.stage.rows)
