"""The settings sheet in the add-in: written at build time, read back by `addin doctor`."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import version
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sodasheet import __version__

#: The sheet is called `<project>.conf`; so is the file of the user's own settings
#: (docs/how-to/install-the-add-in.md).
PROJECT = "sodasheet"
SHEET_PART = "xl/worksheets/sheet1.xml"
SODASHEET_VERSION = "SODASHEET VERSION"
XLWINGS_VERSION = "XLWINGS VERSION"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def settings() -> dict[str, str]:
    """Return the content of the sheet; an IT department may add INTERPRETER_WIN to a copy."""
    return {SODASHEET_VERSION: __version__, XLWINGS_VERSION: version("xlwings")}


def settings_sheet() -> bytes:
    """Return the sheet as a part of the package, under the code name that its module has."""
    rows = "".join(_row(at, pair) for at, pair in enumerate(settings().items(), 1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_MAIN}"><sheetPr codeName="Sheet1"/>'
        f'<dimension ref="A1:B{len(settings())}"/>'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<cols><col min="1" max="2" width="32" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def read_settings(addin: bytes) -> dict[str, str]:
    """Return the content of a built add-in's sheet; empty if the file is not ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(addin)) as package:
            sheet = ElementTree.fromstring(package.read(SHEET_PART))  # noqa: S314 - the user's own
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return {}
    rows = [
        ["".join(cell.itertext()) for cell in row.iter(f"{{{_MAIN}}}c")]
        for row in sheet.iter(f"{{{_MAIN}}}row")
    ]
    return {row[0]: row[1] for row in rows if len(row) == 2}


def _row(at: int, pair: tuple[str, str]) -> str:
    cells = "".join(
        f'<c r="{column}{at}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for column, text in zip("AB", pair, strict=True)
    )
    return f'<row r="{at}">{cells}</row>'
