"""An open workbook, pushed unattended by the program that has it open.

`sodasheet run --in-excel BOOK` starts Excel with `SODASHEET_SCHEDULED=1` and a unique token in
`SODASHEET_SCHEDULED_TOKEN`; the workbook's macro sees the first, leads here, and ends Excel. The
outcome is in `scheduled/<token>.json` of SodaSheet's folder: whoever finds no such file when
Excel is gone knows that nothing was pushed. The run of each mapping sheet is in the run log.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.exit_code import ExitCode
from sodasheet.system.folders import home, make_private

if TYPE_CHECKING:
    import xlwings

    from sodasheet.unattended.unattended_task import JobResult

FLAG, TOKEN = "SODASHEET_SCHEDULED", "SODASHEET_SCHEDULED_TOKEN"

#: Minutes after which the push stops at the next safe point; as many as `sodasheet run` takes.
LIMIT, MINUTES = "SODASHEET_SCHEDULED_MINUTES", 360.0

#: The name of the intended workbook: another may be opened in the same Excel meanwhile.
BOOK = "SODASHEET_SCHEDULED_BOOK"

#: The intended mapping sheet; empty or absent for all mapping sheets.
ONLY = "SODASHEET_SCHEDULED_ONLY"

_TOKEN = re.compile("[0-9a-f]{16,64}")


def result_path(token: str) -> Path:
    """Path of the file with the outcome of the run with this token."""
    return home() / "scheduled" / f"{token}.json"


def begun_path(token: str) -> Path:
    """Path of the file that is written when the macro starts to push."""
    return result_path(token).with_suffix(".begun")


def scheduled(book: xlwings.Book | None = None) -> None:
    """Push every mapping sheet of the workbook, save the workbook, and record the outcome.

    Does nothing in a process that was not started for it, nor with another workbook than that was
    started for. Called by vba/Scheduled.bas.
    """
    token = token_of(os.environ)
    if token is None:
        return
    from sodasheet.excel import xlwings_access
    from sodasheet.system.interactive_session import leave_unattended

    leave_unattended()
    _write(begun_path(token), {"pid": os.getpid()})
    try:
        if book is None:
            _, book = xlwings_access.when_free(xlwings_access.caller)
        if book is None or book.name.casefold() != os.environ.get(BOOK, book.name).casefold():
            return
        with xlwings_access.program_waits():
            body = _pushed(book)
    except Exception as error:
        body = _failed(error)
    _write(result_path(token), body)
    if sys.platform == "darwin" and book is not None:
        book.app.quit()  # only on a Mac does the macro not wait for us


def token_of(environment: Mapping[str, str]) -> str | None:
    """Return the token of the scheduler, or None in a process not started by the scheduler."""
    token = environment.get(TOKEN, "")
    sound = environment.get(FLAG) == "1" and _TOKEN.fullmatch(token)
    return token if sound else None


def _pushed(book: xlwings.Book) -> dict[str, Any]:
    """Run all jobs of the workbook in order; the workbook is saved with their results."""
    from sodasheet.excel.scheduled.push import Pushing
    from sodasheet.unattended.run_jobs import worst

    name = book.name
    pushing = Pushing(book, _minutes(os.environ), os.environ.get(ONLY) or None)
    ran = pushing.all()
    notes = list(pushing.notes)
    try:
        book.save()
    except Exception:
        notes.append(f"{name} could not be saved; the results are in the run log.")
    return {
        "exit_code": int(worst([one.code for one in ran])),
        "book": name,
        "jobs": [told_of(one) for one in ran],
        "notes": notes,
    }


def told_of(ran: JobResult) -> dict[str, Any]:
    """Return one job as JSON: its run, its outcome, and failed notifications."""
    report = ran.report
    return {
        "name": ran.name,
        "exit_code": int(ran.code),
        "run": report.run,
        "outcome": report.outcome.value,
        "summary": report.summary,
        "not_told": list(ran.notification_errors),
    }


def _failed(error: Exception) -> dict[str, Any]:
    """Return the outcome of a run that never reached its jobs."""
    from sodasheet.crash_report import crash_report

    told = error if isinstance(error, SodaSheetError) else crash_report(error)
    return {"exit_code": int(ExitCode.FAILED), "jobs": [], "notes": [str(told)]}


def _write(path: Path, body: Mapping[str, Any]) -> None:
    """Written atomically, because another process waits for the file."""
    make_private(path.parent)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(path)


def _minutes(environment: Mapping[str, str]) -> float:
    try:
        return min(max(float(environment.get(LIMIT, "")), 0.1), 60 * 24 * 7)
    except ValueError:
        return MINUTES
