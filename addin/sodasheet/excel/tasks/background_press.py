"""Buttons whose work a separate process does: Excel waits neither for it nor for the portal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import Task, TaskKind, all_tasks
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.excel.tasks.launched_tasks import ORIGIN, begin, order_of, task_of
from sodasheet.excel.tasks.task_workbook import read_order

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press


def handed_over(press: Press, button: str, status: str, answer: str = "") -> bool:
    """True if a separate process does what the button does; `status` is what it is about to do.

    `answer` is what the user has answered to the button's first question.

    False in that process itself, and if no window can be opened, so that everything is done at
    once. Raises UsageProblem while an earlier press works on the workbook.
    """
    if press.detached or press.dialogs.no_windows is not None or press.dialogs.page_open:
        return False
    require_no_press(press)
    task = task_of(press, TaskKind.ASK, source=press.book.name)
    try:
        begin(task, replace(order_of(press), button=button, answer=answer))
    except BaseException:
        task.remove()
        raise
    press.status(status)
    return True


def require_no_press(press: Press) -> None:
    """Raise UsageProblem while a process works on sheets of the workbook for an earlier press."""
    if any(_works_on(task, press) for task in all_tasks()):
        raise UsageProblem(
            "An earlier button is still at work in this workbook.",
            "Wait until the status bar is clear, then press the button again.",
        )


def _works_on(task: Task, press: Press) -> bool:
    with suppress(SodaSheetError):
        record = task.record
        if (record.kind, record.origin) == (TaskKind.ASK, ORIGIN) and task.alive:
            order = read_order(task)
            return order is not None and order.book == press.path
    return False
