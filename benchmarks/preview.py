"""Preview of a large dataset, beside the push itself.

    python benchmarks/preview.py [--rows 1000000]

The practice portal runs over TLS in a separate process, so that its work is in the client's
figures only as waiting. Every step is a separate process, and what it foretells is compared with
how the files were made.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import data
from changes import version
from measuring import Figures, apart, measured, told_portal
from push import practice
from stage import file_of

#: What is measured: the words, the method, and how many rows the file has (0: all).
STEPS: dict[str, tuple[str, str, int]] = {
    "push": ("a replace of all rows, for comparison", "replace", 0),
    "same": ("previews a replace by the same rows", "replace", 0),
    "spread": ("previews a replace, 1 % of the rows changed", "replace", 0),
    "since": ("the same, the push being remembered", "replace", 0),
    "upsert": ("previews an upsert of all rows, 1 % changed", "upsert", 0),
    "few": ("previews an upsert of 1,000 rows", "upsert", 1000),
}


def main() -> None:
    options = _options()
    if options.step:
        portal, path = told_portal(), Path(options.file)
        print(json.dumps(measured(lambda: step_of(options.step, path, portal))))
        return
    first = file_of(options.rows)
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {first.stat().st_size / 1e6:.0f} MB, TLS")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'unpacked MB':>12}")
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        portal["home"] = str(Path(folder) / "home")
        changed = version("spread", first, Path(folder) / "spread.csv", options.rows)
        files = {"push": first, "same": first, "spread": changed, "since": changed,
                 "upsert": changed,
                 "few": _head(changed, Path(folder) / "few.csv", 1000)}  # fmt: skip
        for step, (words, _, _) in STEPS.items():
            result = apart(__file__, "--step", step, "--file", str(files[step]), portal=portal)
            print(
                f"{words:46}{result['wall']:8.1f}{result['cpu']:8.1f}{result['peak']:9.0f}"
                f"{result['unpacked'] / 1e6:12.1f}",
                flush=True,
            )
            _require(step, result, options.rows)


def _head(path: Path, target: Path, rows: int) -> Path:
    with path.open(encoding="utf-8") as file, target.open("w", encoding="utf-8") as out:
        out.writelines(islice(file, rows + 1))
    return target


def _require(step: str, result: dict[str, Any], rows: int) -> None:
    """Fail loudly where the preview does not say what was done to the file."""
    hundredth = dict.fromkeys(("spread", "since", "upsert"), rows // 100)
    wanted = {**hundredth, "few": 10}.get(step, 0)
    if step != "push":
        assert result["changed"] == wanted, (step, result["changed"], wanted)
        assert result["new"] == result["deleted"] == 0, result


def step_of(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    """Do one step: bytes of the rows read, and what was foretold."""
    return (_pushed if step == "push" else _previewed)(step, path, portal)


def job_of(step: str, path: Path, portal: dict[str, Any]) -> Any:
    """Return the job of a step."""
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.method import Method

    os.environ["SODASHEET_HOME"] = portal["home"]
    source = SourceSpec(path=str(path))
    method = Method(STEPS[step][1])
    return Job(
        portal["url"],
        portal["dataset"],
        method,
        source,
        data.mapping(),
        snapshot="off",
        quality=data.quality(),
    )


def session_of(portal: dict[str, Any]) -> Any:
    """Open a session with the portal."""
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.http.session import PortalSession

    return PortalSession(portal["url"], Credentials(*portal["key"]))


def _pushed(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    from sodasheet.model.progress import Silent
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest
    from sodasheet.push.run import Run

    order = PushRequest(job_of(step, path, portal), path.parent)
    report = Run(order, PushContext(session_of(portal), Silent(), Agreed())).execute()
    assert report.outcome.value == "done", report.summary
    return {"unpacked": 0}


def _previewed(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    from sodasheet.model.progress import Silent
    from sodasheet.push.incremental.job_preview import job_preview
    from sodasheet.push.load_and_check import prepared
    from sodasheet.push.preview.preview import previewed

    session, job = session_of(portal), job_of(step, path, portal)
    if step == "since":
        changes = replace(job, send="changes")
        with job_preview(changes, path.parent, session, Silent()) as (work, found):
            assert found is not None
            assert work.stage.as_sent, "the push is not remembered"
            return _told(found)
    with (
        prepared(job, path.parent, session, Silent()) as work,
        previewed(work, session, Silent()) as found,
    ):
        return _told(found)


def _told(found: Any) -> Figures:
    told = found.preview
    unpacked = found.download.bytes if found.download else 0
    return {"unpacked": unpacked, "changed": told.changed, "new": told.new,
            "deleted": told.deleted}  # fmt: skip


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
