"""Count the messy files published right: at once, after one acceptance, or refused for a reason.

    python benchmarks/corpus.py [--files]

The corpus is in tests/corpus. `--files` lists the files of each verdict.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "corpus"))


def main() -> None:
    from messy_files import CASES
    from messy_score import score

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="list the files of each verdict")
    options = parser.parse_args()
    for verdict, judged in score(CASES).items():
        print(f"{len(judged):3} {verdict}")
        for one in judged if options.files else ():
            print(f"      {one.case.name}")
    print(f"{len(CASES):3} files")


if __name__ == "__main__":
    main()
