"""A background check: progress in the status bar, results and questions in the workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.errors import Cancelled
from sodasheet.excel.actions.check import SheetCheck, check_of
from sodasheet.excel.actions.check_results import renew_marks, show_check
from sodasheet.excel.actions.mapping_fixes import accept_fixes
from sodasheet.excel.button_press import Press
from sodasheet.excel.dialogs import AppDialogs
from sodasheet.excel.sheets.open_mapping import open_mapping
from sodasheet.excel.spool_live_sheet import respooled
from sodasheet.excel.status_bar import DetachedProgress
from sodasheet.excel.tasks.deliver_results import (
    deliver_to_program,
    find_book,
    mapping_sheet,
    status_cleared_on_error,
)
from sodasheet.excel.tasks.launched_tasks import JOB, REPORT
from sodasheet.excel.worker.push import ROWS
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.jobs import read_job
from sodasheet.jobs.last_preview import key_of
from sodasheet.model.progress import Silent

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder
    from sodasheet.model.job import Job


def check(task: Task, order: WorkbookOrder) -> None:
    """Check the rows and show the results in the workbook, or at the next press there.

    Raises SodaSheetError for what keeps the rows from being checked.
    """
    book = find_book(order)
    inner = TaskProgress(task)
    progress = DetachedProgress(inner, book.app if book is not None else None)
    try:
        with status_cleared_on_error(order):
            with inner.pulse():
                job = read_job(task.folder / JOB)
                found = check_of(job, Path(task.record.base), order.links, progress)
            task.write(REPORT, dict(found.report))
    except Cancelled:
        task.remove()
        return
    if not deliver_to_program(task, order):
        # The next press shows the report, for which the rows are not needed.
        for name in ROWS:
            (task.folder / name).unlink(missing_ok=True)
        return
    try:
        _ask(order, job, found, Path(task.record.base))
    except Exception as error:
        # The results are there; fixes and marks can wait for the next check.
        if not is_busy(error):
            raise
    finally:
        task.remove()


def _ask(order: WorkbookOrder, job: Job, found: SheetCheck, base: Path) -> None:
    """Offer fixes and marks, together with the results."""
    press = _press(order)
    if press is None:
        return
    opened = open_mapping(press) if found.fixes.suggestions else None
    if opened is not None and _fixable(opened, order) and _agreed(press, found):
        accept_fixes(opened, found.fixes)
        source, opened = opened.job.source, open_mapping(press)
        if replace(opened.job.source, leave_out=source.leave_out) != source:
            press.clear_status()
            press.dialogs.tell("The fixes are on the mapping sheet. Press Check data again.")
            return
        again = respooled(opened, job)
        found = check_of(again, base, order.links, DetachedProgress(Silent(), press.app))
        show_check(press, opened, found)
    press.clear_status()
    renew_marks(press, found)


def _fixable(opened: Opened, order: WorkbookOrder) -> bool:
    """True if the mapping sheet is still the one that was checked, without problems."""
    return key_of(opened.job) == order.job_key and not opened.problems


def _agreed(press: Press, found: SheetCheck) -> bool:
    return press.dialogs.ask_yes_no(found.fixes.question)


def _press(order: WorkbookOrder) -> Press | None:
    """Return a press on the mapping sheet of an order; None if the sheet is not open."""
    book = find_book(order)
    mapping = mapping_sheet(book, order) if book is not None else None
    if book is None or mapping is None:
        return None
    return Press(book.app, book, mapping, AppDialogs(book.app))
