"""The spreadsheet program, reached through xlwings, which is imported only here.

xlwings is written for scripts that own their Excel. Here Excel belongs to the user, so the parts of
xlwings that would end it, or wait for ever, are switched off before anything else is done with it.
"""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from sodasheet.errors import SodaSheetError

if TYPE_CHECKING:
    import xlwings

#: Number of attempts, and seconds between them, before a busy program is reported.
TRIES, PAUSE = 6, 0.5

#: Seconds for retrying to restore a setting of a busy program.
RESTORE_PATIENCE = 300.0

#: Attempts of xlwings itself on a busy Excel; by default, it would try forever.
_COM_ATTEMPTS = 500

#: Excel says this while a cell is being edited or one of its dialogs is open (RPC_E_CALL_REJECTED,
#: RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE).
_BUSY = frozenset({-2147418111, -2147417846, -2146777998})

#: True while the program waits for this process: only then may its settings be changed.
_waiting: ContextVar[bool] = ContextVar("the program waits", default=False)

#: True within a block that has changed the program's settings already.
_is_quiet: ContextVar[bool] = ContextVar("the program is quiet", default=False)

_Result = TypeVar("_Result")


def load_xlwings() -> Any:
    """Return xlwings, changed to never end Excel and to give up on a busy program.

    At exit xlwings would run `taskkill /F` on every Excel without a workbook window: one that is
    just starting, shows Protected View, or has no workbook yet.
    """
    import xlwings

    if sys.platform == "win32":
        import xlwings._xlwindows as edge

        atexit.unregister(edge.cleanup)
        edge.N_COM_ATTEMPTS = _COM_ATTEMPTS
    return xlwings


def reach_program() -> None:
    """Prepare a thread for calls to the program; on Windows, each thread has to initialize COM."""
    if sys.platform == "win32":
        import pythoncom

        pythoncom.CoInitialize()


def caller() -> tuple[xlwings.App, xlwings.Book | None]:
    """Return the program whose ribbon was pressed, and its active workbook if any.

    Without an open workbook the add-in names itself as the caller. xlwings cuts a workbook's name
    at an equals sign, so such a name is looked for here.
    """
    arguments = {name: value for name, _, value in (arg.partition("=") for arg in sys.argv[1:])}
    name = arguments.get("--wb", "").strip()
    xlwings = load_xlwings()
    if not name:
        book = xlwings.Book.caller()
        return book.app, book
    apps = list(xlwings.apps)
    mine = [app for app in apps if str(app.hwnd) == arguments.get("--hwnd", "").strip('"')]
    if not mine and "=" not in name:
        book = xlwings.Book.caller()
        return book.app, None if is_addin(name) else book
    app = (mine or apps)[0]
    return app, None if is_addin(name) else app.books[name]


def is_addin(name: str) -> bool:
    """True for the name of an add-in, which is not one of the user's workbooks."""
    return name.casefold().endswith((".xlam", ".xla"))


@contextmanager
def program_waits() -> Iterator[None]:
    """Mark a block during which the program waits for this process, as for a button.

    A detached process must change none of its settings: the user is at work with it, and a call
    that puts them back may be rejected.
    """
    token = _waiting.set(True)
    try:
        yield
    finally:
        _waiting.reset(token)


@contextmanager
def quiet(app: xlwings.App) -> Iterator[None]:
    """Suspend drawing, alerts and calculation during a block, if the program waits for us.

    A block within another changes nothing. Afterwards everything is as before. Only settings that
    could be read are changed, so a refusal never makes the changed state pass for the earlier one.
    """
    if not _waiting.get() or _is_quiet.get():
        yield
        return
    token = _is_quiet.set(True)
    wanted = {"screen_updating": False, "display_alerts": False, "calculation": "manual"}
    before: dict[str, object] = {}
    try:
        for name, value in wanted.items():
            _change(app, name, value, before)
        yield
    finally:
        _is_quiet.reset(token)
        for name, value in before.items():
            _restore(app, name, value)


def _change(app: xlwings.App, name: str, value: object, before: dict[str, object]) -> None:
    try:
        there = getattr(app, name)
        if there != value:
            before[name] = there
            setattr(app, name, value)
    except Exception as error:
        # Without a workbook there is no calculation to be changed, and drawing may continue.
        if not is_busy(error):
            return
        raise


def _restore(app: xlwings.App, name: str, value: object) -> None:
    """Restore one setting, waiting as long as a user may need to finish with a dialog."""
    until = time.monotonic() + RESTORE_PATIENCE
    while True:
        try:
            setattr(app, name, value)
        except Exception as error:
            if not is_busy(error) or time.monotonic() > until:
                return  # the add-in's macro restores it from inside the program
            time.sleep(PAUSE)
        else:
            return


def is_busy(error: BaseException) -> bool:
    """True if the program was busy with the user rather than broken."""
    numbers = {getattr(error, "hresult", None)}
    detail = getattr(error, "excepinfo", None)
    if isinstance(detail, tuple) and detail:
        numbers.add(detail[-1])
    return bool(numbers & _BUSY) or type(error).__name__ == "ExcelBusyError"


def when_free(action: Callable[[], _Result], tries: int = TRIES, pause: float = PAUSE) -> _Result:
    """Return the result of `action`, tried again after a pause while the program is busy.

    Raises SodaSheetError if the program is still busy in the end.
    """
    for left in range(tries - 1, -1, -1):
        try:
            return action()
        except Exception as error:
            if not is_busy(error):
                raise
            if not left:
                raise busy_error() from error
        time.sleep(pause)
    raise busy_error()


def busy_error() -> SodaSheetError:
    """Return the error for a busy program."""
    return SodaSheetError(
        "Excel is busy: a cell is being edited, or one of its dialogs is open.",
        "Finish that with Enter or Esc, then press the button again.",
    )


def show_status(app: xlwings.App, text: str | None) -> None:
    """Show a line in the status bar, or return the bar; ignore a busy program."""
    with suppress(Exception):
        app.status_bar = f"SodaSheet: {text}"[:250] if text else False
