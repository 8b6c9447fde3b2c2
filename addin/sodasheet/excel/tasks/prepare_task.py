"""Before a task of a workbook starts: its folder, and no second task at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import Task, TaskKind
from sodasheet.errors import UsageProblem
from sodasheet.excel.status_bar import progress_words
from sodasheet.excel.tasks.background_press import require_no_press
from sodasheet.excel.tasks.ended_tasks import deliver_ended
from sodasheet.excel.tasks.launched_tasks import task_of, tasks_of
from sodasheet.jobs.sheet.source_cell import words_of

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened

#: The work of a task that is still running.
_UNDER_WAY = {
    TaskKind.PUSH: "A push",
    TaskKind.UNDO: "The undo of a push",
    TaskKind.PREVIEW: "A preview",
    TaskKind.CHECK: "A check",
}


def dataset_task(press: Press, kind: TaskKind, opened: Opened) -> Task:
    """Create the folder of a task for the dataset of a mapping sheet."""
    source = f"{press.book.name}, {words_of(opened.job.source)}"
    return task_of(
        press, kind, source=source, dataset=opened.dataset.name, portal=opened.job.portal
    )


@contextmanager
def removed_on_failure(task: Task) -> Iterator[None]:
    """Remove the rows again if their process does not start."""
    try:
        yield
    except BaseException:
        task.remove()
        raise


def prepare(press: Press) -> None:
    """Show finished tasks, and refuse a second task for this workbook."""
    deliver_ended(press)
    require_no_press(press)
    for task, order in tasks_of(press):
        if not task.alive:
            continue
        status, kind = task.errand.status, task.record.kind
        done = progress_words(status.stage, status.done, status.total)
        asks = order.windowed and kind in (TaskKind.PUSH, TaskKind.UNDO)
        look = "Answer it in its window" if asks else "Wait for its results"
        raise UsageProblem(
            f"{_UNDER_WAY[kind]} from this workbook is running ({done}).", f"{look}, or press Stop."
        )
