"""templates/scheduled-push.xlsm: a workbook that pushes itself when opened by the scheduler.

Its macros come from the text in vba/ by way of an empty workbook of pyOpenVBA; the page that
explains it is written as the designed sheets are.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from sodasheet.office.cell_styles import STYLES_PART, Looks
from sodasheet.office.xlam import MACROS_PART, THIS_WORKBOOK, Module, source, with_macros
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

NAME = "scheduled-push.xlsm"

_MADE = datetime(2024, 12, 2, 9, 0)
_SHEET = "Read me"

#: Characters of one line.
_WIDTH = 90

#: Style and text of each line.
_LINES = (
    ("title", "A workbook that pushes itself"),
    ("text", "Delete this sheet once you have read it, or keep it."),
    ("text", ""),
    ("section", "What it is for"),
    (
        "text",
        "At fixed times, Excel opens this workbook, updates its formulas, and pushes every mapping "
        "sheet in it. Then it saves the workbook with the results sheets, and closes.",
    ),
    (
        "text",
        "If your rows do not need Excel to recalculate or refresh them, you do not need macros: "
        "schedule the workbook without them, and its last saved version is read.",
    ),
    ("text", ""),
    ("section", "How it is set up"),
    ("text", "1. Save this workbook under a new name, as .xlsm, in a trusted folder."),
    ("text", "2. Put your rows into it, or move your sheets here."),
    (
        "text",
        "3. Press Choose dataset (tab Open Data), look at the mapping, press Check data.",
    ),
    ("text", "4. Press Push once, and look at the result."),
    ("text", "5. Press Schedule, and choose the option with macros."),
    ("text", ""),
    ("section", "What it never does"),
    (
        "text",
        "It never pushes when you open it: only Excel that was started for a scheduled push does "
        "so. It shows no message box, and it does not decide which program is run: the add-in and "
        "your own settings do.",
    ),
)


def scheduled_workbook() -> bytes:
    """Return the workbook, the same bytes at every build."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "SodaSheet scheduled push", "created": _MADE})
    looks = Looks(book)
    _read_me(book, looks)
    book.add_vba_project(io.BytesIO(_macros()), is_stream=True)
    book.set_vba_name(THIS_WORKBOOK)
    book.close()
    content = parts(buffer.getvalue())
    content[STYLES_PART] = looks.named(content[STYLES_PART])
    return packed(content)


def modules() -> tuple[Module, ...]:
    """Return the macros of the workbook."""
    return (
        Module(THIS_WORKBOOK, source("PushBook.cls"), is_class=True),
        Module("PushStart", source("PushStart.bas")),
    )


def _macros() -> bytes:
    return parts(with_macros(modules(), NAME))[MACROS_PART]


def _read_me(book: Workbook, looks: Looks) -> None:
    sheet = book.add_worksheet(_SHEET)
    sheet.set_vba_name("Sheet1")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _WIDTH, looks.style("text"))
    for row, (style, text) in enumerate(_LINES):
        sheet.write_string(row, 0, text, looks.style(style))
        sheet.set_row_pixels(row, 36 if style == "title" else 22 * max(1, -(-len(text) // _WIDTH)))
    sheet.fit_to_pages(1, 0)
