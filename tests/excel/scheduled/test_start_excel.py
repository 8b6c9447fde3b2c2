"""The start of Excel reports the outcome of the push, and never waits indefinitely.

Excel itself runs on Windows only. In its place is a program that does with the environment what
the workbook's macro has Python do (sodasheet.excel.scheduled.macro), or fails to.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.excel import xlwings_access
from sodasheet.excel.scheduled import start_excel
from sodasheet.excel.scheduled.start_excel import Ended, Waiting, push_in_excel
from sodasheet.model.exit_code import ExitCode
from sodasheet.unattended.time_limit import TimeLimit
from sodasheet.unattended.unattended_task import RunTask

BEGIN = """
    import json, os, subprocess, sys, time
    from sodasheet.excel.scheduled import macro as s
    token = s.token_of(os.environ)
    assert token and sys.argv[-1].endswith("Book ä.xlsm")
    def write(path, body): s._write(path, body)
"""
JOB = {"name": "Map A", "exit_code": 3, "run": "r", "outcome": "done with rejects",
       "summary": "Updated.", "not_told": []}  # fmt: skip
END = f"""
    write(s.begun_path(token), {{}})
    minutes = os.environ["SODASHEET_SCHEDULED_MINUTES"]
    write(s.result_path(token), {{"exit_code": 3, "jobs": [{JOB!r}], "notes": [minutes]}})
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    path = tmp_path / "Book ä.xlsm"
    path.write_bytes(b"PK")
    return path


def no_session(*given: object) -> Any:
    raise AssertionError("Excel opens the portal, not who waits for it")


def push(
    book: Path, script: str, seconds: float = 60.0, grace: float = 10.0, begin: float = 60.0
) -> Ended:
    program = [sys.executable, "-c", textwrap.dedent(BEGIN) + textwrap.dedent(script)]
    task = RunTask(book, None, TimeLimit(seconds), no_session, print, grace)
    return push_in_excel(task, program, Waiting(begin=begin, leave=0.5))


def report(ended: Ended) -> dict[str, Any]:
    """The report in the run log of a run that ended before its jobs."""
    [job] = ended.jobs
    path = Path(os.environ["SODASHEET_HOME"]) / "runs" / job["run"] / "report.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body


def left(book: Path) -> list[Path]:
    return list((book.parent / "home" / "scheduled").glob("*"))


def test_how_the_push_ended_is_handed_on(book: Path) -> None:
    ended = push(book, END, seconds=120)

    assert ended.exit_code is ExitCode.REJECTS
    assert ended.jobs == (JOB,)
    assert 1.9 < float(ended.notes[0]) <= 2
    assert left(book) == []


def test_an_excel_that_does_not_end_is_ended_with_all_that_it_started(book: Path) -> None:
    beat = book.parent / "beat"
    ended = push(
        book,
        f"""
    child = ("import pathlib, time\\n"
             "while True: pathlib.Path({beat.as_posix()!r}).write_text(str(time.time()))")
    subprocess.Popen([sys.executable, "-c", child])
    while not os.path.exists({beat.as_posix()!r}):
        time.sleep(0.01)
"""
        + END
        + """
    time.sleep(60)
""",
    )

    assert ended.exit_code is ExitCode.REJECTS
    assert "Excel did not close after the push, so SodaSheet closed it." in ended.notes
    last = beat.read_bytes()
    time.sleep(0.3)
    assert beat.read_bytes() == last


@pytest.mark.parametrize(
    ("script", "seconds", "outcome", "code", "sentence"),
    [
        ("", 60, "failed", 1, "Excel ended unexpectedly, without a report about the push."),
        ("time.sleep(60)", 60, "failed", 1, "its macro did not start the push"),
        (
            "    write(s.begun_path(token), {})\n    time.sleep(60)", 0.2, "unknown", 5,
            "Excel was closed before its push was finished.",
        ),
        (
            "    s.result_path(token).parent.mkdir(parents=True)\n"
            "    s.result_path(token).write_text('{')", 60, "failed", 1, "without a report",
        ),
    ],
    ids=["silent", "blocked", "hanging", "garbled"],
)  # fmt: skip
def test_an_excel_that_says_nothing_is_a_run_of_its_own_in_the_run_log(
    book: Path, script: str, seconds: float, outcome: str, code: int, sentence: str
) -> None:
    begin = 0.5 if sentence.startswith("its macro did not start") else 60
    ended = push(book, script, seconds, 0.3 if seconds < 1 else 10, begin)

    assert (ended.exit_code, report(ended)["outcome"]) == (code, outcome)
    assert sentence in report(ended)["summary"]
    assert ("Nothing was sent." in report(ended)["summary"]) == (outcome == "failed")
    assert left(book) == []


@pytest.mark.parametrize(
    ("name", "program", "code", "sentence"),
    [
        ("gone.xlsm", ["true"], 1, "There is no file"),
        ("plain.xlsx", ["true"], 2, "plain.xlsx has no macros"),
        ("Book ä.xlsm", ["/nowhere/excel"], 1, "/nowhere/excel cannot be started"),
        ("Book ä.xlsm", [], 2, "There is no Excel for Windows here"),
    ],
)
def test_what_cannot_be_opened_in_excel_has_a_report(
    book: Path, name: str, program: list[str], code: int, sentence: str
) -> None:
    (book.parent / "plain.xlsx").write_bytes(b"PK")
    task = RunTask(book.parent / name, None, TimeLimit(9), no_session, print)

    ended = push_in_excel(task, program)

    assert ended.exit_code == code
    assert sentence in report(ended)["summary"]


def test_another_workbook_that_is_opened_in_the_same_excel_is_not_pushed(book: Path) -> None:
    # Its macro has the same environment, because Windows may open it in the same process.
    script = """
        class Other:
            name = "other.xlsm"
        s.scheduled(Other())
        assert not s.result_path(token).exists()
    """

    ended = push(book, script)

    assert "without a report about the push" in report(ended)["summary"]
    assert len(list((Path(os.environ["SODASHEET_HOME"]) / "runs").glob("*/run.log"))) == 1


def test_an_excel_in_which_somebody_works_is_left_open(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = book.parent / "alive"
    monkeypatch.setattr(start_excel, "other_books", lambda *_: ("My budget.xlsx",))

    ended = push(
        book,
        END
        + f"""
    time.sleep(3)
    open({alive.as_posix()!r}, "w").close()
""",
    )

    assert ended.exit_code is ExitCode.REJECTS
    assert [note for note in ended.notes if "My budget.xlsx" in note]
    until = time.monotonic() + 20
    while not alive.exists():
        assert time.monotonic() < until, "the process was ended"
        time.sleep(0.1)


def test_other_workbooks_of_that_excel_are_named_and_add_ins_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def excel(pid: int, *names: str) -> SimpleNamespace:
        return SimpleNamespace(pid=pid, books=[SimpleNamespace(name=name) for name in names])

    apps = [excel(7, "Push.xlsm", "SodaSheet.xlam", "Mine.xlsx"), excel(8, "Other.xlsx")]
    monkeypatch.setattr(xlwings_access, "load_xlwings", lambda: SimpleNamespace(apps=apps))
    monkeypatch.setattr(xlwings_access, "reach_program", lambda: None)

    assert start_excel.other_books(7, "push.xlsm") == ("Mine.xlsx",)
    assert start_excel.other_books(8, "Other.xlsx") == ()
