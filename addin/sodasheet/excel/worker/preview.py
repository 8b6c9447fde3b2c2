"""A background preview: progress on its page, then its sheet in the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.desk.tasks.ask_user import Asking, DeskDialogs
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.errors import Cancelled
from sodasheet.excel.tasks.deliver_results import deliver_to_program, status_cleared_on_error
from sodasheet.excel.tasks.launched_tasks import JOB, REPORT
from sodasheet.excel.worker.push import ROWS

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder


def preview(task: Task, order: WorkbookOrder) -> None:
    """Compute the preview and show the sheet in the workbook, or at the next press there.

    Raises SodaSheetError for what keeps the preview from being made.
    """
    progress = TaskProgress(task)
    asking = Asking(task, lambda: progress.stop, opened=order.page_open or not order.windowed)
    with progress.pulse():
        if order.windowed:
            asking.open()
        try:
            with status_cleared_on_error(order):
                report = _report(task, order, progress)
        except Cancelled:
            task.remove()
            return
        progress.begin("writing the sheet")
        task.write(REPORT, report)
        for name in ROWS:
            (task.folder / name).unlink(missing_ok=True)
        if not deliver_to_program(task, order) and order.windowed:
            DeskDialogs(asking).tell(
                f"The preview is ready, but {order.name} is closed, or Excel is busy.\n\n"
                "The preview will appear there when you next press Preview changes."
            )


def _report(task: Task, order: WorkbookOrder, progress: TaskProgress) -> dict[str, Any]:
    from sodasheet.excel.portal_session import open_session
    from sodasheet.excel.sheets.complete_list_files import changes_list
    from sodasheet.jobs import read_job
    from sodasheet.jobs.last_preview import remember
    from sodasheet.push.incremental.job_preview import job_preview
    from sodasheet.push.preview.preview import report_of, require_sendable

    job = read_job(task.folder / JOB)
    with (
        open_session(job.portal, lambda: progress.stop) as session,
        job_preview(job, Path(task.record.base), session, progress) as (work, found),
    ):
        require_sendable(work)
        assert found is not None  # noqa: S101 - the check has not stopped the rows
        columns = {one.field: (one.name, one.type) for one in work.dataset.columns}
        report = {**report_of(job, work, found), "columns": columns}
        if found.preview.more:
            path = changes_list(job.dataset)
            found.write(path)
            report["changes_file"] = str(path)
    remember(order.job_key, report)
    return report
