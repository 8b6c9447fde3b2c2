"""Buttons of the ribbon and their functions; the VBA behind them only calls `press`.

This module must load at once, so everything it needs is imported when a button is pressed.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press
    from sodasheet.excel.dialogs import Dialogs

#: Button id -> (module in sodasheet.excel.ribbon_groups, its function, which takes a Press).
BUTTONS = {
    "sign_in": ("account", "sign_in"),
    "test_connection": ("account", "test_connection"),
    "sign_out": ("account", "sign_out"),
    "choose_dataset": ("dataset", "choose_dataset"),
    "create_dataset": ("dataset", "create_dataset"),
    "choose_source": ("dataset", "choose_source"),
    "describe_dataset": ("describe", "describe_dataset"),
    "dataset_columns": ("dataset", "dataset_columns"),
    "make_template": ("dataset", "make_template"),
    "open_on_portal": ("dataset", "open_on_portal"),
    "map_columns": ("columns", "map_columns"),
    "check_data": ("check_data", "check_data"),
    "match_again": ("columns", "match_again"),
    "preview_changes": ("publish", "preview_changes"),
    "push": ("publish", "push"),
    "stop": ("publish", "stop"),
    "schedule": ("automate", "schedule"),
    "run_history": ("automate", "run_history"),
    "quality": ("automate", "quality"),
    "retry_failed_rows": ("publish", "retry_failed_rows"),
    "undo_last_push": ("publish", "undo_last_push"),
    "help": ("support", "open_guide"),
    "check_computer": ("support", "check_computer"),
    "open_log": ("support", "open_log"),
}

#: The same for buttons that act on the description while a description sheet is active.
ON_DESCRIPTION = {
    "describe_dataset": ("describe", "send_description"),
    "check_data": ("describe", "check_description_sheet"),
    "preview_changes": ("describe", "check_description_sheet"),
    "push": ("describe", "send_description"),
    "undo_last_push": ("describe", "undo_description"),
}

_UNEXPECTED = "Unexpected error."

#: Buttons that leave a line in the status bar when they are done.
LASTING = frozenset(
    {"check_data", "preview_changes", "push", "retry_failed_rows", "stop", "undo_last_push"}
)


def press(button: str, book: xlwings.Book | None = None, dialogs: Dialogs | None = None) -> None:
    """Run a button's function in the workbook of the press.

    Whatever happens, the user has a sentence, and the program is left as it was found. If not even
    the program can be reached, the process ends with the sentence, which the add-in shows. `book`
    and `dialogs` are the caller's and the program's own unless given.
    """
    from sodasheet.errors import SodaSheetError
    from sodasheet.excel import button_press as presses
    from sodasheet.excel import xlwings_access

    with xlwings_access.program_waits():
        try:
            pressed = xlwings_access.when_free(lambda: _pressed(book, dialogs))
        except Exception as error:
            trace = presses.keep_trace()
            sys.exit(str(error) if isinstance(error, SodaSheetError) else f"{_UNEXPECTED} {trace}")
        run_button(button, pressed)


def _pressed(book: xlwings.Book | None, dialogs: Dialogs | None) -> Press:
    from sodasheet.excel import button_press as presses
    from sodasheet.excel.dialogs import AppDialogs
    from sodasheet.excel.xlwings_access import caller

    app, found = (book.app, book) if book is not None else caller()
    return presses.press_in(app, found, dialogs or AppDialogs(app))


def run_button(button: str, pressed: Press) -> None:
    """Run a button's function; whatever happens, the user gets a message."""
    from sodasheet.errors import SodaSheetError
    from sodasheet.excel import button_press as presses
    from sodasheet.excel.next_steps import with_steps
    from sodasheet.excel.xlwings_access import busy_error, is_busy

    lasting = button in LASTING
    sentence, goes_on = "", False
    try:
        module, function = _function_of(button, pressed)
        action = getattr(
            importlib.import_module(f"sodasheet.excel.ribbon_groups.{module}"), function
        )
        # True if a separate process goes on with it, which clears the status bar in the end.
        goes_on = action(pressed) is True
    except SodaSheetError as error:
        sentence = with_steps(str(error), error.steps)
    except Exception as error:
        sentence = str(busy_error()) if is_busy(error) else _refused(pressed)
        sentence = sentence or f"{_UNEXPECTED} {presses.keep_trace()}"
    if sentence:
        _tell(pressed, sentence)
    if sentence or not (lasting or goes_on):
        pressed.clear_status()


def _function_of(button: str, pressed: Press) -> tuple[str, str]:
    """Return the module and function of a button for the active sheet."""
    from sodasheet.model.sheet_labels import DESCRIPTION_TITLE

    front = pressed.front if button in ON_DESCRIPTION else None
    if front is not None and pressed.sheets.has_title(front, DESCRIPTION_TITLE):
        return ON_DESCRIPTION[button]
    return BUTTONS[button]


def _refused(pressed: Press) -> str:
    """Return a sentence about protection, which Excel's own errors do not mention; else ""."""
    from sodasheet.excel.sheet_protection import protection_of

    try:
        found = protection_of(pressed.open_book) if pressed.open_book is not None else None
    except Exception:
        return ""  # the current error says more
    return str(found) if found is not None else ""


def _tell(pressed: Press, sentence: str) -> None:
    """Show a sentence; if the program is too busy even for that, the add-in shows the sentence."""
    from sodasheet.excel.xlwings_access import is_busy, when_free

    try:
        when_free(lambda: pressed.dialogs.tell(sentence))
    except Exception as error:
        if not (is_busy(error) or is_busy(error.__cause__ or error)):
            raise
        sys.exit(sentence)
