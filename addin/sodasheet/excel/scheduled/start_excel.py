"""Start Excel for one scheduled push, and get the outcome."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError, SourceError, UnknownOutcome, UsageProblem
from sodasheet.excel.scheduled.macro import (
    BOOK,
    FLAG,
    LIMIT,
    ONLY,
    TOKEN,
    begun_path,
    result_path,
    told_of,
)
from sodasheet.model.exit_code import ExitCode
from sodasheet.system.process_tree import ProcessTree
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.unattended.unattended_task import RunTask

#: Where Windows says which program opens workbooks.
_KEY = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Seconds for the macro to start, and for Excel to close after writing the outcome."""

    begin: float = 600.0
    leave: float = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome of a run; `jobs` are results of `told_of`."""

    exit_code: ExitCode
    jobs: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()


def excel_program() -> list[str]:
    """Return the command that opens a workbook in a separate Excel.

    Raises UsageProblem if there is no Excel for Windows.
    """
    if sys.platform == "win32":
        import winreg

        for place in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            with suppress(OSError):
                # /x: a separate process, which ends with this push without closing other workbooks.
                return [winreg.QueryValue(place, _KEY).strip('"'), "/x"]
    raise UsageProblem(
        "There is no Excel for Windows here to open the workbook.",
        "Run it without --in-excel: the workbook is then read as last saved.",
    )


def require_excel(path: Path) -> None:
    """Refuse a workbook that Excel cannot push here. Raises UsageProblem, or SourceError."""
    _require_macros(path)
    excel_program()


def push_in_excel(
    task: RunTask,
    program: Sequence[str] = (),
    waiting: Waiting = Waiting(),
) -> Ended:
    """Make Excel (or another `program`) open the workbook and push; wait for the outcome.

    Where it never came to that, this is a separate run with a report in the run log, and users are
    notified. Raises SodaSheetError only where the run log cannot be written.
    """
    try:
        _require_macros(task.path)
        return _Opened(task, program or excel_program(), waiting).ended()
    except SodaSheetError as error:
        from sodasheet.unattended.job_run import fail_to_start

        ran = fail_to_start(task, error)
        return Ended(ran.code, (told_of(ran),))


def other_books(pid: int, name: str) -> tuple[str, ...]:
    """Return the names of other open workbooks, which mean that Excel must not be closed.

    Empty if there are none, and if the program does not answer: a hung Excel has to be ended.
    """
    from sodasheet.excel.xlwings_access import is_addin, load_xlwings, reach_program

    found: list[str] = []
    with suppress(Exception):
        reach_program()
        apps = [app for app in load_xlwings().apps if app.pid == pid]
        found = [book.name for app in apps for book in app.books]
    return tuple(one for one in found if one.casefold() != name.casefold() and not is_addin(one))


class _Opened:
    """Excel with the workbook open."""

    _left_open: tuple[str, ...] = ()

    def __init__(self, task: RunTask, program: Sequence[str], waiting: Waiting) -> None:
        self._task, self._waiting = task, waiting
        token = secrets.token_hex(16)
        self._result, self._begun = result_path(token), begun_path(token)
        minutes = str(task.limit.left / 60)
        given = os.environ | {
            FLAG: "1", TOKEN: token, LIMIT: minutes, ONLY: task.only or "",
            BOOK: task.path.name,
        }  # fmt: skip
        try:
            self._program = ProcessTree([*program, str(task.path)], given)
        except OSError as error:
            raise SodaSheetError(
                f"{program[0]} cannot be started: {error.strerror or error}.",
                "Repair Excel, or run the workbook without --in-excel.",
            ) from error

    def ended(self) -> Ended:
        """Wait for the outcome. Raises SodaSheetError if the macro did not report."""
        began = time.monotonic()
        with self._task.limit.stop_on_signals():
            late = self._wait(began)
        body = self._read()
        for path in (self._result, self._begun):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if body is None:
            raise late or SodaSheetError(
                "Excel ended unexpectedly, without a report about the push.",
                "Open the workbook: its macros may be blocked, or the SodaSheet add-in is missing"
                " (sodasheet addin doctor).",
            )
        notes = [*body.get("notes", ())]
        if late is not None and self._left_open:
            notes.append(
                "Excel was left open after the push, because someone has opened"
                f" {listed(self._left_open)} in it."
            )
        elif late is not None:
            notes.append("Excel did not close after the push, so SodaSheet closed it.")
        return Ended(ExitCode(body["exit_code"]), tuple(body["jobs"]), tuple(notes))

    def _wait(self, began: float) -> SodaSheetError | None:
        """Wait until Excel has closed, or terminate the program; return the error to raise."""
        left_at: float | None = None
        while not self._program.ended:
            now = time.monotonic()
            if left_at is None and self._result.exists():
                left_at = now + self._waiting.leave
            error = self._overdue(now, began, left_at)
            if error is not None:
                if others := other_books(self._program.pid, self._task.path.name):
                    self._left_open = others
                    return error
                self._program.end()
                return error
            time.sleep(0.2)
        return None

    def _overdue(self, now: float, began: float, left_at: float | None) -> SodaSheetError | None:
        if left_at is not None and now > left_at:
            return SodaSheetError("Excel did not close.", "")
        limit, grace = self._task.limit, self._task.grace
        if now > began + limit.seconds + grace or (limit.why and limit.left > 0):
            return UnknownOutcome(
                f"Excel was closed before its push was finished. {limit.why}",
                "What it had pushed until then is in sodasheet history; open the workbook and"
                " check whether an Excel dialog is waiting for an answer.",
            )
        if left_at is None and now > began + self._waiting.begin and not self._begun.exists():
            return SodaSheetError(
                "Excel opened the workbook, but its macro did not start the push, and Excel was "
                "closed. Nothing was sent.",
                "Open the workbook: its macros may be blocked, a dialog may be open, or"
                " the SodaSheet add-in is missing (sodasheet addin doctor).",
            )
        return None

    def _read(self) -> dict[str, Any] | None:
        try:
            body = json.loads(self._result.read_bytes())
            ExitCode(body["exit_code"])
            return body if isinstance(body["jobs"], list) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _require_macros(path: Path) -> None:
    """Raise if there is no workbook that can contain the macro."""
    if not path.is_file():
        raise SourceError(f"There is no file {path}.", "Check its path.")
    if path.suffix.lower() not in (".xlsm", ".xlsb", ".xls"):
        raise UsageProblem(
            f"{path.name} has no macros, so Excel has nothing to push it with.",
            "Create the workbook from scheduled-push.xlsm, or omit --in-excel.",
        )
