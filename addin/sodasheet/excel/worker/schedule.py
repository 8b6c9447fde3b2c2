"""Schedule on a separate page, which saves the workbook of the press."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.excel.tasks.deliver_results import find_book
from sodasheet.excel.xlwings_access import when_free

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder


def schedule(task: Task, order: WorkbookOrder) -> None:
    """Ask when to push the workbook. Raises SodaSheetError if no window can be opened."""
    from sodasheet.desk.schedule.run_schedule import run_schedule

    run_schedule(task, Path(order.book), lambda: _save(order), opened=order.page_open)
    task.remove()


def _save(order: WorkbookOrder) -> None:
    """Save the workbook; a closed book stays unchanged. Raises SodaSheetError."""
    book = find_book(order)
    if book is not None:
        when_free(book.save)
