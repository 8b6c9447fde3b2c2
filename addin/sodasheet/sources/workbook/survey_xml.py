"""Survey .xlsx, .xlsm (ECMA-376) and .ods (OpenDocument) sheets in a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from collections.abc import Mapping as Map
from xml.parsers import expat

from sodasheet.sources.grid.cell_range import Area, column_number
from sodasheet.sources.grid.cell_text import is_error
from sodasheet.sources.grid.odd_dates import shown_date
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.plain_sheet import is_known_error, is_misread
from sodasheet.sources.workbook.cell_formats import (
    PERCENT,
    cell_formats,
    date_styles,
    has_percent,
    shows_percent,
)
from sodasheet.sources.workbook.cells_needing_careful_reader import may_repeat_cells, needs_parsing
from sodasheet.sources.workbook.uncomputed_formulas import awaits_calculation
from sodasheet.sources.zip_package import blocks, elements, relations, workbook_part

#: Hidden rows of one repeated element that are recorded.
_MOST_REPEATED = 100_000
#: Columns of a sheet at most.
_MOST_COLUMNS = 16_384


def survey(archive: zipfile.ZipFile, sheet: str) -> tuple[Survey, str | None]:
    """Survey a sheet of an Office Open XML workbook; also return its part, None if unknown.

    The XML is parsed only if a search of the bytes finds cells that need it
    (cells_needing_careful_reader.py),
    since parsing takes several times as long.
    """
    part = sheet_part(archive, sheet)
    if part is None or part not in archive.namelist():
        return Survey(complete=False), None
    formats = cell_formats(archive)
    if not needs_parsing(archive, part, formats) and not may_repeat_cells(archive, part):
        return Survey(), part
    reader = _SheetReader(formats, date_styles(archive))
    _parse(archive, part, reader)
    reader.found.misread = reader.found.misread or is_misread(archive, part)
    if not reader.computed and awaits_calculation(archive):
        for row, column, formula in reader.zeros:
            reader.found.unsave(row, column, formula)
    return reader.found, part


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the path of a sheet's part."""
    book = workbook_part(archive)
    targets = relations(archive, book)
    for name, attributes in elements(archive, book):
        if name == "sheet" and attributes.get("name") == sheet:
            return targets.get(attributes.get("r:id") or attributes.get("id", ""))
    return None


class _SheetReader:
    """Expat handlers for the cells of a sheet; a cell without a reference follows the last cell.

    `zeros` are the formulas with the result 0; `computed` is True if any has another result.
    """

    def __init__(self, formats: Map[int, str], dates: Collection[int]) -> None:
        self.found = Survey()
        self._formats = formats
        self._dates = dates
        self._style = 0
        self._rows = set[int]()
        self._columns = set[int]()
        self._row = self._column = 0
        self._type = ""
        self._has_value = self._has_element = False
        self._formula: str | None = None
        self._text: list[str] | None = None
        self.zeros: list[tuple[int, int, str]] = []
        self.computed = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
            self._columns.clear()
            if self._row in self._rows:
                self.found.repeat(self._row, 0)
            self._rows.add(self._row)
            if attributes.get("hidden") in ("1", "true") or not float(attributes.get("ht") or 1):
                self.found.hidden.add(self._row)
        elif local in ("v", "is"):
            self.found.reach(self._row, self._column)
            self._text = []
            self._has_element = True
            self._has_value = self._has_value or local == "is"
        elif local == "f":
            self._text = []
        elif local == "mergeCell":
            self.found.merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "").rstrip("0123456789")
        self._column = column_number(reference) if reference else self._column + 1
        if self._column in self._columns:
            self.found.repeat(self._row, self._column)
        self._columns.add(self._column)
        self._type = attributes.get("t", "n")
        self._has_value, self._has_element, self._formula = False, False, None
        self._style = int(attributes.get("s") or 0)
        form = self._formats.get(self._style)
        if form is None or self._type != "n":
            return
        if form == PERCENT:
            self.found.percent(self._row, self._column)
        elif not has_percent(form):
            self.found.show(self._row, self._column, form)

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        local = name.rpartition(":")[2]
        if local == "c":
            # The result of a formula may be an empty string: an empty value of the type `str`.
            empty_text = self._type == "str" and self._has_element
            if self._formula is not None and not self._has_value and not empty_text:
                self.found.unsave(self._row, self._column, self._formula)
        elif self._text is None:
            return
        elif local == "f":
            self._formula = "=" + "".join(self._text)
            self._text = None
        elif local == "v":
            text = "".join(self._text)
            if self._type != "str":
                text = text.strip()
            self._has_value = self._has_value or bool(text)
            if self._formula is not None and text:
                if text == "0" and self._type == "n":
                    self.zeros.append((self._row, self._column, self._formula))
                else:
                    self.computed = True
            if self._type == "e":
                self.found.error(self._row, self._column, text)
                self.found.misread = self.found.misread or not is_known_error(text)
            elif self._type == "n" and text:
                self._number(text)
            self._text = None

    def _number(self, text: str) -> None:
        """Record a number whose format alone does not say how it is shown."""
        form = self._formats.get(self._style)
        mixed = form is not None and form != PERCENT and has_percent(form)
        if not mixed and self._style not in self._dates:
            return
        try:
            value = float(text)
        except ValueError:
            return
        if form is not None and mixed and shows_percent(form, value):
            self.found.percent(self._row, self._column)
        if self._style in self._dates and (shown := shown_date(value)) is not None:
            self.found.tell(self._row, self._column, shown)

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._text is not None:
            self._text.append(data)


class _OdsReader:
    """Expat handlers for the cells of a table of an OpenDocument spreadsheet."""

    def __init__(self, sheet: str) -> None:
        self.found = Survey()
        self._sheet = sheet
        self._inside = False
        self._row = self._column = 0
        self._repeat_row = self._repeat_cell = 1
        self._error = self._percent = False
        self._formula = ""
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
            if attributes.get("table:visibility") in ("collapse", "filter"):
                # The rows after the last value are one element repeated to the end of the sheet.
                last = self._row + min(self._repeat_row, _MOST_REPEATED)
                self.found.hidden.update(range(self._row + 1, last + 1))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._repeat_cell = int(attributes.get("table:number-columns-repeated", 1))
            self._error = attributes.get("calcext:value-type") == "error"
            self._percent = attributes.get("office:value-type") == "percentage"
            self._text = []
            self._formula = _unsaved_formula(attributes)
            self._merge(attributes)
        elif name == "text:p":
            # LibreOffice stores an empty string as a paragraph without words, and no type.
            self._formula = ""

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

    def _merge(self, attributes: dict[str, str]) -> None:
        wide = int(attributes.get("table:number-columns-spanned", 1))
        high = int(attributes.get("table:number-rows-spanned", 1))
        if wide * high > 1:
            top, left = self._row + 1, self._column + 1
            self.found.merges.append(Area(top, left, top + high - 1, left + wide - 1))

    def _close_cell(self) -> None:
        text = "".join(self._text or [])
        if self._error or is_error(text):
            for row in range(self._row + 1, self._row + self._repeat_row + 1):
                for column in range(self._column + 1, self._column + self._repeat_cell + 1):
                    self.found.error(row, column, text or "#N/A")
        elif self._formula:
            self.found.unsave(self._row + 1, self._column + 1, self._formula)
        elif self._percent:
            for column in range(1, min(self._repeat_cell, _MOST_COLUMNS) + 1):
                self.found.percent(self._row + 1, self._column + column, self._repeat_row)
        self._column += self._repeat_cell
        self._text = None

    def text(self, data: str) -> None:
        """Handle text inside an element."""
        if self._text is not None:
            self._text.append(data)


def _unsaved_formula(attributes: dict[str, str]) -> str:
    """Return the formula of a cell without a stored result, else an empty string.

    A result that is an empty string has the type `string`.
    """
    formula = attributes.get("table:formula", "")
    saved = attributes.get("office:value-type") == "string" or any(
        f"office:{name}" in attributes for name in _VALUES
    )
    return "" if saved else formula.removeprefix("of:")


#: Attributes that hold the value of a cell (OpenDocument 1.3 part 3, 19.385 and on).
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")


def survey_ods(archive: zipfile.ZipFile, sheet: str) -> Survey:
    """Survey a sheet of an OpenDocument spreadsheet, using the usual namespace prefixes."""
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
