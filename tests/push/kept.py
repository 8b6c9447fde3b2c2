"""Old runs, written to disk as a push does."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sodasheet.model.method import Method
from sodasheet.model.report import (
    Outcome,
    Report,
    RowCounts,
    RowTotals,
    RunTarget,
    Traffic,
    UndoFacts,
)
from sodasheet.push.runs.journal import Journal, RunLog, RunRecord, runs_folder

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


def ran(
    days_ago: float,
    outcome: Outcome | None = Outcome.DONE,
    *,
    dataset: str = "abcd-1234",
    snapshot: int = 0,
    **memo: Any,
) -> RunLog:
    """A run some days before NOW, with a snapshot of a given size; outcome None is a crash."""
    began = NOW - timedelta(days=days_ago)
    log = RunLog.begin(began)
    report = Report(
        log.run, outcome or Outcome.UNKNOWN, "What happened.", began.isoformat(timespec="seconds"),
        RunTarget("https://data.example.gov", dataset, f"Name of {dataset}", Method.UPSERT),
        rows=RowCounts(20, 3, 17, None, 2), totals=RowTotals(after=9), traffic=Traffic(seconds=1.5),
    )  # fmt: skip
    journal = Journal(runs_folder())
    journal.begin(
        RunRecord(
            log.run, report.started, report.target.portal, dataset, report.target.method.value, memo
        )
    )
    journal.write(log.run, "checked", rows=22, sha256="0" * 64, rejected=2)
    if snapshot:
        folder = log.folder / "snapshot"
        folder.mkdir()
        (folder / "rows-1.json.gz").write_bytes(b"x" * snapshot)
        report = replace(report, undo=UndoFacts(str(folder)))
    if outcome is None:
        return log
    if outcome in (Outcome.DONE, Outcome.REJECTS):
        journal.write(log.run, "landed", sent=20, created=3, updated=17, deleted=None, rejected=0)
    log.write(report)
    journal.end(log.run, outcome.value, report.summary)
    return log


def aged(path: Path, days: float) -> Path:
    """The folder and its content, dated a number of days before NOW."""
    moment = (NOW - timedelta(days=days)).timestamp()
    for one in (*path.rglob("*"), path):
        os.utime(one, (moment, moment))
    return path
