"""A press of a button: the workbook and sheet that were active at that time."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sodasheet.errors import UsageProblem
from sodasheet.excel.book_path import is_address, path_of
from sodasheet.excel.workbook_sheets import WorkbookSheets
from sodasheet.excel.xlwings_access import show_status

if TYPE_CHECKING:
    from collections.abc import Callable

    import xlwings

    from sodasheet.excel.dialogs import Dialogs

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button.

    `open_book` is None if no workbook is open, `front` None if a chart sheet is in front; both are
    those of the moment of the press, and stay so. `detached` is True in a separate process, which
    the program does not wait for.
    """

    app: xlwings.App
    open_book: xlwings.Book | None
    front: xlwings.Sheet | None
    dialogs: Dialogs
    detached: bool = False
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, ask: Callable[[], _Answer]) -> _Answer:
        """Return what `ask` returns; a second question of the same name costs no call."""
        if name not in self._known:
            self._known[name] = ask()
        answer: _Answer = self._known[name]
        return answer

    @property
    def sheets(self) -> WorkbookSheets:
        """The worksheets of the workbook at the moment when they are first needed."""
        return self.once("sheets", lambda: WorkbookSheets(self.book))

    @property
    def path(self) -> str:
        """The workbook's path on this computer if any, else its full name."""
        return self.once("path", lambda: path_of(self.book))

    @property
    def book(self) -> xlwings.Book:
        """The workbook. Raises UsageProblem if none is open."""
        if self.open_book is None:
            raise UsageProblem(
                "No workbook is open.",
                "Open the one whose rows you want to push, then press the button again.",
            )
        return self.open_book

    @property
    def sheet(self) -> xlwings.Sheet:
        """The active worksheet. Raises UsageProblem for a chart sheet."""
        if self.front is None:
            raise UsageProblem(
                f"The active sheet of {self.book.name} is a chart, which has no rows.",
                "Go to a worksheet, then press the button again.",
            )
        return self.front

    @property
    def base(self) -> Path:
        """The folder that relative paths start from: the workbook's own, if any."""
        folder = Path(self.path).parent
        return folder if folder.is_absolute() and folder.is_dir() else Path.home()

    @property
    def in_cloud_only(self) -> bool:
        """True if the workbook is on SharePoint or OneDrive and has no folder on this computer."""
        return is_address(self.path)

    def return_to_front(self) -> None:
        """Show the sheet that was active at the press again."""
        if self.front is not None:
            activate(self.front)

    def status(self, text: str) -> None:
        """Show a line in the status bar."""
        show_status(self.app, text)

    def clear_status(self) -> None:
        """Return the status bar to the program."""
        show_status(self.app, None)


def activate(sheet: xlwings.Sheet) -> None:
    """Activate a sheet; a hidden sheet is shown first, because Excel would refuse."""
    if not sheet.visible:
        sheet.visible = True
    sheet.activate()


def press_in(app: xlwings.App, book: xlwings.Book | None, dialogs: Dialogs) -> Press:
    """Return a press in a workbook, with the worksheet in front.

    A chart sheet is not among the worksheets, and xlwings takes it for one all the same.
    """
    if book is None:
        return Press(app, None, None, dialogs)
    sheets = WorkbookSheets(book)
    press = Press(app, book, sheets.named(book.sheets.active.name), dialogs)
    press.once("sheets", lambda: sheets)
    return press


def keep_trace() -> str:
    """Write the current error to a file, without secrets; return a sentence with its path."""
    from sodasheet.crash_report import crash_report

    return crash_report(sys.exc_info()[1] or RuntimeError("no error at hand")).remedy
