"""Every benchmark starts, and the cheap benchmarks run with their smallest data.

A benchmark is run by hand and seldom, so that what it calls may change unnoticed. What it measures
is not looked at here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
RUNNER = Path(__file__).with_name("in_one_process.py")

#: Benchmarks that run in a second or two, with options that make them small.
SMALL = (
    "basket.py --rows 200 --shapes crlf",
    "push.py --rows 200",
    "stage.py --rows 200",
    "workbook.py --rows 200",
    "quality_cost.py --rows 400",
    "private_data.py --cells 2",
    "row_api/bodies.py --rows 200",
    "comparison/profile_requests.py --rows 200",
)


def run(folder: Path, *benchmarks: str) -> list[str]:
    """Run benchmarks in a process; return the heading of each."""
    words = chain.from_iterable(("--", *one.split()) for one in benchmarks)
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder)}
    found = subprocess.run(
        [sys.executable, str(RUNNER), *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-4000:]
    return [line.removeprefix("-- ") for line in found.stdout.splitlines() if line[:3] == "-- "]


def test_every_benchmark_answers(tmp_path: Path) -> None:
    scripts = sorted(path.relative_to(BENCHMARKS).as_posix() for path in BENCHMARKS.rglob("*.py"))
    asked = [f"{script} --help" for script in scripts]

    assert run(tmp_path, *asked) == asked
    assert len(asked) >= 25


def test_small_benchmarks_run_to_their_end(tmp_path: Path) -> None:
    assert run(tmp_path, *SMALL) == list(SMALL)
