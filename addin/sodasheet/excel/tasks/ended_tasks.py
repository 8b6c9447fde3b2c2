"""Finished tasks of a workbook whose results have not been shown yet."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import TaskKind
from sodasheet.excel.tasks.launched_tasks import tasks_of

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press

#: The sentence about a process that ended without a report.
_DIED = {
    TaskKind.PUSH: "A push from this workbook ended without a report: the computer may have been "
    "switched off. Press Push again: SodaSheet first finds out what happened.",
    TaskKind.UNDO: "The undo of a push from this workbook ended without a report: the computer may "
    "have been switched off. Press Undo last push again: SodaSheet first finds out what happened.",
    TaskKind.PREVIEW: "A preview from this workbook was not finished. Press Preview changes again.",
    TaskKind.CHECK: "A check from this workbook was not finished. Press Check data again.",
}


def deliver_ended(press: Press) -> None:
    """Show reports that could not be shown when their task finished, and report tasks that died."""
    for task, order in list(tasks_of(press)):
        if task.errand.report is not None:
            from filelock import Timeout

            from sodasheet.excel.tasks.deliver_results import show

            # The task's own process may be doing this right now; Excel does not wait.
            with suppress(Timeout):
                kind = task.record.kind
                show(press.book, task, order)
                press.return_to_front()
                if kind is TaskKind.CHECK:
                    task.remove()
        elif task.failure is not None:
            task.remove()
        elif not task.alive:
            kind = task.record.kind
            task.remove()
            press.dialogs.tell(_DIED[kind])
