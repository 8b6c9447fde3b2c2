"""Share of planted faults that the comparison with the dataset stops or asks about, and false
alarms.

    python benchmarks/quality.py [--seed 1] [--trials 3] [--clean 10] [--only permits]

For every dataset of datasets/ and every fault of datasets/faults.py: caught, missed.
For every clean month: disturbed or not.
A fault counts as caught if a finding stops, rejects or asks.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from datasets.faults import FAULTS
from datasets.more_kinds import KINDS
from datasets.towns import CITIES, City, Row
from datasets.unseen_kinds import UNSEEN
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.quality.comparison_findings import compare
from sodasheet.quality.measure_profile import MeasuredTable, measure
from sodasheet.quality.profile import Profile
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckPlan, CheckResult, check
from sodasheet.staging.check.mapping_sql import values_from
from sodasheet.staging.staged_table import Stage

#: When the past was pushed: the day before the new month begins.
_PUSHED = datetime(2026, 10, 26, tzinfo=UTC).timestamp()


def main() -> None:
    """Try every dataset and print what was caught and missed."""
    options = _options()
    score = Score()
    for city in (*CITIES, *KINDS, *UNSEEN):
        if options.only and city.name not in options.only.split(","):
            continue
        past = city.past(options.seed)
        known = profile_of(city, past)
        for trial in range(options.clean):
            rows = source_of(city, past, options.seed * 1000 + trial)
            score.clean(city, alarms_of(city, rows, known))
        for name in FAULTS:
            if options.fault in name:
                _plant(score, city, name, options, known)
    score.show()


def _plant(
    score: Score, city: City, name: str, options: argparse.Namespace, known: Profile
) -> None:
    past = city.past(options.seed)
    for trial in range(options.trials):
        draw = random.Random(f"{city.name}{name}{options.seed}{trial}")
        rows = source_of(city, past, options.seed * 1000 + 500 + trial)
        spoiled = FAULTS[name](draw, city, past, rows)
        if spoiled is not None:
            where = f"{city.name}, trial {trial}, in {', '.join(_touched(rows, spoiled))}"
            score.planted(where, name, alarms_of(city, spoiled, known))


def _touched(rows: list[Row], spoiled: list[Row]) -> list[str]:
    """The columns that a fault has changed, or the number of rows."""
    if len(rows) != len(spoiled):
        return [f"{len(rows):,} rows, now {len(spoiled):,}"]
    return [n for n in rows[0] if any(a[n] != b[n] for a, b in zip(rows, spoiled, strict=True))]


@dataclass
class Score:
    """Score: caught, missed, and disturbed for nothing."""

    caught: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    quiet: int = 0
    disturbed: int = 0

    def clean(self, city: City, alarms: list[FindingGroup]) -> None:
        """Count a clean month."""
        self.disturbed += bool(alarms)
        self.quiet += not alarms
        for alarm in alarms:
            print(f"  false alarm, {city.name}: {alarm.reason}: {alarm.message}", flush=True)

    def planted(self, where: str, fault: str, alarms: list[FindingGroup]) -> None:
        """Count a planted fault."""
        if alarms:
            self.caught[fault] += 1
        else:
            self.missed.append((fault, where))
            print(f"  missed: {fault}, {where}", flush=True)

    def show(self) -> None:
        """Print the table."""
        missed = Counter(fault for fault, _ in self.missed)
        print(f"\n{'fault':24}{'caught':>8}{'missed':>8}")
        for name in FAULTS:
            print(f"{name:24}{self.caught[name]:8}{missed[name]:8}")
        found, lost = self.caught.total(), missed.total()
        share = f"  {found / (found + lost):.1%}" if found + lost else ""
        print(f"{'all':24}{found:8}{lost:8}{share}")
        print(f"clean months disturbed: {self.disturbed} of {self.disturbed + self.quiet}")


def source_of(city: City, past: list[Row], seed: int) -> list[Row]:
    """The rows of a clean push."""
    month = city.month(seed)
    return [*past, *month] if city.method == "replace" else month


def dataset_of(city: City) -> Dataset:
    """The dataset as described by a portal."""
    columns = tuple(
        Column(n, name.replace("_", " ").title(), name, kind, n)
        for n, (name, kind) in enumerate(city.columns, 1)
    )
    return Dataset("https://data.example.gov", "abcd-1234", city.name, columns, city.identifier)


@contextmanager
def checked(city: City, rows: list[Row]) -> Iterator[CheckResult]:
    """The rows on a stage, checked."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [name for name, _ in city.columns])
            writer.writeheader()
            writer.writerows(rows)
        dataset = dataset_of(city)
        rules = tuple(ColumnRule(one.field, one.field) for one in dataset.columns)
        plan = CheckPlan(dataset, Mapping(rules), Method(city.method))
        source = open_source(SourceSpec(path=str(path), encoding="utf-8", separator=","), folder)
        (folder / "stage").mkdir()
        with Stage.open(source, folder / "stage", Silent()) as stage:
            yield check(stage, plan)


def profile_of(city: City, past: list[Row]) -> Profile:
    """The dataset's profile, as if read from the portal."""
    with checked(city, past) as result:
        columns = result.projected
        values = "".join(f", {one.canonical} AS v{n}" for n, one in enumerate(columns))
        result.stage.connection.execute(
            f"CREATE TEMP TABLE known AS SELECT _row{values} FROM "
            f"{values_from(columns, result.stage.table)}"
        )
        kinds = tuple(one.filled.column for one in columns)
        return measure(MeasuredTable(result.stage.connection, "known", kinds), len(past), _PUSHED)


def alarms_of(city: City, rows: list[Row], known: Profile) -> list[FindingGroup]:
    """The findings that stop, reject or ask."""
    with checked(city, rows) as result:
        found = compare(result, known, QualitySettings())
        return [one for one in found.findings if one.severity is not Severity.NOTE]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", type=int, default=3, help="faults of each kind per dataset")
    parser.add_argument("--clean", type=int, default=10, help="clean months per dataset")
    parser.add_argument("--only", default="", help="datasets, separated by commas")
    parser.add_argument("--fault", default="", help="a part of one fault's name")
    return parser.parse_args()


if __name__ == "__main__":
    main()
