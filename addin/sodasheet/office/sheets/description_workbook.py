"""A workbook with the sheet "Describe": a block of fields above a table of columns."""

from __future__ import annotations

import io
from collections.abc import Sequence

from sodasheet.errors import UsageProblem

#: Most characters of a cell.
_LONGEST = 32_767

#: Widths of the columns in characters: names, values, descriptions, settings.
_WIDTHS = (28, 48, 64, 9, 8, 28, 12, 8)


def describe_workbook(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return an .xlsx with one sheet that has these rows; every cell is text.

    Raises UsageProblem for a string that is too long for a cell.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(name)
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    head = book.add_format({"bold": True, "bottom": 1})
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    headers = {0, next((number for number, row in enumerate(rows) if not row), -1) + 1}
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if len(cell) > _LONGEST:
                raise UsageProblem(
                    f"Row {number + 1} has a text of {len(cell):,} characters; a cell has at most"
                    f" {_LONGEST:,}.",
                    "Use CSV instead of a workbook, or shorten the text.",
                )
            sheet.write_string(number, place, cell, head if number in headers else plain)
    sheet.freeze_panes(1, 1)
    book.close()
    return buffer.getvalue()
