"""Measuring: one step in a separate process, so that its peak is its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Figures = dict[str, float]


def measured(work: Callable[[], Mapping[str, float]]) -> Figures:
    """Wall and CPU seconds and peak memory in MB of this process, beside what `work` tells.

    CPU seconds of programs that it ran are counted too.
    """
    start = time.perf_counter()
    told = work()
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    run = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime + run.ru_utime + run.ru_stime
    return {"wall": wall, "cpu": cpu, "peak": _peak(used), **told}


def _peak(used: resource.struct_rusage) -> float:
    """Peak memory in MB of this process alone.

    Linux counts in `ru_maxrss` what the process that started this one had taken.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


def apart(script: str, *arguments: str, portal: Mapping[str, Any] | None = None) -> Figures:
    """The figures that `script` prints as JSON when run with these arguments.

    `portal` reaches it in the environment, where it also trusts the portal's certificate.
    """
    told = {"BENCHMARK": json.dumps(portal), "REQUESTS_CA_BUNDLE": portal["ca"]} if portal else {}
    environment = os.environ | told
    # An installation comes with compiled modules: to compile them again is not part of a step.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    compiled = Path(__file__).parents[1] / "build" / "benchmarks-compiled"
    environment.setdefault("PYTHONPYCACHEPREFIX", str(compiled))
    command = [sys.executable, script, *arguments]
    reply = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    figures: Figures = json.loads(reply.stdout)
    return figures


def told_portal() -> dict[str, Any]:
    """The portal that `apart` was given."""
    portal: dict[str, Any] = json.loads(os.environ["BENCHMARK"])
    return portal
