"""Choose a dataset on a separate page, and create its mapping sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.excel.button_press import Press, keep_trace
from sodasheet.excel.tasks.deliver_results import come_to_front, find_book
from sodasheet.excel.xlwings_access import busy_error, is_busy

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.dialogs import Dialogs
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder
    from sodasheet.model.dataset import Dataset


def choose(task: Task, order: WorkbookOrder) -> None:
    """Ask for a dataset, then lay out its mapping sheet in the workbook of the press.

    Raises SodaSheetError if no window can be opened, or the dataset cannot be read.
    """
    from sodasheet.desk.tasks.ask_user import Asking, DeskDialogs, ask_for_dataset
    from sodasheet.desk.tasks.progress import TaskProgress
    from sodasheet.excel.portal_session import open_session
    from sodasheet.portal.dataset import read_dataset

    progress = TaskProgress(task)
    asking = Asking(task, lambda: progress.stop, opened=order.page_open)
    with progress.pulse():
        chosen = ask_for_dataset(asking, task.record.portal)
        if chosen is not None:
            portal, dataset_id = chosen
            with open_session(portal) as session:
                dataset = read_dataset(session, dataset_id)
            deliver(order, dataset, DeskDialogs(asking))
    task.remove()


def deliver(order: WorkbookOrder, dataset: Dataset, dialogs: Dialogs) -> None:
    """Create the mapping sheet; report an obstacle that the user can remove."""
    from sodasheet.excel.ribbon_groups.dataset import use_dataset

    while True:
        try:
            press = pressed_again(order, dialogs)
            use_dataset(press, dataset)
            come_to_front(press.book)
            return
        except SodaSheetError as error:
            dialogs.tell(str(error))
            return
        except Exception as error:
            if not is_busy(error):
                dialogs.tell(f"Unexpected error. {keep_trace()}")
                return
        if not dialogs.ask_yes_no(
            f"{busy_error().what}\n\nFinish that with Enter or Esc. Then: make the mapping sheet"
            " now?"
        ):
            return


def pressed_again(
    order: WorkbookOrder, dialogs: Dialogs | None = None, button: str = "Choose dataset"
) -> Press:
    """Return the press again, for the current state of the workbook.

    Without `dialogs` those of the spreadsheet program are used. Raises UsageProblem, which names
    the `button`, if the workbook or its sheet is gone.
    """
    from sodasheet.excel.dialogs import AppDialogs

    book = find_book(order)
    if book is None:
        raise UsageProblem(
            f"{order.name} was closed, so there is no place for the mapping sheet.",
            f"Open it and press {button} again.",
        )
    for sheet in book.sheets:
        if sheet.name == order.sheet:
            return Press(book.app, book, sheet, dialogs or AppDialogs(book.app))
    raise UsageProblem(
        f"{order.name} no longer has the sheet {order.sheet}.",
        f"Go to the sheet with your data and press {button} again.",
    )
