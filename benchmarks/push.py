"""A large replace and a large upsert over TLS, beside the vendor's SDK uploading the same file.

    python benchmarks/push.py [--rows 1000000]

The practice portal runs in a process of its own, so its work is not in the client's figures except
as waiting. Every step is a process of its own; the rows are counted and summed up afterwards.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

import data
from stage import _file as file_of

STEPS = ("socrata-py", "replace", "upsert")
WORDS = {
    "socrata-py": "socrata-py uploads the file, unchecked",
    "replace": "SodaSheet replaces: checked, sent, applied",
    "upsert": "SodaSheet upserts: checked, sent, applied",
}

#: What portals of today make of the older types (portal-api.md A.2).
TODAY = {
    "money": ("number", {"precisionStyle": "currency"}),
    "percent": ("number", {"precisionStyle": "percentage", "percentScale": "100"}),
    "email": ("text", {"displayStyle": "email"}),
}


def main() -> None:
    options = _options()
    path = file_of(options.rows)
    if options.step:
        print(json.dumps(measured(options.step, path, json.loads(os.environ["BENCHMARK"]))))
        return
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {path.stat().st_size / 1e6:.0f} MB, TLS")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'sent MB':>9}{'wall x':>8}{'CPU x':>8}")
    with practice() as portal:
        base = None
        for step in STEPS:
            result = _subprocess(step, options.rows, portal)
            base = base or result
            print(
                f"{WORDS[step]:46}{result['wall']:8.1f}{result['cpu']:8.1f}{result['peak']:9.0f}"
                f"{result['sent'] / 1e6:9.1f}{result['wall'] / base['wall']:8.2f}"
                f"{result['cpu'] / base['cpu']:8.2f}",
                flush=True,
            )
            if step != "socrata-py":
                _require_rows(portal, options.rows)


@contextmanager
def practice() -> Iterator[dict[str, Any]]:
    """A practice portal over TLS with an empty dataset for the file."""
    command = [sys.executable, "-m", "sodasheet", "practice", "--tls", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        account = next(one for one in ready["accounts"] if one["role"] == "owner")
        portal = {
            "url": ready["url"],
            "ca": ready["ca"],
            "key": [account["key_id"], account["key_secret"]],
        }
        yield portal | {"dataset": _made(portal)}
    finally:
        process.terminate()
        process.wait(30)


def _made(portal: dict[str, Any]) -> str:
    columns = []
    for header, (field, kind, _) in zip(data.HEADERS, data.FIELDS, strict=True):
        today, hints = TODAY.get(kind, (kind, {}))
        columns.append({"name": header, "fieldName": field, "dataTypeName": today, "format": hints})
    body = {"name": "Permits", "columns": columns, "metadata": {"rowIdentifier": "permit_no"}}
    made = _ask(portal, "POST", "/api/views.json", json=body)
    _ask(portal, "POST", f"/api/views/{made['id']}/publication.json")
    return str(made["id"])


def _ask(portal: dict[str, Any], method: str, path: str, **more: Any) -> Any:
    reply = requests.request(
        method, portal["url"] + path, auth=tuple(portal["key"]), verify=portal["ca"], timeout=600,
        **more,
    )  # fmt: skip
    reply.raise_for_status()
    return reply.json()


def _require_rows(portal: dict[str, Any], rows: int) -> None:
    """Fail loudly where the portal does not hold the file's rows."""
    sums = "count(*) as n, sum(record_id) as ids, min(permit_no) as low, max(permit_no) as high"
    path = f"/resource/{portal['dataset']}.json"
    (found,) = _ask(portal, "GET", path, params={"$select": sums})
    wanted = sum(10_000_000_000 + number * 37 for number in range(rows))
    assert int(found["n"]) == rows, found
    assert int(float(found["ids"])) == wanted, (found, wanted)


def measured(step: str, path: Path, portal: dict[str, Any]) -> dict[str, float]:
    """Wall and CPU seconds, peak of resident memory, and bytes sent, of one step."""
    start = time.perf_counter()
    sent = _upload(path, portal) if step == "socrata-py" else _push(step, path, portal)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": peak, "sent": sent}


def _upload(path: Path, portal: dict[str, Any]) -> int:
    from socrata import Socrata
    from socrata.authorization import Authorization

    key_id, secret = portal["key"]
    api = Socrata(Authorization(portal["url"].removeprefix("https://"), key_id, secret))
    revision = api.views.lookup(portal["dataset"]).revisions.create_replace_revision()
    with path.open("rb") as file:
        revision.create_upload(path.name).csv(file)
    revision.discard()
    return path.stat().st_size


def _push(step: str, path: Path, portal: dict[str, Any]) -> int:
    from sodasheet.model.credentials import Credentials
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.portal.session import PortalSession
    from sodasheet.push.desk import Desk
    from sodasheet.push.order import Agreed, Order
    from sodasheet.push.run import Run

    with tempfile.TemporaryDirectory() as home:
        os.environ["SODASHEET_HOME"] = home
        source = SourceSpec(path=str(path))
        job = Job(portal["url"], portal["dataset"], Method(step), source, data.mapping())
        session = PortalSession(portal["url"], Credentials(*portal["key"]))
        report = Run(Order(job, path.parent), Desk(session, Silent(), Agreed())).execute()
        assert report.outcome.value == "done", report.summary
        return report.traffic.bytes_sent


def _subprocess(step: str, rows: int, portal: dict[str, Any]) -> dict[str, float]:
    command = [sys.executable, __file__, "--rows", str(rows), "--step", step]
    trust = {"REQUESTS_CA_BUNDLE": portal["ca"], "BENCHMARK": json.dumps(portal)}
    reply = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True,
                           env=os.environ | trust)  # fmt: skip
    result: dict[str, float] = json.loads(reply.stdout)
    return result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
