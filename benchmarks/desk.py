"""Speed of the desk: its first page, scrolling a large preview, and answers during a push.

    python benchmarks/desk.py [--changes 1000000] [--pushed 1000000]

The pages are fetched as a window fetches them: a ticket, a session, then the page as a whole. The
desk runs in a separate process, whose memory is read from the system. A push runs against the
practice portal, which is in a separate process as well.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import duckdb

import data
from push import practice
from stage import file_of

#: Rows of the preview's groups, as staging/diff/change_rows.py writes them.
GROUP = 20_000


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ |= {"SODASHEET_HOME": str(home), "DISPLAY": os.environ.get("DISPLAY", ":0")}
        os.environ |= {"SODASHEET_BROWSER": str(_browser(home))}
        _first_page(home)
        _preview(home, options.changes)
        if options.pushed:
            _push(home, options.pushed)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that runs, and the session of one window."""

    host: str
    cookie: str
    pid: int

    def get(self, page: str) -> tuple[float, str]:
        """Seconds until a page was there as a whole, and its text."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(f"//{self.host}").port)
        connection.request("GET", page, headers={"Host": self.host, "Cookie": self.cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{page} answered {answer.status}: {text[:300]}")
        return time.perf_counter() - start, text

    @property
    def processor(self) -> float:
        """CPU seconds of its process until now (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """MB that its process holds now (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


@contextmanager
def opened(home: Path) -> Iterator[Desk]:
    """A desk that the command has opened."""
    asked = home / "opened"
    asked.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "sodasheet", "desk"], check=True)
    while not asked.exists() or not (lines := asked.read_text("utf-8").split()):
        time.sleep(0.002)
    door = Path(lines[0].removeprefix("file://")).read_text("utf-8")
    address = re.search(r'action="(.*?)/enter"', door)[1]  # type: ignore[index]
    word = re.search(r'name="ticket" value="(.*?)"', door)[1]  # type: ignore[index]
    host = urlsplit(address).netloc
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(address).port)
    form = {"Host": host, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/enter", urlencode({"ticket": word}), form)
    answer = connection.getresponse()
    cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
    answer.read()
    state = json.loads((home / "desk" / "desk.json").read_text("utf-8"))
    try:
        yield Desk(host, cookie, state["pid"])
    finally:
        os.kill(state["pid"], signal.SIGTERM)
        while (home / "desk" / "desk.json").exists():
            time.sleep(0.01)


def _first_page(home: Path) -> None:
    taken, worked = [], []
    for _ in range(5):
        start, before = time.perf_counter(), os.times()
        with opened(home) as desk:
            desk.get("/")
            taken.append(time.perf_counter() - start)
            after = os.times()
            command = after.children_user + after.children_system
            command -= before.children_user + before.children_system
            worked.append(command + desk.processor)
    _say("from the command to the first page", statistics.median(taken))
    _say("CPU time of that, of command and desk together", statistics.median(worked))
    with opened(home) as desk:
        start = time.perf_counter()
        with opened_again(home):
            _say("a second start, from the command to its window", time.perf_counter() - start)
        _say("Home once more", desk.get("/")[0])


@contextmanager
def opened_again(home: Path) -> Iterator[None]:
    """A second start, up to the window requested."""
    asked = home / "opened"
    before = len(asked.read_text("utf-8").splitlines())
    subprocess.run([sys.executable, "-m", "sodasheet", "desk"], check=True)
    while len(asked.read_text("utf-8").splitlines()) == before:
        time.sleep(0.002)
    yield


def _preview(home: Path, changes: int) -> None:
    draft = _draft(home, changes)
    page = f"/draft/{draft}/preview"
    with opened(home) as desk:
        desk.get("/")
        before = desk.memory
        seconds, text = desk.get(page)
        if f"of {changes:,}<" not in text:
            raise SystemExit("the preview does not have all changes")
        _say(f"a preview of {changes:,} changes opens", seconds)
        pages = changes // 50
        steps = [desk.get(f"{page}?page={1 + pages * at // 50}")[0] for at in range(50)]
        _say("50 pages of it, from the first to the last: the median", statistics.median(steps))
        _say("the slowest of them", max(steps))
        _say("filtered by a changed column", desk.get(f"{page}?column=fee")[0])
        _say("looked up by identifier", desk.get(f"{page}?key=P-0500000")[0])
        once = desk.memory
        for at in range(100):
            desk.get(f"{page}?page={1 + pages * at // 100}")
        print(f"{'memory of the desk before, after 53 pages, after 153':58}"
              f"{before:8.0f}{once:8.0f}{desk.memory:8.0f} MB")  # fmt: skip


def _draft(home: Path, changes: int) -> str:
    """A draft whose preview has so many changed rows of 20 columns."""
    from sodasheet.desk.drafts.draft import About, Shape, new_draft
    from sodasheet.jobs.last_preview import key_of
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.method import Method

    dataset = data.dataset()
    columns = dataset.fillable
    job = Job("https://data.example.gov", dataset.id, Method.UPSERT, SourceSpec(path="rows.csv"),
              data.mapping())  # fmt: skip
    draft = new_draft(job, About("rows.csv", "rows.csv", str(home)))
    draft.describe(draft.about, Shape((), {}, changes, dataset))
    place = next(at for at, one in enumerate(columns) if one.field == dataset.row_identifier)
    cells = "".join(
        f", 'P-' || lpad(n::VARCHAR, 7, '0') AS a{at}, a{at} AS b{at}" if at == place
        else f", 'old ' || (n * {at + 1})::VARCHAR AS a{at}, "
             f"CASE WHEN n % {at + 2} = 0 THEN 'new ' || n ELSE a{at} END AS b{at}"
        for at in range(len(columns))
    )  # fmt: skip
    duckdb.sql(
        f"COPY (SELECT n, 1 AS kind, n + 1 AS _row, 'P-' || lpad(n::VARCHAR, 7, '0') AS k{cells}"
        f" FROM range(1, {changes + 1}) r(n)) TO '{draft.folder / 'changes.parquet'}'"
        f" (FORMAT parquet, ROW_GROUP_SIZE {GROUP})"
    )
    counts = {"new": 0, "changed": changes, "deleted": 0, "unchanged": 0}
    draft.write("preview.json", {
        "key": key_of(draft.job), "time": "2026-01-01T00:00:00+00:00", "method": "upsert",
        "preview": counts, "before": changes, "after": changes, "stale": None, "emptied": [],
        "rejected": 0, "sendable": changes, "cells": [1] * len(columns),
        "columns": [{"name": one.name, "field": one.field, "type": one.type} for one in columns],
        "identifier": dataset.row_identifier, "seen": None,
    })  # fmt: skip
    return draft.id


def _push(home: Path, rows: int) -> None:
    """Answers of the desk while a task of its own pushes a large file."""
    from sodasheet.credentials.environment import PORTAL
    from sodasheet.desk.tasks.start_process import Workers
    from sodasheet.desk.tasks.task import TaskKind, TaskRecord, new_task
    from sodasheet.jobs import write_job
    from sodasheet.model.job import Guards, Job, SourceSpec
    from sodasheet.model.method import Method

    path = file_of(rows)
    with practice() as portal:
        os.environ |= {
            "SODASHEET_KEY_ID": portal["key"][0],
            "SODASHEET_KEY_SECRET": portal["key"][1],
            "REQUESTS_CA_BUNDLE": portal["ca"],
            PORTAL: portal["url"],
        }
        dataset = portal["dataset"]
        job = Job(portal["url"], dataset, Method.REPLACE, SourceSpec(path=str(path)),
                  data.mapping(), Guards(max_shrink=1.0))  # fmt: skip
        job = replace(job, snapshot="off", quality=data.quality())
        task = new_task(TaskRecord(TaskKind.PUSH, source=path.name, portal=job.portal, base="/"))
        write_job(job, task.folder / "job.json")
        with opened(home) as desk:
            Workers().start(task)
            taken: list[float] = []
            while not task.ended:
                if (question := task.read("question.json")) is not None:
                    task.write("answer.json", {"number": question["number"], "yes": True,
                                               "text": "", "choice": {}})  # fmt: skip
                taken.append(desk.get("/")[0])
                taken.append(desk.get(f"/task/{task.id}")[0])
                time.sleep(0.1)
            report: dict[str, Any] = task.errand.report or {}
            if report.get("outcome") != "done":
                raise SystemExit(f"the push ended otherwise: {report or task.failure}")
        _say(f"{len(taken)} pages during a push of {rows:,} rows: the median",
             statistics.median(taken))  # fmt: skip
        _say("the slowest 1 % of them begin at", statistics.quantiles(taken, n=100)[-1])
        _say("the push itself", report["seconds"])


def _browser(home: Path) -> Path:
    """Plays the browser: records the requested page."""
    path = home / "browser.sh"
    path.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> {quote(str(home))}/opened\n", "utf-8")
    path.chmod(0o755)
    return path


def _say(words: str, seconds: float) -> None:
    print(f"{words:58}{seconds:8.3f} s", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--pushed", type=int, default=1_000_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
