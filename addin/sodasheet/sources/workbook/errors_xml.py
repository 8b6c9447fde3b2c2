"""Find the error cells of .xlsx, .xlsm (ECMA-376) and .ods (OpenDocument) sheets in a stream."""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

from sodasheet.sources.grid.area import column_number, parse_range
from sodasheet.sources.grid.cell_text import is_error
from sodasheet.sources.grid.survey import MAX_CELLS, Survey
from sodasheet.sources.zip_package import blocks, elements, relations, workbook_part

_ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
_ERROR_SIGNS = (b'"e"', b"'e'")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["']([^"']+)["']""")


def survey(archive: zipfile.ZipFile, sheet: str) -> Survey:
    """Survey a sheet of an Office Open XML workbook.

    The XML is parsed only if a search of the bytes finds an error cell or a huge extent,
    since parsing takes several times as long.
    """
    part = sheet_part(archive, sheet)
    if part is None or part not in archive.namelist():
        return Survey(complete=False)
    if not _suspicious(archive, part):
        return Survey()
    reader = _SheetReader()
    _parse(archive, part, reader)
    return reader.found


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the path of a sheet's part."""
    book = workbook_part(archive)
    targets = relations(archive, book)
    for name, attributes in elements(archive, book):
        if name == "sheet" and attributes.get("name") == sheet:
            return targets.get(attributes.get("r:id") or attributes.get("id", ""))
    return None


def _suspicious(archive: zipfile.ZipFile, part: str) -> bool:
    tail = b""
    for block in blocks(archive, part):
        if not tail and huge(block):
            return True
        piece = tail + block
        # Searching for plain bytes is ten times as fast as for a pattern.
        if any(sign in piece for sign in _ERROR_SIGNS) and _ERROR_TYPE.search(piece):
            return True
        tail = block[-32:]
    return False


def huge(head: bytes) -> bool:
    """True if the beginning of a sheet's XML declares an extent too large for memory."""
    match = _DIMENSION.search(head)
    if match is None:
        return False
    _, area = parse_range(match[1].decode("ascii", "replace"))
    return (area.bottom or area.top) * (area.right or area.left) > MAX_CELLS


class _SheetReader:
    """Expat handlers for the cells of a sheet; a cell without a reference follows the last cell."""

    def __init__(self) -> None:
        self.found = Survey()
        self._row = self._column = 0
        self._error = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            reference = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(reference) if reference else self._column + 1
            self._error = attributes.get("t") == "e"
        elif local == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
        elif local in ("v", "is"):
            self.found.reach(self._row, self._column)
            self._text = [] if self._error else None

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if self._text is not None and name.rpartition(":")[2] == "v":
            self.found.error(self._row, self._column, "".join(self._text))
            self._text = None

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._text is not None:
            self._text.append(data)


class _OdsReader:
    """Expat handlers for the cells of one table of an OpenDocument spreadsheet."""

    def __init__(self, sheet: str) -> None:
        self.found = Survey()
        self._sheet = sheet
        self._inside = False
        self._row = self._column = 0
        self._repeat_row = self._repeat_cell = 1
        self._error = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if name == "table:table":
            self._inside = attributes.get("table:name") == self._sheet
        elif not self._inside:
            return
        elif name == "table:table-row":
            self._repeat_row = int(attributes.get("table:number-rows-repeated", 1))
            self._column = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._repeat_cell = int(attributes.get("table:number-columns-repeated", 1))
            self._error = attributes.get("calcext:value-type") == "error"
            self._text = []

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if not self._inside:
            return
        if name == "table:table":
            self._inside = False
        elif name == "table:table-row":
            self._row += self._repeat_row
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._close_cell()

    def _close_cell(self) -> None:
        text = "".join(self._text or [])
        if self._error or is_error(text):
            for row in range(self._row + 1, self._row + self._repeat_row + 1):
                for column in range(self._column + 1, self._column + self._repeat_cell + 1):
                    self.found.error(row, column, text or "#N/A")
        self._column += self._repeat_cell
        self._text = None

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._text is not None:
            self._text.append(data)


def survey_ods(archive: zipfile.ZipFile, sheet: str) -> Survey:
    """Survey a sheet of an OpenDocument spreadsheet, by the prefixes that every program writes."""
    reader = _OdsReader(sheet)
    _parse(archive, "content.xml", reader)
    return reader.found


def _parse(archive: zipfile.ZipFile, part: str, reader: _SheetReader | _OdsReader) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    for block in blocks(archive, part):
        parser.Parse(block)
    parser.Parse(b"", True)
