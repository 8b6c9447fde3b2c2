"""The sample workbook, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.office.samples.building_permits import HEADERS, Permit
from sodasheet.office.samples.planted_errors import Cell, Error, plant
from sodasheet.office.zip_package import packed, parts

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_MADE = datetime(2024, 12, 2, 9, 0)

#: Width of each column in characters, and its number format.
_COLUMNS = {
    "Permit No": (15, ""),
    "Permit Type": (14, ""),
    "Opened": (12, "m/d/yyyy"),
    "Issued": (17, "m/d/yyyy h:mm"),
    "Declared Value": (16, "$#,##0.00"),
    "Completion": (12, "0%"),
    "Inspected": (11, ""),
    "Contact E-mail": (25, ""),
    "Contact Phone": (16, ""),
    "Website": (42, ""),
    "Lat": (10, "0.00000"),
    "Lon": (10, "0.00000"),
    "Parcel": (30, ""),
    "Notes": (44, ""),
    "Zip": (8, "0"),
    "Units": (8, "0"),
}

_READ_ME = (
    "Sample building permits",
    "",
    "These rows are made up. Some cells on the sheet Permits contain mistakes of the kind that "
    "real",
    "sheets contain, so that you can see what a check says about them: a permit number that occurs",
    "twice, a date that does not exist, a formula error, and others.",
    "",
    "Issued is in UTC. Completion is a share shown as a percentage.",
    "Lat and Lon together make the location of a permit; Parcel is its outline as text (WKT).",
    "",
    "The files permits-clean.csv, permits-new.csv, permits-changes.csv and permits-withdrawn.csv",
    "next to this workbook contain permits without mistakes.",
)


def permits_workbook(permits: Sequence[Permit]) -> bytes:
    """Return an .xlsx with the permits, planted mistakes, and a sheet that explains them."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "Building permits (sample)", "created": _MADE})
    rows = [_cells(permit) for permit in permits]
    plant(rows)
    _fill_permits(book, rows)
    _fill_read_me(book)
    book.close()
    return packed(parts(buffer.getvalue()))


def _cells(permit: Permit) -> list[Cell]:
    return [
        permit.number,
        permit.kind,
        permit.opened,
        permit.issued,
        permit.declared,
        permit.completion,
        permit.inspected,
        permit.email,
        permit.phone,
        permit.website,
        permit.latitude,
        permit.longitude,
        permit.parcel,
        permit.notes,
        int(permit.zip),
        permit.units,
    ]


def _fill_permits(book: Workbook, rows: Sequence[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet("Permits")
    heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE6F1", "valign": "top"})
    formats = []
    for at, header in enumerate(HEADERS):
        width, pattern = _COLUMNS[header]
        formats.append(book.add_format({"num_format": pattern or "General", "valign": "top"}))
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, header, heading)
    for row, cells in enumerate(rows, 1):
        for at, value in enumerate(cells):
            _write(sheet, (row, at), value, formats[at])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(HEADERS) - 1)


def _write(sheet: Worksheet, place: tuple[int, int], value: Any, look: Format) -> None:
    if isinstance(value, Error):
        sheet.write_formula(*place, value.formula, look, value.shown)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, look)
    elif isinstance(value, str):
        sheet.write_string(*place, value, look)
    elif value is not None:
        sheet.write_number(*place, value, look)


def _fill_read_me(book: Workbook) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    title = book.add_format({"bold": True, "font_size": 14})
    for row, line in enumerate(_READ_ME):
        sheet.write_string(row, 0, line, title if row == 0 else None)
