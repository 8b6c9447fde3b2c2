"""The window Choose dataset in its own process, and the mapping sheet that it ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.excel.press import Press, busy, is_busy, keep_trace, patient
from sodasheet.excel.tasks.deliver import book_of, come_to_front

if TYPE_CHECKING:
    from sodasheet.excel.dialogs import Dialogs
    from sodasheet.model.dataset import Dataset
    from sodasheet.push.runs.background_task import BackgroundTask


def choose(errand: BackgroundTask) -> None:
    """Let a dataset be chosen, then lay out its mapping sheet in the workbook of the press.

    Raises SodaSheetError where no window opens.
    """
    from sodasheet.desktop.dataset_window import choose_dataset
    from sodasheet.desktop.questions import WindowDialogs
    from sodasheet.excel.session import open_session

    order = errand.order
    dataset = choose_dataset(order["portal"], open_session)
    if dataset is not None:
        deliver(order, dataset, WindowDialogs())


def deliver(order: dict[str, Any], dataset: Dataset, dialogs: Dialogs) -> None:
    """Make the mapping sheet; what keeps it from being made is told, and can be put right."""
    from sodasheet.excel.groups.dataset import use_dataset

    patient()
    while True:
        try:
            press = _press(order, dialogs)
            use_dataset(press, dataset)
            come_to_front(press.book)
            return
        except SodaSheetError as error:
            dialogs.tell(str(error))
            return
        except Exception as error:
            if not is_busy(error):
                dialogs.tell(f"SodaSheet met an error that it did not expect. {keep_trace()}")
                return
        if not dialogs.ask_yes_no(
            f"{busy().what}\n\nFinish that with Enter or Esc. Then: make the mapping sheet now?"
        ):
            return


def _press(order: dict[str, Any], dialogs: Dialogs) -> Press:
    """The press again, in the workbook as it is now."""
    book = book_of(order)
    if book is None:
        raise UsageProblem(
            f"{order['name']} was closed meanwhile, so there is nowhere to put the mapping sheet.",
            "Open it and press Choose dataset again.",
        )
    for sheet in book.sheets:
        if sheet.name == order["sheet"]:
            return Press(book, sheet, dialogs)
    raise UsageProblem(
        f"{order['name']} no longer has the sheet {order['sheet']}.",
        "Go to the sheet with your data and press Choose dataset again.",
    )
