"""Pushes against the model portal: `python benchmarks/model_pushes.py [--runs 10000]`.

Hypothesis tells stories of pushes over both transports, of answers that are lost, late or lies, of
kills, resumes, undos, lagging readers and another writer, until so many runs were made. Prints how
many there were and how they ended; any report that is not true ends it with the story.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.push.model.machine import RUNS, PushMachine


def main() -> None:
    """Run stories until enough runs were made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    wanted = parser.parse_args()
    began, stories = time.monotonic(), 0
    number = wanted.seed
    while RUNS["runs"] < wanted.runs:
        number += 1
        batch = settings(
            max_examples=20,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        seed(number)(PushMachine)
        run_state_machine_as_test(PushMachine, settings=batch)
        stories += batch.max_examples
        print(f"{time.monotonic() - began:8.0f} s  {RUNS['runs']:,} runs", flush=True)
    print(f"{RUNS['runs']:,} runs in {stories:,} stories, first seed {wanted.seed}: 0 violations")
    for name, count in sorted(RUNS.items()):
        print(f"  {name}: {count:,}")


if __name__ == "__main__":
    main()
