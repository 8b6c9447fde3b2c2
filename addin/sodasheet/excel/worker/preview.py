"""A preview in a process of its own: in a window where one opens, then on its sheet."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled
from sodasheet.excel.tasks.deliver import clear_status, deliver_to_program
from sodasheet.excel.tasks.launch import forget
from sodasheet.push.runs.background_task import JOB, REPORT, BackgroundTask, FileProgress

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.progress import Progress


def preview(errand: BackgroundTask) -> None:
    """Work out the preview of one folder and show it in the workbook, or at the next press there.

    Raises SodaSheetError for whatever keeps it from being made and was not said in a window.
    """
    from sodasheet.jobs import read_job

    order, progress = errand.order, FileProgress(errand)
    report = None
    try:
        with progress.pulse():
            report = _report(order, read_job(errand.folder / JOB), progress)
            if report is not None:
                errand.write(REPORT, report)
    finally:
        if report is None:
            _give_up(errand)
    if report is not None:
        _bring(errand, order)


def _bring(errand: BackgroundTask, order: dict[str, Any]) -> None:
    """Onto its sheet, or say where it is; the rows themselves are needed no longer."""
    for name in ("spool.csv", "faults.csv"):
        (errand.folder / name).unlink(missing_ok=True)
    if not deliver_to_program(errand) and order.get("window"):
        from sodasheet.desktop.questions import WindowDialogs

        WindowDialogs().tell(
            f"The preview is worked out, but {order['name']} is closed, or Excel is busy.\n\n"
            "It appears there at the next press of Preview changes."
        )


def _report(order: dict[str, Any], job: Job, progress: FileProgress) -> dict[str, Any] | None:
    """The report, with a window that shows how far it is; None where the user stopped it."""

    def work(shown: Progress) -> dict[str, Any]:
        return _worked_out(order, job, shown)

    if order.get("window"):
        from sodasheet.desktop.preview_window import run_preview

        found: dict[str, Any] | None = run_preview(
            work, order["dataset_name"], job.portal, progress
        )
        return found
    try:
        return work(progress)
    except Cancelled:
        return None


def _worked_out(order: dict[str, Any], job: Job, progress: Progress) -> dict[str, Any]:
    from sodasheet.excel.session import open_session
    from sodasheet.jobs.last_preview import remember
    from sodasheet.push.prepare import prepared
    from sodasheet.push.preview.preview import previewed, report_of

    with (
        open_session(job.portal, lambda: progress.stop) as session,
        prepared(job, Path(order["base"]), session, progress) as work,
        previewed(work, session, progress) as found,
    ):
        report = report_of(job, work, found)
    remember(order["job_key"], report)
    return report


def _give_up(errand: BackgroundTask) -> None:
    """Nothing will be shown."""
    with suppress(Exception):
        clear_status(errand)
    forget(errand)
