"""A press of a button: the workbook and sheet that were active at that time."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.book_path import is_address, path_of
from sodasheet.excel.xlwings_access import show_status

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.dialogs import Dialogs


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button.

    `open_book` is None if no workbook is open, `front` None if a chart sheet is in front; both are
    those of the moment of the press, and stay so.
    """

    app: xlwings.App
    open_book: xlwings.Book | None
    front: xlwings.Sheet | None
    dialogs: Dialogs

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
                f"The sheet in front of {self.book.name} is a chart, which has no rows.",
                "Go to a worksheet, then press the button again.",
            )
        return self.front

    @property
    def base(self) -> Path:
        """The folder that relative paths start from: the workbook's own, if any."""
        folder = Path(path_of(self.book)).parent
        return folder if folder.is_absolute() and folder.is_dir() else Path.home()

    @property
    def in_cloud_only(self) -> bool:
        """True if the workbook is on SharePoint or OneDrive and has no folder on this computer."""
        return is_address(path_of(self.book))

    def return_to_front(self) -> None:
        """Show the sheet that was active at the press again."""
        if self.front is not None:
            activate(self.front)

    def status(self, text: str) -> None:
        """Show a line in the status bar."""
        show_status(self.app, text)

    def clear_status(self) -> None:
        """Give the status bar back to the program."""
        show_status(self.app, None)


def activate(sheet: xlwings.Sheet) -> None:
    """Activate a sheet; a hidden sheet is shown first, because Excel would refuse."""
    if not sheet.visible:
        sheet.visible = True
    sheet.activate()


def front_sheet(book: xlwings.Book) -> xlwings.Sheet | None:
    """Return the active worksheet of a workbook; None for a chart sheet.

    A chart sheet is not among the worksheets, and xlwings takes it for one all the same.
    """
    name = book.sheets.active.name
    return next((sheet for sheet in book.sheets if sheet.name == name), None)


def keep_trace() -> str:
    """Write the current error to a file, without secrets; return a sentence with its path."""
    from sodasheet.crash_report import crash_report

    return crash_report(sys.exc_info()[1] or RuntimeError("no error at hand")).remedy
