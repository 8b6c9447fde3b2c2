"""A detached push or undo: in a window where one was ordered, else unseen; its report."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.excel.tasks.deliver import reach_program
from sodasheet.excel.tasks.launch import forget
from sodasheet.push.runs.background_task import JOB, REPORT, SHOWN, BackgroundTask, FileProgress

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.request import PushRequest


def push(errand: BackgroundTask) -> None:
    """Do the push or undo of one folder, write its report there, and show it in the workbook."""
    progress, windowed = FileProgress(errand), bool(errand.order.get("window"))
    with progress.pulse():
        ended = None
        try:
            order = _order(errand)
            if windowed:
                WindowedPush(errand, progress).run(order)
            else:
                ended = for_the_ribbon(_unseen(order, progress).to_json(), windowed=False)
        except SodaSheetError as error:
            ended = _failed(_job(errand), f"{error} Nothing was changed.")
        except Exception:
            ended = _doubtful(errand)
        if ended is not None:
            errand.write(REPORT, ended)
    if ended is not None:
        _forget_rows(errand, ended)
        _deliver(errand)
    if windowed:
        _close(errand)


class WindowedPush:
    """A push in a window of its own, whose results are in the workbook as soon as there are some.

    The spreadsheet program is spoken to by one thread of its own: it may keep one waiting, and a
    window must not.
    """

    def __init__(self, errand: BackgroundTask, progress: FileProgress) -> None:
        self._errand, self._progress = errand, progress
        self._clerk = ThreadPoolExecutor(1, "workbook", initializer=reach_program)
        self._told = False

    def run(self, order: PushRequest) -> None:
        """Until the window is closed. Raises SodaSheetError where none opened to say it."""
        from sodasheet.desktop.push_window import PushOptions, run_push

        options = PushOptions(self._open, self._progress, self._show_results, self._ended)
        try:
            run_push(order, options)
        except SodaSheetError:
            if not self._told:
                raise
        finally:
            self._clerk.shutdown()

    def _open(self, portal: str, stop: Callable[[], bool]) -> PortalSession:
        """The session of one attempt; what an earlier one left behind must not pass for it."""
        from sodasheet.excel.session import open_session

        self._progress.again()
        for name in (REPORT, SHOWN):
            (self._errand.folder / name).unlink(missing_ok=True)
        return open_session(portal, stop, write=True)

    def _ended(self, end: Report | SodaSheetError) -> None:
        self._told = True
        if isinstance(end, SodaSheetError):
            self._clerk.submit(_clear_status, self._errand)
            return
        self._errand.write(REPORT, for_the_ribbon(end.to_json(), windowed=True))
        self._clerk.submit(_deliver, self._errand)

    def _show_results(self, report: Report) -> None:
        self._clerk.submit(_to_front, self._errand, report)


def _unseen(order: PushRequest, progress: FileProgress) -> Report:
    """Do what was agreed to beforehand."""
    from sodasheet.excel.session import open_session
    from sodasheet.jobs.execute import execute
    from sodasheet.notifications.notify import logged
    from sodasheet.push.context import PushContext
    from sodasheet.push.prompt import Agreed
    from sodasheet.push.retention import prune_daily

    with open_session(order.job.portal, lambda: progress.stop, write=True) as session:
        desk = PushContext(session, progress, Agreed())
        report = execute(order, desk)
    report = logged(report, order.job, lambda portal: open_session(portal, write=True))
    prune_daily()
    return report


def _order(errand: BackgroundTask) -> PushRequest:
    from sodasheet.jobs import read_job
    from sodasheet.jobs.last_preview import seen_from_json
    from sodasheet.jobs.saved_request import with_memo
    from sodasheet.push.request import PushRequest, RunOptions, UndoTarget

    asked = errand.order
    order = PushRequest(
        read_job(errand.folder / JOB),
        Path(asked["base"]),
        RunOptions(allow_rejected=int(asked.get("allow_rejected", 0))),
        seen_from_json(asked["seen"]) if asked.get("seen") else None,
        UndoTarget(asked["undoes"], bool(asked.get("forced"))) if asked.get("undoes") else None,
    )
    return with_memo(order)


def _job(errand: BackgroundTask) -> Job | None:
    from sodasheet.jobs import read_job

    try:
        return read_job(errand.folder / JOB)
    except SodaSheetError:
        return None


def _doubtful(errand: BackgroundTask) -> dict[str, Any]:
    """For an error that nobody foresaw: it may have come after rows were sent."""
    from sodasheet.excel.press import keep_trace

    told = "SodaSheet met an error that it did not expect; the portal may hold some of the rows."
    return {**_failed(_job(errand), f"{told} {keep_trace()}"), "outcome": "unknown"}


def for_the_ribbon(report: dict[str, Any], *, windowed: bool) -> dict[str, Any]:
    """The report with the words of whoever pressed a button, with a window or without one."""
    summary = str(report["summary"]).replace(
        "(on the command line: --allow-rejected; in the job: max_rejected)",
        "(press Push again and agree to it)",
    )
    despite = (
        "press Push again, and Push anyway in its window"
        if windowed
        else r"push the saved workbook with sodasheet push --\1"
    )
    summary = re.sub(r"push it with --(again|override [\w-]+)", despite, summary)
    return {**report, "summary": summary}


def _failed(job: Job | None, summary: str) -> dict[str, Any]:
    """A report in the shape of all others for a push that came to nothing before it began."""
    return {
        "run": "",
        "outcome": "failed",
        "summary": summary,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "portal": job.portal if job else "",
        "dataset": job.dataset if job else "",
        "dataset_name": job.dataset if job else "",
        "method": job.method.value if job else "",
        "source": None,
        "rows": {"sent": 0},
        "findings": [],
        "rejected": [],
    }


def _forget_rows(errand: BackgroundTask, report: dict[str, Any]) -> None:
    """The rows themselves are needed no longer, unless the run may have to be gone on with."""
    if report["outcome"] != "unknown":
        for name in ("spool.csv", "faults.csv"):
            (errand.folder / name).unlink(missing_ok=True)


def _close(errand: BackgroundTask) -> None:
    """The window is closed: what has been shown and needs no going on with is forgotten."""
    report, shown = errand.report, errand.shown
    if report is not None:
        _forget_rows(errand, report)
        errand.rest()
    elif shown is None or shown["outcome"] != "unknown":
        forget(errand)


def _deliver(errand: BackgroundTask) -> None:
    """Later the next press shows it."""
    from sodasheet.excel.tasks.deliver import deliver_to_program

    with suppress(Exception):
        deliver_to_program(errand)


def _to_front(errand: BackgroundTask, report: Report) -> None:
    """Show the result sheet; where there is no such workbook, the record of the run."""
    from sodasheet.desktop.push_window import open_results
    from sodasheet.excel.tasks.deliver import show_results

    shown = False
    with suppress(Exception):
        shown = show_results(errand, f"{report.portal}/d/{report.dataset}")
    if not shown:
        open_results(report)


def _clear_status(errand: BackgroundTask) -> None:
    from sodasheet.excel.tasks.deliver import clear_status

    with suppress(Exception):
        clear_status(errand)
