"""A large replace and a large upsert over TLS, beside the vendor's SDK uploading the same file.

    python benchmarks/push.py [--rows 1000000]

The practice portal runs in a separate process, so its work is not in the client's figures except
as waiting. Every step is a separate process; the rows are counted and summed up afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import requests

import data
from measuring import Figures, apart, measured, told_portal
from stage import file_of


@dataclass(frozen=True, slots=True)
class Step:
    """One push: over the transport named, or the transport of SodaSheet's choice."""

    words: str
    method: str = ""
    snapshot: str = "off"
    transport: str | None = None


#: In order: an upsert with a snapshot has all rows to keep, a replace here had none before it.
STEPS = {
    "socrata-py": Step("socrata-py uploads the file, unchecked"),
    "replace": Step("SodaSheet replaces: checked, sent, applied", "replace"),
    "upsert": Step("SodaSheet upserts: checked, sent, applied", "upsert"),
    "kept": Step("SodaSheet upserts, the old rows kept for undo", "upsert", "require"),
    "rows": Step("SodaSheet upserts over the row API", "upsert", transport="soda2"),
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
        portal = told_portal()
        print(json.dumps(measured(lambda: {"sent": _sent(options.step, path, portal)})))
        return
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {path.stat().st_size / 1e6:.0f} MB, TLS")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'sent MB':>9}{'wall x':>8}{'CPU x':>8}"
          f"{'requests':>9}{'connections':>12}")  # fmt: skip
    with practice() as portal:
        base = None
        for step, wanted in STEPS.items():
            step_alone = partial(apart, __file__, "--rows", str(options.rows), "--step", step)
            result = counted(portal, lambda: step_alone(portal=portal))  # noqa: B023 - done at once
            base = base or result
            print(
                f"{wanted.words:46}{result['wall']:8.1f}{result['cpu']:8.1f}{result['peak']:9.0f}"
                f"{result['sent'] / 1e6:9.1f}{result['wall'] / base['wall']:8.2f}"
                f"{result['cpu'] / base['cpu']:8.2f}"
                f"{result['requests']:9.0f}{result['connections']:12.0f}",
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
        yield portal | {"dataset": made(portal)}
    finally:
        process.terminate()
        process.wait(30)


def counted(portal: dict[str, Any], work: Callable[[], Figures]) -> Figures:
    """The figures of `work`, its requests to the portal, and the connections they came on."""
    ask(portal, "DELETE", "/practice/requests")
    figures = work()
    seen = ask(portal, "GET", "/practice/requests")
    connections = len({one["connection"] for one in seen})
    return {"requests": len(seen), **figures, "connections": connections}


def made(portal: dict[str, Any]) -> str:
    columns = []
    for header, (field, kind, _) in zip(data.HEADERS, data.FIELDS, strict=True):
        today, hints = TODAY.get(kind, (kind, {}))
        columns.append({"name": header, "fieldName": field, "dataTypeName": today, "format": hints})
    body = {"name": "Permits", "columns": columns, "metadata": {"rowIdentifier": "permit_no"}}
    made = ask(portal, "POST", "/api/views.json", json=body)
    ask(portal, "POST", f"/api/views/{made['id']}/publication.json")
    return str(made["id"])


def ask(portal: dict[str, Any], method: str, path: str, **more: Any) -> Any:
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
    (found,) = ask(portal, "GET", path, params={"$select": sums})
    wanted = sum(10_000_000_000 + number * 37 for number in range(rows))
    assert int(found["n"]) == rows, found
    assert int(float(found["ids"])) == wanted, (found, wanted)


def _sent(step: str, path: Path, portal: dict[str, Any]) -> int:
    return socrata_py_uploads(path, portal) if step == "socrata-py" else _push(step, path, portal)


def socrata_py_uploads(path: Path, portal: dict[str, Any]) -> int:
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
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest, RunOptions
    from sodasheet.push.run import Run

    wanted = STEPS[step]
    with tempfile.TemporaryDirectory() as home:
        os.environ["SODASHEET_HOME"] = home
        source, method = SourceSpec(path=str(path)), Method(wanted.method)
        job = Job(portal["url"], portal["dataset"], method, source, data.mapping())
        job = replace(job, snapshot=wanted.snapshot, quality=data.quality())
        session = PortalSession(portal["url"], Credentials(*portal["key"]))
        # Later steps push the rows that the dataset has already.
        options = RunOptions(
            transport=wanted.transport, skipped_guards=frozenset({"unlike-dataset"})
        )
        order = PushRequest(job, path.parent, options)
        report = Run(order, PushContext(session, Silent(), Agreed())).execute()
        assert report.outcome.value == "done", report.summary
        return report.traffic.bytes_sent


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
