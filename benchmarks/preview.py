"""What a push would change in a large dataset, beside the push itself.

    python benchmarks/preview.py [--rows 1000000]

The practice portal runs over TLS in a process of its own, so that its work is in the client's
figures only as waiting. Every step is a process of its own, and what it foretells is compared with
how the files were made.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import data
from changes import version
from push import practice
from stage import _file as file_of

#: What is measured: the words, the method, and how many rows the file has (0: all).
STEPS: dict[str, tuple[str, str, int]] = {
    "push": ("a replace of all rows, for comparison", "replace", 0),
    "same": ("previews a replace by the same rows", "replace", 0),
    "spread": ("previews a replace, 1 % of the rows changed", "replace", 0),
    "upsert": ("previews an upsert of all rows, 1 % changed", "upsert", 0),
    "few": ("previews an upsert of 1,000 rows", "upsert", 1000),
}


def main() -> None:
    options = _options()
    if options.step:
        told = json.loads(os.environ["BENCHMARK"])
        print(json.dumps(measured(options.step, Path(options.file), told)))
        return
    first = file_of(options.rows)
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {first.stat().st_size / 1e6:.0f} MB, TLS")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'received MB':>12}")
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        portal["home"] = str(Path(folder) / "home")
        changed = version("spread", first, Path(folder) / "spread.csv", options.rows)
        files = {"push": first, "same": first, "spread": changed, "upsert": changed,
                 "few": _head(changed, Path(folder) / "few.csv", 1000)}  # fmt: skip
        for step, (words, _, _) in STEPS.items():
            result = _subprocess(step, files[step], portal)
            print(
                f"{words:46}{result['wall']:8.1f}{result['cpu']:8.1f}{result['peak']:9.0f}"
                f"{result['received'] / 1e6:12.1f}",
                flush=True,
            )
            _require(step, result, options.rows)


def _head(path: Path, target: Path, rows: int) -> Path:
    with path.open(encoding="utf-8") as file, target.open("w", encoding="utf-8") as out:
        out.writelines(islice(file, rows + 1))
    return target


def _require(step: str, result: dict[str, Any], rows: int) -> None:
    """Fail loudly where the preview does not say what was done to the file."""
    wanted = {"spread": rows // 100, "upsert": rows // 100, "few": 10}.get(step, 0)
    if step != "push":
        assert result["changed"] == wanted, (step, result["changed"], wanted)
        assert result["new"] == result["deleted"] == 0, result


def measured(step: str, path: Path, portal: dict[str, Any]) -> dict[str, float]:
    """Wall and CPU seconds, peak of resident memory, bytes received, and what was foretold."""
    start = time.perf_counter()
    found = (_pushed if step == "push" else _previewed)(step, path, portal)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)
    return found | {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": peak}


def _job(step: str, path: Path, portal: dict[str, Any]) -> Any:
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.method import Method

    os.environ["SODASHEET_HOME"] = portal["home"]
    source = SourceSpec(path=str(path))
    method = Method(STEPS[step][1])
    return Job(portal["url"], portal["dataset"], method, source, data.mapping(), snapshot="off")


def _session(portal: dict[str, Any]) -> Any:
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.session import PortalSession

    return PortalSession(portal["url"], Credentials(*portal["key"]))


def _pushed(step: str, path: Path, portal: dict[str, Any]) -> dict[str, float]:
    from sodasheet.model.progress import Silent
    from sodasheet.push.desk import Desk
    from sodasheet.push.order import Agreed, Order
    from sodasheet.push.run import Run

    order = Order(_job(step, path, portal), path.parent)
    report = Run(order, Desk(_session(portal), Silent(), Agreed())).execute()
    assert report.outcome.value == "done", report.summary
    return {"received": 0}


def _previewed(step: str, path: Path, portal: dict[str, Any]) -> dict[str, float]:
    from sodasheet.model.progress import Silent
    from sodasheet.push.preparation import prepared
    from sodasheet.push.preview import previewed

    session, job = _session(portal), _job(step, path, portal)
    with (
        prepared(job, path.parent, session, Silent()) as work,
        previewed(work, session, Silent()) as found,
    ):
        told = found.preview
        received = found.download.bytes if found.download else 0
        return {"received": received, "changed": told.changed, "new": told.new,
                "deleted": told.deleted}  # fmt: skip


def _subprocess(step: str, path: Path, portal: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, __file__, "--step", step, "--file", str(path)]
    trust = {"REQUESTS_CA_BUNDLE": portal["ca"], "BENCHMARK": json.dumps(portal)}
    reply = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True,
                           env=os.environ | trust)  # fmt: skip
    result: dict[str, Any] = json.loads(reply.stdout)
    return result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
