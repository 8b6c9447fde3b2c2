"""The process that does what a button does, while Excel is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.excel.button_press import Press
from sodasheet.excel.dialogs import AppDialogs
from sodasheet.excel.ribbon import BUTTONS, run_button
from sodasheet.excel.tasks.deliver_results import find_book
from sodasheet.excel.xlwings_access import when_free

if TYPE_CHECKING:
    import xlwings

    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder


def press_button(task: Task, order: WorkbookOrder) -> None:
    """Do what the button of an order does, in its workbook; a closed workbook needs nothing.

    Raises SodaSheetError if the program stays busy.
    """
    try:
        with TaskProgress(task).pulse():
            press = when_free(lambda: _pressed(order))
            if press is not None and order.button in BUTTONS:
                run_button(order.button, press)
    finally:
        task.remove()


def _pressed(order: WorkbookOrder) -> Press | None:
    """Return the press in the workbook in its present state; None if that is closed."""
    book = find_book(order)
    if book is None:
        return None
    front = next((sheet for sheet in book.sheets if sheet.name == order.sheet), None)
    return Press(book.app, book, front, _Answered(book.app, order.answer), detached=True)


class _Answered(AppDialogs):
    """The program's own questions, the first of which the user has answered already."""

    def __init__(self, app: xlwings.App, answer: str) -> None:
        super().__init__(app)
        self._answer = answer

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Return the answer that is known, once; else ask."""
        if not self._answer:
            return super().ask_text(text, given, secret=secret)
        answer, self._answer = self._answer, ""
        return answer
