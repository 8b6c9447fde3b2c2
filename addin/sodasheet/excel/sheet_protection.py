"""Write protection, which Excel reports only as an unspecific error."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError, UsageProblem

if TYPE_CHECKING:
    import xlwings

#: Cells that may contain the title of one of our sheets, even after rows were inserted.
_TITLE = "A1:A10"


def protection_of(book: xlwings.Book) -> SodaSheetError | None:
    """Return the error for a protected SodaSheet sheet or workbook; None if neither is protected.

    Asked once something has failed: reading a protected sheet does no harm.
    """
    for sheet in book.sheets:
        if is_protected(sheet) and _is_ours(sheet):
            return UsageProblem(
                f"The sheet {sheet.name} is protected, so nothing can be written to it.",
                "On the Review tab, press Unprotect Sheet, then press the button again.",
            )
    if has_protected_structure(book):
        return UsageProblem(
            f"The structure of {book.name} is protected, so no sheet can be added or changed.",
            "On the Review tab, press Protect Workbook to unprotect it, then press the button "
            "again.",
        )
    return None


def is_protected(sheet: xlwings.Sheet) -> bool:
    """True if the cells of a sheet are protected."""
    return bool(getattr(sheet.api, "ProtectContents", False))


def has_protected_structure(book: xlwings.Book) -> bool:
    """True if sheets of a workbook can be neither added nor renamed."""
    return bool(getattr(book.api, "ProtectStructure", False))


def _is_ours(sheet: xlwings.Sheet) -> bool:
    with suppress(Exception):
        texts = sheet.range(_TITLE).value
        return any(isinstance(text, str) and text.startswith("SodaSheet ") for text in texts)
    return False
