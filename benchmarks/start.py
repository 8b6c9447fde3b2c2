"""Start-up time of the command line, and of each module behind a ribbon button.

    python benchmarks/start.py [--times 9]

Each figure is the median of processes of their own; that of a button is beyond importing xlwings,
which its process needs anyway.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from sodasheet.excel.ribbon import BUTTONS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=9)
    times = parser.parse_args().times
    for words, milliseconds in measured(times).items():
        print(f"{words:44}{milliseconds:8.0f} ms")


def measured(times: int) -> dict[str, float]:
    """Milliseconds by what was started."""
    found = {
        "python itself": _process(times, "-c", "pass"),
        "sodasheet --help": _process(times, "-m", "sodasheet", "--help"),
        "sodasheet push --help": _process(times, "-m", "sodasheet", "push", "--help"),
    }
    alone = _process(times, "-c", "import xlwings")
    found["import xlwings"] = alone
    modules = ["sodasheet.excel.ribbon"]
    modules += [
        f"sodasheet.excel.ribbon_groups.{name}"
        for name in dict.fromkeys(m for m, _ in BUTTONS.values())
    ]
    for module in modules:
        both = _process(times, "-c", f"import xlwings, {module}")
        found[f"import {module}, beyond xlwings"] = both - alone
    return found


def _process(times: int, *arguments: str) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
