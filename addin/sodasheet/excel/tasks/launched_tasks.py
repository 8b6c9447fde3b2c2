"""Hand the work of a button to a separate process, and find the process later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from sodasheet.desk.tasks.task import Task, TaskKind, TaskRecord, all_tasks, new_task
from sodasheet.excel.tasks.task_workbook import ORDER, WorkbookOrder, read_order
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.model.sheet_labels import MAPPING_TITLE
from sodasheet.system.detached_process import start_detached

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.model.job import Job

#: The front end that started a task, for the desk, which can restart its process.
ORIGIN = "excel"
WORKER = "sodasheet.excel.worker.main"

JOB, REPORT, SHOWN = "job.json", "report.json", "shown.json"

#: Kinds whose result goes to the workbook, perhaps at a later press.
DELIVERED = frozenset({TaskKind.PUSH, TaskKind.UNDO, TaskKind.PREVIEW, TaskKind.CHECK})


def task_of(
    press: Press, kind: TaskKind, *, source: str = "", dataset: str = "", portal: str = ""
) -> Task:
    """Create the folder of a task for the workbook of the press. Raises SodaSheetError."""
    return new_task(TaskRecord(kind, ORIGIN, source, dataset, portal, str(press.base)))


def order_of(press: Press, mapping: MappingSheet | None = None) -> WorkbookOrder:
    """Return the order for a task of this press."""
    return WorkbookOrder(
        book=press.path,
        name=press.book.name,
        pid=press.app.pid,
        sheet=press.front.name if press.front is not None else "",
        identity=_identity(mapping) if mapping else "",
        mapping_sheet=mapping.sheet.name if mapping else "",
        windowed=press.dialogs.no_windows is None,
        page_open=press.dialogs.page_open,
    )


def _identity(mapping: MappingSheet) -> str:
    """Return the mark of the mapping sheet; empty if the sheet is protected against writing."""
    try:
        return mapping.identify()
    except Exception as error:
        if is_busy(error):
            raise
        return ""


def begin(task: Task, order: WorkbookOrder, job: Job | None = None) -> None:
    """Store the order and start the process; the new process outlives this process.

    The process does not run in the task's folder, because Windows could not delete that folder
    then.
    """
    if job is not None:
        from sodasheet.jobs import write_job

        write_job(job, task.folder / JOB)
    task.write(ORDER, order.to_json())
    start_detached(WORKER, str(task.folder))


def tasks_of(press: Press) -> Iterator[tuple[Task, WorkbookOrder]]:
    """Yield the tasks of this workbook whose results have not been shown, oldest first."""
    marks: frozenset[str] | None = None
    for task in sorted(all_tasks(), key=lambda one: one.id):
        with suppress(Exception):
            if task.record.origin != ORIGIN or task.record.kind not in DELIVERED:
                continue
        order = read_order(task)
        if order is None or (task.folder / SHOWN).exists():
            continue
        if marks is None:
            marks = identities(press)
        if order.identity in marks if order.identity else order.book == press.path:
            yield task, order


def identities(press: Press) -> frozenset[str]:
    """Return the marks of all mapping sheets of the workbook."""
    from sodasheet.excel.sheets.mapping import MappingSheet

    found = (MappingSheet(sheet).identity for sheet in press.sheets.titled(MAPPING_TITLE))
    return frozenset(filter(None, found))


def keep(task: Task) -> None:
    """Mark the result as shown; keep the rows, so that the push can be resumed or repeated."""
    (task.folder / REPORT).replace(task.folder / SHOWN)
