"""A new workbook with mapping sheets, made without a spreadsheet program."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sodasheet.office.cell_styles import STYLES_PART, Looks
from sodasheet.office.sheets.entry_sheet import EntryColumn, add_entry
from sodasheet.office.sheets.mapping_layout import add_mapping
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from sodasheet.office.sheets.mapping_layout import Content


def filled_workbook(contents: Sequence[Content], entry: Sequence[EntryColumn] = ()) -> bytes:
    """Return an .xlsx with one designed mapping sheet for each content, in their order.

    If there are columns of `entry`, a sheet to type rows into comes first.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    looks = Looks(book)
    if entry:
        add_entry(book, entry)
    for content in contents:
        add_mapping(book, looks, content)
    book.close()
    package = parts(buffer.getvalue())
    package[STYLES_PART] = looks.named(package[STYLES_PART])
    return packed(package)
