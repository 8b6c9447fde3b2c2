"""What the ribbon's buttons do; the VBA behind them calls `press` and nothing else.

This module must load at once, so everything it needs is imported when a button is pressed.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.dialogs import Dialogs
    from sodasheet.excel.press import Press

#: Button id -> (module in sodasheet.excel.groups, its function, which takes a Press).
BUTTONS = {
    "choose_dataset": ("dataset", "choose_dataset"),
    "choose_source": ("dataset", "choose_source"),
    "open_on_portal": ("dataset", "open_on_portal"),
    "map_columns": ("columns", "map_columns"),
    "match_again": ("columns", "match_again"),
    "check_data": ("columns", "check_data"),
    "preview_changes": ("publish", "preview_changes"),
    "push": ("publish", "push"),
    "stop": ("publish", "stop"),
    "retry_failed_rows": ("publish", "retry_failed_rows"),
    "undo_last_push": ("publish", "undo_last_push"),
    "schedule": ("automate", "schedule"),
    "run_history": ("automate", "run_history"),
    "sign_in": ("account", "sign_in"),
    "test_connection": ("account", "test_connection"),
    "sign_out": ("account", "sign_out"),
    "open_log": ("support", "open_log"),
    "help": ("support", "help_me"),
}

_UNEXPECTED = "SodaSheet met an error that it did not expect."

#: Buttons that leave a line at the foot of the window when they are done.
LASTING = frozenset({"preview_changes", "push", "retry_failed_rows", "stop", "undo_last_push"})


def press(button: str, book: xlwings.Book | None = None, dialogs: Dialogs | None = None) -> None:
    """Do what a button says in the workbook that it was pressed in.

    Whatever happens, the user is told in a sentence, and the program is left as it was found. Where
    not even the workbook can be reached, the process ends with the sentence, which the add-in
    shows. `book` and `dialogs` are the caller's and the program's own unless given.
    """
    from sodasheet.errors import SodaSheetError
    from sodasheet.excel import press as at
    from sodasheet.excel.dialogs import AppDialogs

    at.patient()
    try:
        book = book or at.when_free(at.caller)
        pressed = at.when_free(
            lambda: at.Press(book, book.sheets.active, dialogs or AppDialogs(book.app))
        )
    except Exception as error:
        trace = at.keep_trace()
        sys.exit(str(error) if isinstance(error, SodaSheetError) else f"{_UNEXPECTED} {trace}")
    _do(button, pressed)


def _do(button: str, pressed: Press) -> None:
    from sodasheet.errors import SodaSheetError
    from sodasheet.excel import press as at

    lasting = button in LASTING
    try:
        module, function = BUTTONS[button]
        action = getattr(importlib.import_module(f"sodasheet.excel.groups.{module}"), function)
        action(pressed)
    except SodaSheetError as error:
        lasting = False
        pressed.dialogs.tell(str(error))
    except Exception as error:
        lasting = False
        trace = at.keep_trace()
        told = at.busy() if at.is_busy(error) else None
        pressed.dialogs.tell(str(told or f"{_UNEXPECTED} {trace}"))
    finally:
        if not lasting:
            pressed.clear_status()
