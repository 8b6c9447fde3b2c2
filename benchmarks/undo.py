"""Undo of a large push, from the first push to the restored dataset.

    python benchmarks/undo.py [--rows 1000000]

Every row of the file is changed by the push that is undone. The practice portal runs over TLS in a
process of its own and offers SODA3, over which the rows are read; every step is a process of its
own. At the end the dataset is compared, by count and a checksum for each column, with the dataset
as it was after the first push.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from changes import checksums, touched
from measuring import Figures, apart, measured, told_portal
from preview import job_of, session_of
from push import ask, practice
from stage import file_of

#: What is measured, in order, in words, and how the steps of `preview.py` are named.
STEPS = {
    "first": "replaces an empty dataset by all rows",
    "preview": "previews a replace that changes every row",
    "changed": "the same replace, all old rows kept",
    "undo": "undoes it",
}


def main() -> None:
    """Measure each step, and compare the dataset after the undo with the dataset before."""
    options = _options()
    if options.step:
        portal, path = told_portal(), Path(options.file)
        print(json.dumps(measured(lambda: step_of(options.step, path, portal))))
        return
    first = file_of(options.rows)
    print(f"{options.rows:,} rows, {first.stat().st_size / 1e6:.0f} MB, TLS, reads over SODA3")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'requests':>9}{'SODA3':>7}")
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        portal["home"] = str(Path(folder) / "home")
        changed = _all_changed(first, Path(folder) / "changed.csv")
        before: dict[str, int] = {}
        for step, words in STEPS.items():
            path = first if step == "first" else changed
            ask(portal, "DELETE", "/practice/requests")
            result = apart(__file__, "--step", step, "--file", str(path), portal=portal)
            seen = ask(portal, "GET", "/practice/requests")
            newer = sum("/api/v3/" in one["path"] for one in seen)
            print(
                f"{words:46}{result['wall']:8.1f}{result['cpu']:8.1f}{result['peak']:9.0f}"
                f"{len(seen):9}{newer:7}",
                flush=True,
            )
            if step == "first":
                before = checksums(portal)
            elif step == "changed":
                assert checksums(portal) != before
        after = checksums(portal)
        assert after == before, (after, before)
    print("The dataset is as it was before: count and checksums are the same.")


def _all_changed(path: Path, target: Path) -> Path:
    with path.open(encoding="utf-8") as file, target.open("w", encoding="utf-8") as out:
        out.write(file.readline())
        out.writelines(touched(line, "changed") for line in file)
    return target


def step_of(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    """Do one step."""
    if step == "undo":
        return _undone(portal)
    return _previewed(path, portal) if step == "preview" else _pushed(step, path, portal)


def _pushed(step: str, path: Path, portal: dict[str, Any]) -> Figures:
    from dataclasses import replace

    from sodasheet.model.progress import Silent
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest, RunOptions
    from sodasheet.push.run import Run

    job = job_of("push", path, portal)
    job = replace(job, snapshot="require" if step == "changed" else "off")
    # Generated rows are like nobody's past.
    order = PushRequest(job, path.parent, RunOptions(skipped_guards=frozenset({"unlike-dataset"})))
    report = Run(order, PushContext(session_of(portal), Silent(), Agreed())).execute()
    assert report.outcome.value == "done", report.summary
    return {"rows": report.rows.sent or 0}


def _previewed(path: Path, portal: dict[str, Any]) -> Figures:
    from sodasheet.model.progress import Silent
    from sodasheet.push.load_and_check import prepared
    from sodasheet.push.preview.preview import previewed

    session, job = session_of(portal), job_of("push", path, portal)
    with (
        prepared(job, path.parent, session, Silent()) as work,
        previewed(work, session, Silent()) as found,
    ):
        told = found.preview
        assert told.unchanged == told.new == told.deleted == 0, told
        return {"rows": told.changed}


def _undone(portal: dict[str, Any]) -> Figures:
    from sodasheet.jobs.push_resume_undo import undo
    from sodasheet.model.progress import Silent
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.undo.undoable_run import last_run

    os.environ["SODASHEET_HOME"] = portal["home"]
    report = undo(last_run(), PushContext(session_of(portal), Silent(), Agreed()))
    assert report.outcome.value == "done", report.summary
    return {"rows": report.rows.sent or 0}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
