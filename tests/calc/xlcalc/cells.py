"""xlwings on a live LibreOffice Calc: ranges of cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from xlwings import base_classes

from xlcalc.soffice import load_uno

_EPOCH = dt.datetime(1899, 12, 30)

#: Bits of com.sun.star.util.NumberFormat.
_DATE, _TIME, _LOGICAL = 2, 4, 1024

#: com.sun.star.sheet.ConditionFormatOperator.EXPRESSION
_EXPRESSION = 9

#: Hundredths of a millimeter, of which there are 2,540 in an inch, in a pixel of 96 in an inch.
_PIXEL = 2540 / 96

#: Number of cells in a range whose formats are read one by one.
_FEW = 12

#: com.sun.star.sheet.FormulaResult.ERROR
_ERROR = 4


class Fault(str):
    """The text shown in an error cell."""

    __slots__ = ()


def prepared(element: object) -> object:
    """Return the value that xlwings passes to Excel for a Python value."""
    return "" if element is None else element


def read_elements(
    data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
) -> Any:
    """Raw cells as xlwings returns them."""

    def one(value: object) -> object:
        if isinstance(value, Fault):
            return str(value) if err_to_str else None
        if value in ("", None):
            return empty_as
        if isinstance(value, dt.datetime):
            parts = {
                name: getattr(value, name)
                for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")
            }
            return datetime_builder(**parts, tzinfo=None)
        if number_builder is not None and isinstance(value, float):
            return number_builder(value)
        return value

    return [[one(value) for value in row] for row in data]


def entered(value: object) -> str:
    """A value as typed by a user; Excel and Calc both parse such text."""
    if isinstance(value, bool):
        return "=TRUE()" if value else "=FALSE()"
    if isinstance(value, int | float | Decimal):
        return repr(float(value))
    return str(value) if value is not None else ""


def _entry(value: object) -> str:
    """Entered this way, dates and percentages are not converted by Calc, but by Excel."""
    if isinstance(value, dt.datetime | dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime(*value.timetuple()[:3])
        return repr((moment - _EPOCH) / dt.timedelta(days=1))
    return entered(value)


class Range(base_classes.Range):
    """Cells of one sheet; rows and columns count from 1, both ends included."""

    options: Any = None
    sheet: Any = None
    row: Any = None
    column: Any = None

    def __init__(
        self, sheet: Any, row: int, column: int, last_row: int, last_column: int, first: Any = None
    ) -> None:
        self.sheet = sheet
        self.row, self.column = row, column
        self.last_row, self.last_column = last_row, last_column
        self.arg1_input = first

    @classmethod
    def of(cls, sheet: Any, api: Any) -> Range:
        area = api.getRangeAddress()
        return cls(
            sheet, area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1
        )

    @classmethod
    def named(cls, sheet: Any, first: Any, second: Any) -> Range:
        corners = [cls._corner(sheet, one) for one in (first, second) if one is not None]
        return cls(
            sheet,
            min(one.row for one in corners),
            min(one.column for one in corners),
            max(one.last_row for one in corners),
            max(one.last_column for one in corners),
            first,
        )

    @classmethod
    def _corner(cls, sheet: Any, one: Any) -> Range:
        if isinstance(one, tuple):
            # Slices come as first row, first column, rows, columns.
            row, column, rows, columns = one if len(one) == 4 else (*one, 1, 1)
            return cls(sheet, row, column, row + rows - 1, column + columns - 1)
        if isinstance(one, str):
            return cls.of(sheet, sheet.api.getCellRangeByName(one.replace("$", "")))
        return one

    @property
    def coords(self) -> tuple[Any, int, int, int, int]:
        return (self.sheet.api, self.row, self.column, *self.shape)

    @property
    def api(self) -> Any:
        return self.sheet.api.getCellRangeByPosition(
            self.column - 1, self.row - 1, self.last_column - 1, self.last_row - 1
        )

    @property
    def shape(self) -> tuple[int, int]:
        return self.last_row - self.row + 1, self.last_column - self.column + 1

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    def __call__(self, first: int, second: int | None = None) -> Range:
        if second is None:
            first, second = (first - 1) // self.shape[1] + 1, (first - 1) % self.shape[1] + 1
        row, column = self.row + first - 1, self.column + second - 1
        return Range(self.sheet, row, column, row, column)

    @property
    def raw_value(self) -> list[list[object]]:
        api = self.api
        rows = [list(row) for row in api.getDataArray()]
        self._mark_kinds(api, rows)
        for area in api.queryFormulaCells(_ERROR).getRangeAddresses():
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    text = self.sheet.api.getCellByPosition(column, row).String
                    rows[row - self.row + 1][column - self.column + 1] = Fault(text)
        return rows

    def _mark_kinds(self, api: Any, rows: list[list[object]]) -> None:
        """Numbers with a date, time or Boolean format become the values that Excel would return."""
        numbers = [
            (at, place)
            for at, row in enumerate(rows)
            for place, value in enumerate(row)
            if isinstance(value, float)
        ]
        # Listing the formats of a designed sheet takes Calc a tenth of a second, and few of its
        # cells are numbers.
        if len(numbers) > _FEW:
            self._mark_areas(api, rows)
            return
        for at, place in numbers:
            kind = self._kind(api.getCellByPosition(place, at).NumberFormat)
            if kind & (_DATE | _TIME | _LOGICAL):
                rows[at][place] = _kind_of(rows[at][place], kind)

    def _mark_areas(self, api: Any, rows: list[list[object]]) -> None:
        for group in api.getUniqueCellFormatRanges():
            kind = self._kind(group.NumberFormat)
            if not kind & (_DATE | _TIME | _LOGICAL):
                continue
            for area in group.getRangeAddresses():
                shift = self.column - 1
                places = range(area.StartColumn - shift, area.EndColumn + 1 - shift)
                for row in rows[area.StartRow - self.row + 1 : area.EndRow - self.row + 2]:
                    for place in places:
                        if isinstance(row[place], float):
                            row[place] = _kind_of(row[place], kind)

    def _kind(self, key: int) -> int:
        kinds = self.sheet.book.kinds
        if key not in kinds:
            kinds[key] = self.sheet.book.api.NumberFormats.getByKey(key).Type
        return int(kinds[key])

    @raw_value.setter
    def raw_value(self, data: object) -> None:
        rows, columns = self.shape
        if not isinstance(data, list | tuple):
            data = [[data] * columns] * rows
        elif data and not isinstance(data[0], list | tuple):
            data = [data]
        self.api.setFormulaArray(tuple(tuple(map(_entry, row)) for row in data))
        for at, row in enumerate(data):
            for place, value in enumerate(row):
                if isinstance(value, dt.datetime | dt.date):
                    self(at + 1, place + 1).number_format = "YYYY-MM-DD HH:MM:SS"

    @property
    def formula(self) -> Any:
        rows = self.api.getFormulaArray()
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, data: object) -> None:
        self.raw_value = data

    @property
    def number_format(self) -> str | None:
        api = self.api
        if api.getPropertyState("NumberFormat").value == "AMBIGUOUS_VALUE":
            return None
        return str(self.sheet.book.api.NumberFormats.getByKey(api.NumberFormat).FormatString)

    @number_format.setter
    def number_format(self, text: str) -> None:
        formats = self.sheet.book.api.NumberFormats
        locale = load_uno().createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        key = formats.queryKey(text, locale, False)
        self.api.NumberFormat = key if key != -1 else formats.addNew(text, locale)

    def clear_contents(self) -> None:
        self.api.clearContents(1 | 2 | 4 | 16)

    def clear(self) -> None:
        self.api.clearContents(1023)

    def end(self, direction: str) -> Range:
        values = self.sheet.used_range
        step = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}[direction]
        row, column = self.row, self.column

        def full(row: int, column: int) -> bool:
            return self.sheet.api.getCellByPosition(column - 1, row - 1).String != ""

        def inside(row: int, column: int) -> bool:
            return 1 <= row <= values.last_row and 1 <= column <= values.last_column

        looking = not (
            inside(row + step[0], column + step[1]) and full(row + step[0], column + step[1])
        )
        while inside(row + step[0], column + step[1]):
            following = full(row + step[0], column + step[1])
            if not looking and not following:
                break
            row, column = row + step[0], column + step[1]
            if looking and following:
                break
        return Range(self.sheet, row, column, row, column)

    @property
    def current_region(self) -> Range:
        cursor = self.sheet.api.createCursorByRange(self.api)
        cursor.collapseToCurrentRegion()
        return Range.of(self.sheet, cursor)

    @property
    def has_array(self) -> bool:
        return False

    @property
    def merge_cells(self) -> bool | None:
        if len(self) == 1:
            return len(self.merge_area) > 1
        return None if self.api.getIsMerged() or self._covered() else False

    def _covered(self) -> bool:
        """True if a merged cell that begins outside reaches into the range."""
        edges = [self(1, place + 1) for place in range(min(self.shape[1], 50))]
        edges += [self(place + 1, 1) for place in range(min(self.shape[0], 50))]
        return any(len(edge.merge_area) > 1 for edge in edges)

    @property
    def merge_area(self) -> Range:
        cursor = self.sheet.api.createCursorByRange(self(1, 1).api)
        cursor.collapseToMergedArea()
        return Range.of(self.sheet, cursor)

    def merge(self, across: bool = False) -> None:
        self.api.merge(True)

    @property
    def row_hidden(self) -> bool | None:
        return self._hidden(self.api.Rows)

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.api.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return self._hidden(self.api.Columns)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.api.Columns.IsVisible = not value

    @property
    def column_width(self) -> float:
        """The width in characters of the default font: 7 pixels per digit plus 5 of padding."""
        return float((self.api.Columns.getByIndex(0).Width / _PIXEL - 5) / 7)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.api.Columns.Width = round((value * 7 + 5) * _PIXEL)

    @staticmethod
    def _hidden(lines: Any) -> bool | None:
        states = {not lines.getByIndex(place).IsVisible for place in range(lines.Count)}
        return states.pop() if len(states) == 1 else None

    def get_special_cells(self, cell_type: str, value_type: str | None) -> list[Range]:
        if cell_type != "visible":
            raise NotImplementedError
        return [
            Range(
                self.sheet,
                area.StartRow + 1,
                area.StartColumn + 1,
                area.EndRow + 1,
                area.EndColumn + 1,
            )
            for area in self.api.queryVisibleCells().getRangeAddresses()
        ]

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = str(self.api.AbsoluteName).rpartition(".")[2]
        first, _, last = address.partition(":")
        parts = [part for part in (first, last) if part]
        return ":".join(_address(part, row_absolute, col_absolute) for part in parts)

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def add_hyperlink(
        self, address: str, text_to_display: str | None = None, screen_tip: str | None = None
    ) -> None:
        cell = self.sheet.api.getCellByPosition(self.column - 1, self.row - 1)
        cell.setString("")
        field = self.sheet.book.api.createInstance("com.sun.star.text.TextField.URL")
        field.URL = address.replace("!", ".") if address.startswith("#") else address
        field.Representation = text_to_display or address
        cell.insertTextContent(cell.createTextCursor(), field, False)

    @property
    def hyperlink(self) -> str:
        cell = self.sheet.api.getCellByPosition(self.column - 1, self.row - 1)
        return str(cell.TextFields.getByIndex(0).URL)

    def select(self) -> None:
        self.sheet.book.api.getCurrentController().select(self.api)

    @property
    def color(self) -> tuple[int, int, int] | None:
        value = self.api.CellBackColor
        return None if value == -1 else (value >> 16 & 255, value >> 8 & 255, value & 255)

    @color.setter
    def color(self, value: tuple[int, int, int] | None) -> None:
        number = -1 if value is None else value[0] << 16 | value[1] << 8 | value[2]
        self.api.CellBackColor = number

    @property
    def wrap_text(self) -> bool:
        return bool(self.api.IsTextWrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.api.IsTextWrapped = value

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    @property
    def data_validation(self) -> Validation:
        return Validation(self)

    def copy(self, destination: Range) -> None:
        """A cell with its style and its drop-down; Calc itself copies within a workbook only."""
        source, target = self.api, destination.api
        target.setFormulaArray(source.getFormulaArray())
        target.CellStyle = source.CellStyle
        wanted, rule = source.Validation, target.Validation
        for name in (one.Name for one in wanted.getPropertySetInfo().getProperties()):
            rule.setPropertyValue(name, wanted.getPropertyValue(name))
        rule.setFormula1(wanted.getFormula1())
        target.Validation = rule

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        uno = load_uno()
        mode = uno.Enum("com.sun.star.sheet.CellInsertMode", "DOWN" if shift == "down" else "RIGHT")
        self.sheet.api.insertCells(self.api.getRangeAddress(), mode)

    def delete(self, shift: str | None = None) -> None:
        uno = load_uno()
        mode = uno.Enum("com.sun.star.sheet.CellDeleteMode", "UP" if shift == "up" else "LEFT")
        self.sheet.api.removeRange(self.api.getRangeAddress(), mode)


class ConditionalFormats(base_classes.ConditionalFormats):
    """Rules with a formula; Calc keeps them by sheet, Excel by range."""

    api: Any = None
    parent: Any = None

    def __init__(self, parent: Range) -> None:
        self.parent = parent
        self.api = parent.sheet.api.ConditionalFormats

    def _rules(self) -> list[ConditionalFormat]:
        return [ConditionalFormat(self.api, one) for one in self.api.getConditionalFormats()]

    def __call__(self, key: int) -> ConditionalFormat:
        return self._rules()[key - 1]

    def __len__(self) -> int:
        return len(self._rules())

    def __iter__(self) -> Any:
        return iter(self._rules())

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        ranges = self.parent.sheet.book.api.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddress(self.parent.api.getRangeAddress(), False)
        made = self.api.createByRange(ranges)
        rule = next(one for one in self.api.getConditionalFormats() if made == one.ID)
        rule.createEntry(0, 0)
        entry = rule.getByIndex(0)
        entry.Operator, entry.Formula1 = _EXPRESSION, spec["formula"].removeprefix("=")
        return ConditionalFormat(self.api, rule)


class ConditionalFormat(base_classes.ConditionalFormat):
    api: Any = None
    type = "custom"

    def __init__(self, rules: Any, api: Any) -> None:
        self.rules = rules
        self.api = api

    @property
    def formula(self) -> str:
        return f"={self.api.getByIndex(0).Formula1}"

    def delete(self) -> None:
        self.rules.removeByID(self.api.ID)


def _kind_of(value: object, kind: int) -> object:
    assert isinstance(value, float)
    if kind & _LOGICAL:
        return bool(value)
    seconds = round(value * 86400, 3)
    return _EPOCH + dt.timedelta(seconds=seconds)


def _address(part: str, row_absolute: bool, col_absolute: bool) -> str:
    column, row = part.lstrip("$").split("$")
    return f"{'$' * col_absolute}{column}{'$' * row_absolute}{row}"


class Validation(base_classes.DataValidation):
    api: Any = None

    def __init__(self, parent: Range) -> None:
        self.parent = parent
        self.api = parent.api.Validation

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:
        uno = load_uno()
        self.api.Type = uno.Enum("com.sun.star.sheet.ValidationType", "LIST")
        if isinstance(source, Range):
            formula = f"${source.sheet.name}.{source.address}"
            quoted = source.sheet.name.replace("'", "''")
            formula = f"$'{quoted}'.{source.address}"
        else:
            formula = ";".join(f'"{text}"' for text in source)
        self.api.setFormula1(formula)
        self.api.ShowList = 1 if in_cell_dropdown else 0
        self.parent.api.Validation = self.api

    def delete(self) -> None:
        uno = load_uno()
        self.api.Type = uno.Enum("com.sun.star.sheet.ValidationType", "ANY")
        self.parent.api.Validation = self.api
