"""Cost of the comparison with the dataset, beside the check alone; cost of a profile.

    python benchmarks/quality_cost.py [--rows 1000000]

The check and the comparison of a file with twenty columns, each in a separate process. The known
profile is that of the file's own newest 20,000 rows.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import data
from measuring import Figures, apart, measured
from stage import file_of

if TYPE_CHECKING:
    from sodasheet.quality.profile import Profile

#: Newest rows of which the profile is made.
KNOWN = 20_000


def main() -> None:
    """Measure each step in a separate process."""
    options = _options()
    path = file_of(options.rows)
    if options.step:
        print(json.dumps(measured(lambda: _step(options.step, path))))
        return
    print(f"{path.name}: {options.rows:,} rows x {len(data.HEADERS)} columns")
    print(f"{'':44}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}")
    _saved(path)
    found = {}
    for step in ("check", "compare"):
        found[step] = apart(__file__, "--step", step, "--rows", str(options.rows))
        one = found[step]
        print(f"{step:44}{one['wall']:8.2f}{one['cpu']:8.2f}{one['peak']:9.0f}")
    more = found["compare"]["cpu"] / found["check"]["cpu"] - 1
    print(f"CPU of check and comparison over the check alone: {more:+.0%}")
    print(f"queries of the comparison: {found['compare']['queries']:.0f}")


def _step(step: str, path: Path) -> Figures:
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.model.quality_settings import QualitySettings
    from sodasheet.quality import comparison_context, measure_profile
    from sodasheet.quality.comparison_findings import compare
    from sodasheet.quality.profile import Profile
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.staged_table import Stage

    known = Profile.from_json(json.loads(_saved(path).read_text("utf-8")))
    queries = 0

    def count(plain: Callable[..., Any]) -> Callable[..., Any]:
        def counted(work: object, query: str) -> Any:
            nonlocal queries
            queries += 1
            return plain(work, query)

        return counted

    for kind in (comparison_context.SourceComparison, measure_profile.MeasuredTable):
        kind.run = count(kind.run)  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as name:
        folder = Path(name)
        source = open_source(SourceSpec(path=str(path)), folder)
        with Stage.open(source, folder, Silent()) as stage:
            checked = check(stage, CheckPlan(data.dataset(), data.mapping(), Method.UPSERT))
            if step == "compare":
                compare(checked, known, QualitySettings())
    return {"queries": queries}


def _saved(path: Path) -> Path:
    """The file with the profile, made if there is none; profiles of another form are made again."""
    from sodasheet.quality.profile import FORMAT_VERSION

    saved = path.with_suffix(f".profile{FORMAT_VERSION}.json")
    if not saved.exists():
        saved.write_text(json.dumps(_known(path).to_json()), "utf-8")
    return saved


def _known(path: Path) -> Profile:
    """The profile of the file's last rows, as that of the dataset."""
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.quality.measure_profile import MeasuredTable, measure
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.mapping_sql import values_from
    from sodasheet.staging.staged_table import Stage

    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as name:
        folder = Path(name)
        source = open_source(SourceSpec(path=str(path)), folder)
        with Stage.open(source, folder, Silent()) as stage:
            checked = check(stage, CheckPlan(data.dataset(), data.mapping(), Method.UPSERT))
            columns = checked.projected
            values = "".join(f", {one.canonical} AS v{n}" for n, one in enumerate(columns))
            stage.connection.execute(
                f"CREATE TEMP TABLE known AS SELECT _row{values} FROM "
                f"{values_from(columns, stage.table)} ORDER BY _row DESC LIMIT {KNOWN}"
            )
            kinds = tuple(one.filled.column for one in columns)
            return measure(MeasuredTable(stage.connection, "known", kinds), stage.rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
