"""Pushing a file of which little has changed: `send: changes`, beside sodapy upserting every row.

    python benchmarks/changes.py [--rows 1000000]

The practice portal runs over TLS in a separate process, so that its work is in the client's
figures only as waiting. Every step is a separate process. At the end the dataset is compared, by
count and by a checksum for each column, with another one that got the last file as a whole.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import data
from measuring import Figures, apart, measured, told_portal
from push import ask, counted, made, practice
from stage import file_of

#: What is measured, in order: each file is made of the one before. The flag asks for a snapshot.
STEPS: dict[str, tuple[str, bool]] = {
    "all": ("all rows replaced, and remembered", False),
    "unchanged": ("unchanged", False),
    "spread": ("1 % of the rows changed, spread", False),
    "run": ("1 % changed, in one run of lines", False),
    "gone": ("1,000 rows gone and 1,000 new", False),
    "snapshot": ("1 % changed, spread, snapshot kept", True),
    "download": ("1 % changed, nothing remembered", False),
}

CHUNK = 10_000
_PAGE = 50_000


def main() -> None:
    options = _options()
    if options.step:
        portal, path = told_portal(), Path(options.file)
        print(json.dumps(measured(lambda: step_of(options.step, path, portal))))
        return
    path = file_of(options.rows)
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {path.stat().st_size / 1e6:.0f} MB, TLS")
    print(
        f"{'':44}{'wall s':>8}{'CPU s':>8}{'CPU x':>8}{'peak MB':>9}{'sent MB':>9}{'requests':>9}"
        f"{'connections':>12}"
    )
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        portal["home"] = str(Path(folder) / "home")
        yardstick = figures_of("sodapy", path, portal | {"dataset": made(portal)})
        _show(f"sodapy upserts all, {CHUNK:,} dicts at a time", yardstick, yardstick)
        for step, (words, _) in STEPS.items():
            path = version(step, path, Path(folder) / f"{step}.csv", options.rows)
            _show(words, figures_of(step, path, portal), yardstick)
        _require_same(portal, path)
    print("The dataset is as a replace of all rows leaves it: count and checksums are the same.")


def version(step: str, path: Path, target: Path, rows: int) -> Path:
    """The file of a step, made from the last file; a step without changes gets the same file."""
    change = _CHANGES.get(step)
    if change is None:
        return path
    with (
        path.open(encoding="utf-8", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        out.write(file.readline())
        out.writelines(change(file, rows))
    return target


def _spread(mark: str) -> Callable[[Iterator[str], int], Iterator[str]]:
    def changed(lines: Iterator[str], rows: int) -> Iterator[str]:  # noqa: ARG001
        for number, line in enumerate(lines):
            yield touched(line, mark) if number % 100 == 50 else line

    return changed


def _run(lines: Iterator[str], rows: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield touched(line, "run") if rows // 2 <= number < rows // 2 + rows // 100 else line


def _gone(lines: Iterator[str], rows: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number % (rows // 1000) != 7:
            yield line
        else:
            yield line.replace("BP-", "NEW-", 1)


def touched(line: str, mark: str) -> str:
    """Return a line with two of its cells changed."""
    return line.replace(",Open,", ",Opened,", 1).rstrip("\n") + f".{mark}\n"


_CHANGES: dict[str, Callable[[Iterator[str], int], Iterator[str]]] = {
    "spread": _spread("spread"),
    "run": _run,
    "gone": _gone,
    "snapshot": _spread("snapshot"),
    "download": _spread("download"),
}


def step_of(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    """Do one step: bytes sent, and requests."""
    sent, requests = (
        sodapy_upserts(path, portal) if step == "sodapy" else _pushed(step, path, portal)
    )
    return {"sent": sent, "requests": requests}


def _pushed(step: str, path: Path, portal: dict[str, Any]) -> tuple[int, int]:
    from sodasheet.model.credentials import Credentials
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest
    from sodasheet.push.run import Run

    os.environ["SODASHEET_HOME"] = portal["home"]
    if step == "download":
        for one in (Path(portal["home"]) / "imprints").iterdir():
            one.unlink()
    job = Job(
        portal["url"],
        portal["dataset"],
        Method.REPLACE,
        SourceSpec(path=str(path)),
        data.mapping(),
        snapshot="require" if STEPS.get(step, ("", False))[1] else "off",
        send="all" if step in ("all", "whole") else "changes",
        quality=data.quality(),
    )
    session = PortalSession(portal["url"], Credentials(*portal["key"]))
    report = Run(PushRequest(job, path.parent), PushContext(session, Silent(), Agreed())).execute()
    assert report.outcome.value == "done", report.summary
    print(f"  {report.summary} {report.sending.reason}", file=sys.stderr)
    return report.traffic.bytes_sent, report.traffic.requests


def sodapy_upserts(path: Path, portal: dict[str, Any]) -> tuple[int, int]:
    """Upsert as scripts with sodapy do: chunks of dicts, nothing checked but what must be."""
    from sodapy import Socrata

    key_id, secret = portal["key"]
    client = Socrata(portal["url"].removeprefix("https://"), None, key_id, secret, timeout=3600)
    sent = requests = 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        while chunk := [_as_portal(row) for row in islice(rows, CHUNK)]:
            client.upsert(portal["dataset"], chunk)
            requests += 1
            sent += len(json.dumps(chunk)) if requests == 1 else 0
    return sent * requests, requests


def _as_portal(row: dict[str, str]) -> dict[str, str]:
    """Field names, and the few spellings that no portal reads."""
    fields = zip(data.HEADERS, data.FIELDS, strict=True)
    found = {field: row[header] for header, (field, _, _) in fields}
    found["fee"] = found["fee"].replace("$", "").replace(",", "")
    found["completed"] = found["completed"].rstrip("%")
    for field in ("issued", "last_inspection"):
        month, number, year = found[field].partition(" ")[0].split("/")
        found[field] = f"{year}-{month}-{number}"
    return found


def _require_same(portal: dict[str, Any], path: Path) -> None:
    """Fail loudly where the dataset differs from a dataset filled with the whole file at once."""
    whole = portal | {"dataset": made(portal)}
    figures_of("whole", path, whole)
    ours, theirs = (checksums(one) for one in (portal, whole))
    assert ours == theirs, (ours, theirs)


def checksums(portal: dict[str, Any]) -> dict[str, int]:
    """Return the number of rows, and for each column the sum of its values' checksums by
    identifier.
    """
    fields = [field for field, _, _ in data.FIELDS]
    found = dict.fromkeys(["rows", *fields], 0)
    path, offset = f"/resource/{portal['dataset']}.json", 0
    params = {"$order": ":id", "$limit": _PAGE}
    while page := ask(portal, "GET", path, params=params | {"$offset": offset}):
        for row in page:
            found["rows"] += 1
            for field in fields:
                text = f"{row['permit_no']} {row.get(field)}"
                found[field] += zlib.crc32(text.encode())
        offset += len(page)
    return found


def figures_of(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    """The figures of one step."""
    return counted(
        portal, lambda: apart(__file__, "--step", step, "--file", str(path), portal=portal)
    )


def _show(words: str, result: dict[str, float], yardstick: dict[str, float]) -> None:
    print(
        f"{words:44}{result['wall']:8.1f}{result['cpu']:8.2f}"
        f"{result['cpu'] / yardstick['cpu']:8.2f}{result['peak']:9.0f}"
        f"{result['sent'] / 1e6:9.2f}{result['requests']:9.0f}"
        f"{result['connections']:12.0f}",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
