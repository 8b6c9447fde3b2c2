"""Speed of checking a big CSV and making the rows ready to send, against DuckDB loading text.

    python benchmarks/stage.py [--rows 1000000]

Each step runs in a separate process, so that its peak memory is its own. The file is kept in the
temporary folder and used again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import data
from measuring import Figures, apart, measured

#: MB for DuckDB itself: with less it loads on one thread only.
YARDSTICK_MEMORY = 350

#: Nothing beyond the portal's own limits is measured.
STEPS = ("load", "open", "check", "batches")


def main() -> None:
    options = _options()
    path = file_of(options.rows)
    if options.step:
        print(json.dumps(measured(lambda: step_of(options.step, path))))
        return
    print(
        f"{path.name}: {options.rows:,} rows x {len(data.HEADERS)} columns, "
        f"{path.stat().st_size / 1e6:.0f} MB"
    )
    print(f"{'':44}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'wall x':>8}{'CPU x':>8}")
    base = None
    for step in STEPS:
        result = figures_of(step, options.rows)
        base = base or result
        print(
            f"{_WORDS[step]:44}{result['wall']:8.2f}{result['cpu']:8.2f}{result['peak']:9.0f}"
            f"{result['wall'] / base['wall']:8.2f}{result['cpu'] / base['cpu']:8.2f}"
        )


_WORDS = {
    "load": "DuckDB loads the file as text",
    "open": "SodaSheet: read and staged",
    "check": "SodaSheet: read, staged, checked",
    "batches": "SodaSheet: read, staged, checked, as JSON",
}


def step_of(step: str, path: Path) -> Figures:
    """Do one step."""
    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as folder:
        if step == "load":
            _load(path, Path(folder))
        else:
            _stage(step, path, Path(folder))
    return {}


def _load(path: Path, folder: Path) -> None:
    """The yardstick: what DuckDB itself needs, with memory enough for all threads."""
    import duckdb

    from sodasheet.staging.load.duckdb_database import THREADS

    config = {"memory_limit": f"{YARDSTICK_MEMORY}MB", "threads": THREADS}
    connection = duckdb.connect(str(folder / "plain.duckdb"), config=config)
    connection.execute(
        f"CREATE TABLE plain AS SELECT * FROM read_csv('{path}', all_varchar=true, header=true)"
    )
    connection.close()


def _stage(step: str, path: Path, folder: Path) -> None:
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.rows_without_values import without_emptied_rows
    from sodasheet.staging.output.rows_to_send import batches
    from sodasheet.staging.staged_table import Stage

    source = open_source(SourceSpec(path=str(path)), folder)
    with Stage.open(source, folder, Silent()) as stage:
        if step == "open":
            return
        plan = CheckPlan(data.dataset(), data.mapping(), Method.UPSERT)
        checked = check(without_emptied_rows(stage, plan), plan)
        assert checked.sendable == stage.rows, [group.message for group in checked.findings]
        if step == "batches":
            rows = sum(len(batch.rows) for batch in batches(checked))
            assert rows == checked.sendable


def figures_of(step: str, rows: int) -> Figures:
    """The figures of one step."""
    return apart(__file__, "--rows", str(rows), "--step", step)


def file_of(rows: int) -> Path:
    path = Path(tempfile.gettempdir()) / f"sodasheet-permits-{rows}.csv"
    if not path.exists():
        part = path.with_suffix(".part")
        data.write_permits(part, rows).rename(path)
    return path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
