"""An unattended run stops when the clock or the system says so, and never hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sodasheet.unattended.time_limit import TimeLimit, duration_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3600, "1 hour"), (21600, "6 hours"), (5400, "90 minutes"), (60, "1 minute"),
        (90, "90 seconds"), (0.5, "0.5 seconds"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_said_without_fractions(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_the_clock_stops_it_and_says_why() -> None:
    limit = TimeLimit(0.02)
    before = limit.stop
    time.sleep(0.03)

    assert (before, limit.stop) == (False, True)
    assert limit.why == "The time limit of 0.02 seconds was reached."
    assert limit.left == 0.0


def test_being_told_to_end_stops_it_and_being_told_twice_breaks_it_off() -> None:
    limit = TimeLimit(60)

    with limit.stop_on_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        first = limit.why
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)

    assert first == "The system asked the run to stop (SIGTERM)."
    assert signal.getsignal(signal.SIGTERM) != limit._on_signal


def test_what_was_to_be_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    limit = TimeLimit(60)
    try:
        with limit.stop_on_signals():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert not limit.stop


#: A run that hangs after the steps of its journal that `argv` names.
HANGING = """
    import ctypes, sys, time
    from dataclasses import replace
    from pathlib import Path
    from sodasheet.jobs.file.job_from_json import job_from_json
    from sodasheet.push.runs.run_recorder import RunRecorder
    from sodasheet.push import run as push_run
    from sodasheet.unattended.unattended_task import RunTask
    from sodasheet.unattended.run_jobs import run_all
    from sodasheet.unattended.time_limit import TimeLimit
    from sodasheet.unattended.watchdog import Watchdog

    counts = dict(sent=3, created=3, updated=0, deleted=0, rejected=0)
    DETAIL = {"revision": {"seq": 7}, "landed": counts}

    class Hanging:
        def __init__(self, order, desk, log):
            self.ledger = RunRecorder(order, log)
            self.ledger.open(order)
        def execute(self):
            for step in sys.argv[2:]:
                self.ledger.step(step, **DETAIL.get(step, {}))
            if sys.argv[1] == "deaf":
                ctypes.PyDLL(None).sleep(60)
            time.sleep(60)

    class Session:
        def __enter__(self): return self
        def __exit__(self, *error): pass

    push_run.Run = Hanging
    # Where other tests keep the machine busy, it takes a while to begin and to write a report.
    Watchdog.__init__.__defaults__ = (0.5 if sys.argv[1] == "deaf" else 20.0,)
    task = RunTask(Path("job.json"), None, TimeLimit(3.0), lambda *any: Session(), print, grace=0.3)
    run_all(task)
"""
JOB = {
    "sodasheet": 1,
    "portal": "http://127.0.0.1:9",
    "dataset": "abcd-1234",
    "method": "upsert",
    "source": {"kind": "file", "path": "rows.csv"},
    "columns": [{"source": "Nr", "field": "nr", "match": "confirmed"}],
}


def hang(folder: Path, *steps: str) -> tuple[int, Path]:
    """The exit code of a run that hangs, and its folder in the run log."""
    (folder / "job.json").write_text(json.dumps(JOB))
    environment = os.environ | {"SODASHEET_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HANGING), *steps],
        cwd=folder, env=environment, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    [run] = (folder / "home" / "runs").glob("*-*-*")
    return done.returncode, run


@pytest.mark.parametrize(
    ("steps", "code", "outcome", "sentence"),
    [
        ([], 130, "cancelled", "was terminated. Nothing was changed."),
        (["revision"], 130, "cancelled", "was terminated. Nothing was changed."),
        (["revision", "applying"], 5, "unknown", "Resume the run to find out"),
        (["sending"], 5, "unknown", "Resume the run to find out"),
        (["sending", "landed"], 0, "done", "Then it hung"),
    ],
)
def test_a_run_that_hangs_is_ended_and_its_report_says_what_stands(
    tmp_path: Path, steps: list[str], code: int, outcome: str, sentence: str
) -> None:
    ended, run = hang(tmp_path, "asleep", *steps)

    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert (ended, report["outcome"]) == (code, outcome)
    assert sentence in report["summary"]
    assert f"Exit code {code}" in (run / "run.log").read_text(encoding="utf-8")


def test_where_no_python_can_run_the_process_ends_all_the_same(tmp_path: Path) -> None:
    ended, run = hang(tmp_path, "deaf")

    assert ended == 1
    assert not (run / "report.json").exists()
    assert "Timeout" in (run / "run.log").read_text(encoding="utf-8")
