"""The process behind a button: `python -m sodasheet.excel.worker.main FOLDER`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from sodasheet.desk.tasks.task import Task, TaskKind
from sodasheet.errors import SodaSheetError
from sodasheet.excel.tasks.task_workbook import WorkbookOrder, read_order
from sodasheet.excel.xlwings_access import load_xlwings, reach_program

#: Written by the first attempt, so that later attempts do not open the task's page again.
_ATTEMPTED = "attempted"


def main(arguments: list[str]) -> int:
    """Do the task of a folder."""
    task = Task(Path(arguments[0]))
    order = read_order(task)
    if order is None:
        return 0
    reach_program()
    load_xlwings()
    try:
        _do(task, order)
    except SodaSheetError as error:
        _tell(order, str(error))
        task.remove()
    except Exception:
        from sodasheet.excel.button_press import keep_trace

        _tell(order, f"Unexpected error. {keep_trace()}")
        task.remove()
    return 0


def _do(task: Task, order: WorkbookOrder) -> None:
    kind = task.record.kind
    if kind in (TaskKind.PUSH, TaskKind.UNDO):
        from sodasheet.excel.worker.push import push

        seen = task.folder / _ATTEMPTED
        opened = order.page_open or seen.exists()
        seen.touch()
        push(task, order, opened=opened)
    elif kind is TaskKind.PREVIEW:
        from sodasheet.excel.worker.preview import preview

        preview(task, order)
    elif kind is TaskKind.CHECK:
        from sodasheet.excel.worker.check_and_offer_fixes import check

        check(task, order)
    elif kind is TaskKind.CHOOSE:
        from sodasheet.excel.worker.choose_dataset import choose

        choose(task, order)
    elif kind is TaskKind.CREATE:
        from sodasheet.excel.worker.create_dataset import create

        create(task, order)
    elif kind is TaskKind.SCHEDULE:
        from sodasheet.excel.worker.schedule import schedule

        schedule(task, order)
    elif kind is TaskKind.ASK:
        from sodasheet.excel.worker.background_press import press_button

        press_button(task, order)


def _tell(order: WorkbookOrder, text: str) -> None:
    """Show a sentence in the program, if the workbook is still open there."""
    from sodasheet.excel.dialogs import AppDialogs
    from sodasheet.excel.tasks.deliver_results import find_book

    with suppress(Exception):
        book = find_book(order)
        if book is not None:
            AppDialogs(book.app).tell(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
