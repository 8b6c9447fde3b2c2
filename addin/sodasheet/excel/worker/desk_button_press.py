"""A button of the ribbon, pressed at the desk: `python -m ….desk_button_press FOLDER`.

The spreadsheet program starts nothing and needs no macros: this process does in the open workbook
what the button does, and the page of its task asks and tells.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sodasheet.desk.tasks.ask_user import Asking, DeskDialogs
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.task import FAILURE, Task, all_tasks
from sodasheet.errors import Cancelled, SodaSheetError, UsageProblem
from sodasheet.excel.button_press import Press
from sodasheet.excel.ribbon import BUTTONS, run_button
from sodasheet.excel.tasks.deliver_results import find_book
from sodasheet.excel.tasks.launched_tasks import REPORT
from sodasheet.excel.tasks.task_workbook import WorkbookOrder, read_order
from sodasheet.excel.xlwings_access import load_xlwings, reach_program, when_free


def main(arguments: list[str]) -> int:
    """Press the button named by a task; the outcome is stored in its folder."""
    task = Task(Path(arguments[0]))
    order = read_order(task)
    if order is None:
        return 0
    progress = TaskProgress(task)
    dialogs = DeskDialogs(Asking(task, lambda: progress.stop, opened=True))
    with progress.pulse():
        try:
            reach_program()
            load_xlwings()
            task.write(REPORT, {"outcome": "pressed", "next": _press(order.button, order, dialogs)})
        except SodaSheetError as error:
            kind = "canceled" if isinstance(error, Cancelled) else "press"
            task.write(FAILURE, {"what": error.what, "remedy": error.remedy, "kind": kind})
        except Exception as error:
            from sodasheet.crash_report import crash_report

            known = crash_report(error)
            task.write(FAILURE, {"what": known.what, "remedy": known.remedy, "kind": "press"})
    return 0


def _press(button: str, order: WorkbookOrder, dialogs: DeskDialogs) -> str:
    """Press a button in the workbook of an order; return the id of the task that was started."""
    if button not in BUTTONS:
        raise UsageProblem("There is no such button.", "List the open workbooks again.")
    before = {task.id for task in all_tasks()}
    pressed = when_free(lambda: _pressed(order, dialogs))
    run_button(button, pressed)
    begun = [task for task in all_tasks() if task.id not in before]
    mine = (task.id for task in begun if (read_order(task) or order).book == order.book)
    return next(mine, "")


def _pressed(order: WorkbookOrder, dialogs: DeskDialogs) -> Press:
    """Return the press on a sheet of the open workbook. Raises UsageProblem without that sheet."""
    book = find_book(order)
    if book is None:
        raise UsageProblem(
            f"{order.name} is no longer open.", "Open it, then look at the open workbooks again."
        )
    front = next((sheet for sheet in book.sheets if sheet.name == order.sheet), None)
    if front is None:
        raise UsageProblem(
            f"{order.name} no longer has the sheet {order.sheet}.",
            "List the open workbooks again.",
        )
    return Press(book.app, book, front, dialogs, detached=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
