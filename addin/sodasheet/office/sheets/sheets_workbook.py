"""templates/sheets.xlsx: the designed sheets that the add-in copies into a workbook."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from sodasheet.office.cell_styles import STYLES_PART, Looks
from sodasheet.office.sheets.description_layout import add_description
from sodasheet.office.sheets.history_layout import add_history
from sodasheet.office.sheets.mapping_layout import add_mapping
from sodasheet.office.sheets.preview_layout import add_preview
from sodasheet.office.sheets.results_layout import add_results
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_MADE = datetime(2024, 12, 2, 9, 0)


def sheets_workbook() -> bytes:
    """Return an .xlsx with the designed sheets, and the very hidden sheet for settings."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "SodaSheet sheets", "created": _MADE})
    looks = Looks(book)
    add_mapping(book, looks)
    add_results(book, looks)
    add_history(book, looks)
    add_preview(book, looks)
    add_description(book, looks)
    _add_settings(book, looks)
    book.close()
    content = parts(buffer.getvalue())
    content[STYLES_PART] = looks.named(content[STYLES_PART])
    return packed(content)


def _add_settings(book: Workbook, looks: Looks) -> None:
    """Add the hidden sheet for values that the add-in stores in a workbook; never a secret."""
    sheet = book.add_worksheet("_sodasheet")
    sheet.set_column(0, 1, 40, looks.style("text"))
    sheet.write_row(0, 0, ["Setting", "Value"], looks.style("heading"))
    sheet.write_row(1, 0, ["sodasheet", "1"], looks.style("text"))
    sheet.very_hidden()
