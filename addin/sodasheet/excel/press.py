"""What was pressed and where: workbook and sheet of that moment, and manners towards them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sodasheet.errors import SodaSheetError

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.dialogs import Dialogs

#: How often, and seconds apart, a busy program is asked again before the user is told.
TRIES, PAUSE = 6, 0.5

#: Excel says this where a cell is being edited or one of its windows is open (RPC_E_CALL_REJECTED,
#: VBA_E_IGNORE).
_BUSY = frozenset({-2147418111, -2146777998})

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button: `book` and `sheet` are those that were active then, and stay so."""

    book: xlwings.Book
    sheet: xlwings.Sheet
    dialogs: Dialogs

    @property
    def app(self) -> xlwings.App:
        """The program that the workbook is open in."""
        return self.book.app

    @property
    def base(self) -> Path:
        """The folder that relative paths start from: the workbook's own, where it has one."""
        folder = Path(path_of(self.book)).parent
        return folder if folder.is_absolute() and folder.is_dir() else Path.home()

    def status(self, text: str) -> None:
        """Show a line at the foot of the window."""
        with suppress(Exception):
            self.app.status_bar = f"SodaSheet: {text}"

    def clear_status(self) -> None:
        """Give the foot of the window back to the program."""
        with suppress(Exception):
            self.app.status_bar = False


def path_of(book: xlwings.Book) -> str:
    """The workbook's path, or its name where there is none or xlwings cannot tell (OneDrive)."""
    try:
        return book.fullname
    except Exception:
        return book.name


def caller() -> xlwings.Book:
    """The workbook whose ribbon was pressed.

    xlwings cuts its name off at an equals sign, so such a one is looked for here.
    """
    import xlwings

    tell = {name: value for name, _, value in (arg.partition("=") for arg in sys.argv[1:])}
    name = tell.get("--wb", "").strip()
    if "=" not in name:
        return xlwings.Book.caller()
    apps = list(xlwings.apps)
    mine = [app for app in apps if str(app.hwnd) == tell.get("--hwnd", "")]
    return (mine or apps)[0].books[name]


@contextmanager
def quiet(app: xlwings.App) -> Iterator[None]:
    """Draw nothing, ask nothing and calculate nothing meanwhile; afterwards all is as it was."""
    wanted = {"screen_updating": False, "display_alerts": False, "calculation": "manual"}
    before: dict[str, object] = {}
    try:
        for name, value in wanted.items():
            with suppress(Exception):
                before[name] = getattr(app, name)
                setattr(app, name, value)
        yield
    finally:
        for name, value in before.items():
            with suppress(Exception):
                setattr(app, name, value)


def patient() -> None:
    """Let xlwings give up on a busy Excel; left to itself it would ask for ever."""
    if sys.platform == "win32":
        import xlwings._xlwindows as edge

        edge.N_COM_ATTEMPTS = 500


def is_busy(error: BaseException) -> bool:
    """Whether the program was busy with the user rather than broken."""
    numbers = {getattr(error, "hresult", None)}
    detail = getattr(error, "excepinfo", None)
    if isinstance(detail, tuple) and detail:
        numbers.add(detail[-1])
    return bool(numbers & _BUSY) or type(error).__name__ == "ExcelBusyError"


def when_free(action: Callable[[], _Result], tries: int = TRIES, pause: float = PAUSE) -> _Result:
    """Do it, again after a pause where the program was busy. Raises SodaSheetError in the end."""
    for left in range(tries - 1, -1, -1):
        try:
            return action()
        except Exception as error:
            if not is_busy(error):
                raise
            if not left:
                raise busy() from error
        time.sleep(pause)
    raise busy()


def busy() -> SodaSheetError:
    """The sentence for a program that has no time."""
    return SodaSheetError(
        "Excel is busy: a cell is being edited, or one of its windows is open.",
        "Finish that with Enter or Esc, then press the button again.",
    )


def keep_trace() -> str:
    """Write down the error at hand, without secrets; the sentence says where."""
    from sodasheet.crash_report import unexpected

    return unexpected(sys.exc_info()[1] or RuntimeError("no error at hand")).remedy
