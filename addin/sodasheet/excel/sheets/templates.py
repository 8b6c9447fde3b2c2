"""The designed sheets of templates/sheets.xlsx, copied into the user's workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.press import is_busy, quiet

if TYPE_CHECKING:
    import xlwings

#: Signs that no sheet's name may hold, and its length at most (Excel specifications and limits).
_FORBIDDEN = dict.fromkeys(map(ord, "[]:*?/\\"), " ")
_LONGEST_NAME = 31


def sheet_name(lead: str, name: str, taken: list[str]) -> str:
    """`Map Building Permits`, cut and numbered so that the workbook can have a sheet named so."""
    clean = "".join(sign for sign in name.translate(_FORBIDDEN) if sign.isprintable())
    words = f"{lead} {' '.join(clean.split())}".strip()
    used = {one.casefold() for one in taken}
    chosen, number = _cut(words, ""), 2
    while chosen.casefold() in used:
        chosen, number = _cut(words, f" ({number})"), number + 1
    return chosen


def _cut(words: str, tail: str) -> str:
    return words[: _LONGEST_NAME - len(tail)].rstrip(" '") + tail


def add_sheet(book: xlwings.Book, design: str, name: str) -> xlwings.Sheet:
    """A copy of a designed sheet at the end of the workbook; the active sheet stays the active one.

    Raises SodaSheetError where the workbook's structure is protected.
    """
    with quiet(book.app), designs(book.app) as template:
        try:
            return template.sheets[design].copy(after=book.sheets[-1], name=name)
        except Exception as error:
            if is_busy(error):
                raise
            raise SodaSheetError(
                f"{book.name} does not let a sheet be added.",
                "Take off the protection of its structure (Review, Protect Workbook), or save the "
                "workbook in a current format, then press the button again.",
            ) from error


@contextmanager
def designs(app: xlwings.App) -> Iterator[xlwings.Book]:
    """The workbook of designed sheets, open for as long as needed behind the one in front."""
    front = app.books.active
    shown = front.sheets.active
    # A copy of our own: nobody else has it open, and no lock is left in the program's folder.
    with TemporaryDirectory(prefix="sodasheet-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "SodaSheet sheets.xlsx"
        path.write_bytes((resources.files("sodasheet.templates") / "sheets.xlsx").read_bytes())
        template = app.books.open(path, update_links=False, read_only=True, add_to_mru=False)
        try:
            yield template
        finally:
            template.close()
            shown.activate()
