"""The designed sheets of templates/sheets.xlsx, copied into the user's workbook."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.xlwings_access import is_busy, quiet, when_free
from sodasheet.jobs.sheet.sheet_name import sheet_name

if TYPE_CHECKING:
    import xlwings

#: Characters kept from a sheet's name when the sheet is set aside.
_STEM = 24

#: Attempts to close the template workbook, half a second apart: it must not stay open.
_CLOSING = 60


def add_sheet(book: xlwings.Book, design: str, name: str) -> xlwings.Sheet:
    """Copy a designed sheet to the end of the workbook; the active sheet stays active.

    Raises SodaSheetError if the workbook's structure is protected.
    """
    with quiet(book.app), designs(book.app) as template:
        try:
            return template.sheets[design].copy(after=book.sheets[-1], name=name)
        except Exception as error:
            if is_busy(error):
                raise
            raise SodaSheetError(
                f"{book.name} does not allow a sheet to be added.",
                "Unprotect its structure (Review, Protect Workbook), or save the "
                "workbook in a current format, then press the button again.",
            ) from error


def set_aside(sheet: xlwings.Sheet) -> None:
    """Rename a sheet of an earlier version, so that a new sheet can take its name."""
    taken = [one.name for one in sheet.book.sheets]
    sheet.name = sheet_name(sheet.name[:_STEM], "(old)", taken)


@contextmanager
def designs(app: xlwings.App) -> Iterator[xlwings.Book]:
    """The workbook of designed sheets, open for as long as needed behind the active workbook."""
    front = app.books.active
    shown = front.sheets.active
    # A copy under a separate name: a copy that could not be closed does not block the next.
    with TemporaryDirectory(prefix="sodasheet-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"SodaSheet sheets {secrets.token_hex(4)}.xlsx"
        path.write_bytes((resources.files("sodasheet.templates") / "sheets.xlsx").read_bytes())
        template = app.books.open(path, update_links=False, read_only=True, add_to_mru=False)
        try:
            yield template
        finally:
            when_free(template.close, tries=_CLOSING)
            when_free(shown.activate)
