"""The small form of every benchmark, as ratios beside the ratios recorded last.

    python benchmarks/compare.py [--record]

Takes about two minutes of CPU. Ratios of a small file are not those of a large one, only comparable
with themselves: each is against a peer or a lower bound in the same run. `--record` writes them to
benchmarks/recorded.json, under the kind of this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

import basket
import changes
import shapes
import stage
import start
import workbook
from push import made, practice

RECORDED = Path(__file__).with_name("recorded.json")

#: From here on a ratio is called out: what is measured in a second or two wavers by so much.
SLACK = 1.25

ROWS, SMALL, BASKET = 200_000, 50_000, 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="keep these ratios to compare with")
    record = parser.parse_args().record
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    kind = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores"
    before = recorded.get(kind, {})
    found = staged() | basketed() | sheets() | pushed() | started()
    print(f"{'':66}{'now':>8}{'recorded':>10}")
    for words, ratio in found.items():
        last = before.get(words)
        worse = "  <- worse" if last and ratio > last * SLACK else ""
        print(f"{words:66}{ratio:8.2f}{last if last is not None else '-':>10}{worse}")
    if record:
        RECORDED.write_text(json.dumps(recorded | {kind: found}, indent=1) + "\n")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time()
    print(f"{kind}: {used.ru_utime + used.ru_stime + own:.0f} s of CPU in all")


def staged() -> dict[str, float]:
    """CPU seconds of checking and of making rows ready, beside DuckDB loading the file."""
    stage.file_of(ROWS)
    figures = {step: stage.figures_of(step, ROWS) for step in stage.STEPS}
    load = figures["load"]["cpu"]
    return {
        "staged, CPU x DuckDB's load": _ratio(figures["open"]["cpu"], load),
        "checked, CPU x DuckDB's load": _ratio(figures["check"]["cpu"], load),
        "all rows as JSON, CPU x DuckDB's load": _ratio(figures["batches"]["cpu"], load),
    }


def basketed() -> dict[str, float]:
    """CPU seconds of checking each shape of the basket, beside its fastest loader."""
    found: dict[str, float] = {}
    for shape in shapes.SHAPES:
        figures = basket.measure(shape, BASKET, ("peer", "check"))
        found[f"{shape.name}: {shape.says}, CPU x peer"] = _ratio(
            figures["check"]["cpu"], figures["peer"]["cpu"]
        )
    return found


def sheets() -> dict[str, float]:
    """CPU seconds of a workbook made ready to send, beside python-calamine reading the workbook."""
    workbook.workbook_of(SMALL)
    figures = {step: workbook.figures_of(step, SMALL) for step in workbook.STEPS}
    return {
        "workbook ready, CPU x python-calamine": _ratio(
            figures["ready"]["cpu"], figures["calamine"]["cpu"]
        )
    }


def pushed() -> dict[str, float]:
    """CPU seconds and bytes of pushes, beside sodapy upserting the same rows.

    The two that the others are measured by are done twice, into datasets of their own, and the
    cheaper counts: the first of a kind may have to compile modules, which took a third of it.
    """
    path = stage.file_of(SMALL)
    found: dict[str, float] = {}
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        portal["home"] = str(Path(folder) / "home")
        twice = {
            step: [
                changes.figures_of(step, path, portal | {"dataset": made(portal)}) for _ in range(2)
            ]
            for step in ("sodapy", "all")
        }
        sodapy = min(twice["sodapy"], key=_cpu)
        for step in ("all", "unchanged", "spread"):
            path = changes.version(step, path, Path(folder) / f"{step}.csv", SMALL)
            figures = min([changes.figures_of(step, path, portal), *twice.get(step, [])], key=_cpu)
            words = changes.STEPS[step][0]
            found[f"{words}, CPU x sodapy"] = _ratio(figures["cpu"], sodapy["cpu"])
            found[f"{words}, connections"] = figures["connections"]
            found[f"{words}, bytes x file"] = _ratio(figures["sent"], path.stat().st_size)
    return found


def started() -> dict[str, float]:
    """Cold starts, beside Python's own and beside importing xlwings."""
    times = start.measured(5)
    beyond = max(taken for words, taken in times.items() if words.endswith("beyond xlwings"))
    return {
        "sodasheet --help, x python itself": _ratio(
            times["sodasheet --help"], times["python itself"]
        ),
        "slowest ribbon entry, x import xlwings": _ratio(beyond, times["import xlwings"]),
    }


def _cpu(figures: dict[str, float]) -> float:
    return figures["cpu"]


def _ratio(amount: float, yardstick: float) -> float:
    return round(amount / yardstick, 3)


if __name__ == "__main__":
    main()
