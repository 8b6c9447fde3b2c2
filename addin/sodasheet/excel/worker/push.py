"""A background push or undo: its page asks, its results go to the workbook."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.desk.open_desk_at_page import no_desk
from sodasheet.desk.push.run_push import PushSetup, run_push
from sodasheet.errors import SodaSheetError
from sodasheet.excel.next_steps import with_steps
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.tasks.deliver_results import clear_status, deliver_to_program
from sodasheet.excel.tasks.launched_tasks import JOB, REPORT

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report

#: Files with the rows of a live sheet.
ROWS = ("spool.csv", "faults.csv")

#: Outcomes after which the rows are not needed again.
_OVER = frozenset({"done", "done with rejects"})


def push(task: Task, order: WorkbookOrder, *, opened: bool) -> None:
    """Push or undo once, and show the report in the workbook, or at the next press there."""
    setup = PushSetup(open_session, windowed=order.windowed, opened=opened)
    ended = run_push(task, setup)
    if isinstance(ended, SodaSheetError):
        if order.windowed:
            with suppress(Exception):
                clear_status(order)
            if no_desk() is not None:
                raise ended  # no page could be opened to say it
            return
        report = _failed(task, ended)
    else:
        report = _with_steps(ended)
    task.write(REPORT, report)
    if report["outcome"] in _OVER and task.record.options.limit is None:
        for name in ROWS:
            (task.folder / name).unlink(missing_ok=True)
    deliver_to_program(task, order)


def _with_steps(report: Report) -> dict[str, Any]:
    """Return the report with its next steps in the words of Excel."""
    body = report.to_json()
    return {**body, "summary": with_steps(str(body["summary"]), getattr(report, "steps", ()))}


def _failed(task: Task, error: SodaSheetError) -> dict[str, Any]:
    """Return a report in the usual form for a push that failed early."""
    failure = task.failure or {}
    unforeseen = failure.get("kind") == "unexpected"
    job = _job(task)
    told = with_steps(str(error), error.steps)
    return {
        "run": "",
        "outcome": "unknown" if unforeseen else "failed",
        "summary": f"{told} The portal may have some of the rows." if unforeseen else told,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "portal": job.portal if job else "",
        "dataset": job.dataset if job else "",
        "dataset_name": task.record.dataset or (job.dataset if job else ""),
        "method": job.method.value if job else "",
        "source": None,
        "rows": {"sent": 0},
        "findings": [],
        "rejected": [],
    }


def _job(task: Task) -> Job | None:
    from sodasheet.jobs import read_job

    try:
        return read_job(task.folder / JOB)
    except SodaSheetError:
        return None
