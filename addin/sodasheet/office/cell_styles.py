"""Styles of the designed sheets: one palette, and cell styles that Excel lists by name."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

#: The part of a workbook with its styles.
STYLES_PART = "xl/styles.xml"

#: The built-in number format "@": what is written there stays text, whatever it begins with.
_AS_TEXT = 49

INK = "#1F2A37"
NAVY = "#1F3A5F"
QUIET = "#4A5560"
PALE = "#5B6770"
LINE = "#D5DCE4"
INPUT = "#FFF9E3"
INPUT_EDGE = "#8A6F24"

_SIZE = {"font_size": 10, "valign": "vcenter"}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, **_SIZE}
_LINED = {"bottom": 1, "bottom_color": LINE}
_TEXT = {"font_color": INK, "num_format": _AS_TEXT, **_SIZE}
_LABEL = {"font_color": QUIET, **_SIZE, **_LINED}
_NUMBER = {"font_color": INK, "num_format": 3, **_SIZE}

_FILLED = {**_TEXT, "bg_color": INPUT}
_WIDE = {**_FILLED, "top": 1, "bottom": 1, "top_color": INPUT_EDGE, "bottom_color": INPUT_EDGE}

#: Styles by name. The prefix keeps them apart from the user's own, and from Excel's built-in
#: ones, whose names change with its language.
STYLES: dict[str, dict[str, Any]] = {
    "SodaSheet title": {"bold": True, "font_size": 16, "font_color": NAVY, "valign": "vcenter"},
    "SodaSheet strong": {**_TEXT, **_LINED, "bold": True, "font_size": 11},
    "SodaSheet label": _LABEL,
    "SodaSheet label right": {**_LABEL, "align": "right", "indent": 1},
    "SodaSheet value": {**_TEXT, **_LINED},
    "SodaSheet number": {**_NUMBER, **_LINED, "align": "left"},
    "SodaSheet input": {**_FILLED, "border": 1, "border_color": INPUT_EDGE},
    # The cells of a field that is wider than its first cell.
    "SodaSheet input start": {**_WIDE, "left": 1, "left_color": INPUT_EDGE},
    "SodaSheet input middle": _WIDE,
    "SodaSheet input end": {**_WIDE, "right": 1, "right_color": INPUT_EDGE},
    "SodaSheet link": {**_TEXT, **_LINED, "font_color": "#0B5CAD", "underline": 1},
    "SodaSheet section": {"bold": True, "font_size": 13, "font_color": NAVY, "valign": "vcenter"},
    "SodaSheet heading": _HEAD,
    "SodaSheet heading right": {**_HEAD, "align": "right", "indent": 2},
    "SodaSheet text": _TEXT,
    "SodaSheet wrap": {**_TEXT, "text_wrap": True},
    "SodaSheet jump": {**_TEXT, "font_color": "#0B5CAD", "underline": 1},
    "SodaSheet row number": {**_NUMBER, "align": "left"},
    "SodaSheet count": {**_NUMBER, "align": "right", "indent": 2},
    "SodaSheet time": {**_NUMBER, "num_format": "mmm d, yyyy h:mm AM/PM", "align": "left"},
}

#: A style of the quality sheet, which is in separate workbooks.
SHARE = {"SodaSheet share": {**_NUMBER, "num_format": "0.0%", "align": "right", "indent": 2}}

#: Formats that conditional formatting applies to a cell; every pair has a contrast of 4.5 to 1 or
#: more.
#: Each brings the line below the row: LibreOffice shows only one rule of overlapping ranges.
SIGNS: dict[str, dict[str, Any]] = {
    "stop": {"bold": True, "font_color": "#8F1D12", "bg_color": "#FDE7E4", **_LINED},
    "ask": {"bold": True, "font_color": "#6B4700", "bg_color": "#FFF0CC", **_LINED},
    "note": {"font_color": "#1B4B82", "bg_color": "#E6F0FA", **_LINED},
    "ok": {"font_color": "#1B6B37", **_LINED},
    "good": {"bold": True, "font_color": "#1B6B37", "bg_color": "#E3F4E8", **_LINED},
    "new value": {"bold": True, "font_color": INK, "bg_color": "#DDEBF9", **_LINED},
    "old value": {"font_color": PALE, **_LINED},
    "muted": {"italic": True, "font_color": PALE, **_LINED},
    "input": {"bg_color": INPUT, **_LINED},
    "row": _LINED,
}


class Looks:
    """The styles and icons of a workbook, each created once."""

    def __init__(self, book: Workbook, more: Mapping[str, dict[str, Any]] | None = None) -> None:
        styles = STYLES | dict(more or {})
        self._styles = {name: book.add_format(look) for name, look in styles.items()}
        self._signs = {name: book.add_format(look) for name, look in SIGNS.items()}

    def style(self, name: str) -> Format:
        """Return the style `SodaSheet <name>`."""
        return self._styles[f"SodaSheet {name}"]

    def sign(self, name: str) -> Format:
        """Return the format that conditional formatting applies to a cell."""
        return self._signs[name]

    def named(self, styles: bytes) -> bytes:
        """Return the part xl/styles.xml with every style listed by its name.

        XlsxWriter knows formats of cells only. A style is a second, shared record that the cell's
        format points to (ECMA-376 part 1, 18.8.9 cellStyleXfs, 18.8.7 cellStyle).
        """
        indexes = {name: look.xf_index for name, look in self._styles.items()}
        return _with_styles(styles, {name: at for name, at in indexes.items() if at is not None})


def _with_styles(styles: bytes, indexes: Mapping[str, int]) -> bytes:
    ElementTree.register_namespace("", _SPREADSHEET)
    root = ElementTree.fromstring(styles)  # noqa: S314 - written by XlsxWriter a moment ago
    shared, cells, names = (_child(root, tag) for tag in ("cellStyleXfs", "cellXfs", "cellStyles"))
    for name, at in indexes.items():
        record = copy.deepcopy(cells[at])
        del record.attrib["xfId"]
        shared.append(record)
        cells[at].set("xfId", str(len(shared) - 1))
        ElementTree.SubElement(
            names, f"{{{_SPREADSHEET}}}cellStyle", name=name, xfId=str(len(shared) - 1)
        )
    for group in (shared, names):
        group.set("count", str(len(group)))
    settled: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return settled


def _child(root: ElementTree.Element, tag: str) -> ElementTree.Element:
    child = root.find(f"{{{_SPREADSHEET}}}{tag}")
    if child is None:
        raise LookupError(f"xl/styles.xml has no {tag}")
    return child
