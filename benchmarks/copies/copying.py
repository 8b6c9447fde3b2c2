"""A copy of a large dataset, compared cell by cell; and one whose source changes meanwhile.

    python benchmarks/copies/copying.py [--rows 1000000]

Both datasets are on one practice portal over TLS, in a separate process. The copies are
`sodasheet copy` in separate processes; afterwards every row of both datasets is read in the
order of the row identifier, and their texts must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import requests

import data
from measuring import apart, measured, told_portal
from push import ask, practice

#: Rows that are compared at a time.
PAGE = 50_000


def main() -> None:
    """Copy a dataset, compare the copy, and copy once more while the source changes."""
    options = _options()
    if options.step:
        print(json.dumps(measured(partial(_copied, options.target, told_portal()))))
        return
    rows = ("--rows", str(options.rows))
    with practice() as portal, tempfile.TemporaryDirectory() as home:
        os.environ["SODASHEET_HOME"] = home
        apart(str(Path(__file__).parents[1] / "push.py"), *rows, "--step", "replace", portal=portal)
        print(f"{options.rows:,} rows x {len(data.HEADERS)}, TLS", flush=True)
        copy = partial(apart, __file__, *rows, "--step", "copy", portal=portal)
        result = copy("--target", "")
        target = next(one for one in _datasets(portal) if one != portal["dataset"])
        print(f"copied in {result['wall']:.1f} s, CPU {result['cpu']:.1f} s, "
              f"peak {result['copy_peak']:.0f} MB", flush=True)  # fmt: skip
        print(f"compared cell by cell: {_compared(portal, target):,} rows are the same", flush=True)
        writer = threading.Thread(target=_writes_meanwhile, args=(portal, target))
        writer.start()
        told = copy("--target", target)
        writer.join()
        assert told["noticed"], "the change of the source was not noticed"
        print("a change of the source while its rows were sent: noticed", flush=True)


def _copied(target: str, portal: dict[str, Any]) -> Mapping[str, float]:
    """Copy to a target, or to a new dataset; tell if a change of the source was noticed."""
    source = f"{portal['url']}/d/{portal['dataset']}"
    where = ["--new", "--name", "Copy"] if not target else [f"{portal['url']}/d/{target}"]
    key_id, secret = portal["key"]
    environ = {"SODASHEET_KEY_ID": key_id, "SODASHEET_KEY_SECRET": secret}
    reply = subprocess.run(
        [sys.executable, "-m", "sodasheet", "copy", source, *where, "--yes", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environ,
    )
    assert '"report"' in reply.stdout, (reply.stdout[-2000:], reply.stderr[-2000:])
    found = json.loads(reply.stdout)
    # The copy is the only program that this process has waited for.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"noticed": float("was changed while" in found["problem"]), "copy_peak": peak}


def _datasets(portal: dict[str, Any]) -> list[str]:
    found = ask(portal, "GET", "/api/catalog/v1", params={"q": "Copy", "show_visibility": "true"})
    return [str(one["resource"]["id"]) for one in found["results"]]


def _compared(portal: dict[str, Any], target: str) -> int:
    """Return the number of rows, which are the same in both datasets to the last character."""
    count = 0
    sources, copies = _pages(portal, portal["dataset"]), _pages(portal, target)
    for one, other in zip(sources, copies, strict=True):
        assert one == other, f"the pages from row {count:,} differ"
        count += len(json.loads(one))
    (found,) = ask(portal, "GET", f"/resource/{target}.json", params={"$select": "count(*) as n"})
    assert int(found["n"]) == count
    return count


def _pages(portal: dict[str, Any], dataset: str) -> Iterator[bytes]:
    last = ""
    while True:
        params = {"$order": "permit_no", "$limit": str(PAGE)}
        if last:
            params["$where"] = f"permit_no > '{last}'"
        reply = requests.get(
            f"{portal['url']}/resource/{dataset}.json", params=params, auth=tuple(portal["key"]),
            verify=portal["ca"], timeout=600,
        )  # fmt: skip
        reply.raise_for_status()
        rows = reply.json()
        if not rows:
            return
        last = rows[-1]["permit_no"]
        yield reply.content


def _sends(request: Mapping[str, Any]) -> bool:
    return request["method"] in ("POST", "PUT")


def _writes_meanwhile(portal: dict[str, Any], target: str) -> None:
    """Change a row of the source once the copy has begun to send its rows."""
    ask(portal, "DELETE", "/practice/requests")
    until = time.monotonic() + 900
    while time.monotonic() < until:
        seen = ask(portal, "GET", "/practice/requests")
        if any("/chunk/" in one["path"] or target in one["path"] for one in seen if _sends(one)):
            row = {"permit_no": "new-row", "status": "Open"}
            ask(portal, "POST", f"/resource/{portal['dataset']}.json", json=[row])
            return
        time.sleep(0.2)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=("copy",), help=argparse.SUPPRESS)
    parser.add_argument("--target", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
