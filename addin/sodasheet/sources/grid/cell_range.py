"""Parse ranges of a sheet: `A1:F200`, `B3`, `A:F`, `'My sheet'!A1:F200`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sodasheet.errors import UsageProblem
from sodasheet.model.finding import FindingGroup

#: The last row and column of a sheet (Excel specifications and limits).
_ROWS, _COLUMNS = 1_048_576, 16_384

_CORNER = r"\$?([A-Za-z]{1,3})?\$?(\d{1,7})?"
_RANGE = re.compile(rf"(?:(?P<sheet>'(?:[^']|'')+'|[^'!]+)!)?{_CORNER}(?::{_CORNER})?")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows and columns are 1-based and inclusive, None means to the end."""

    top: int = 1
    left: int = 1
    bottom: int | None = None
    right: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """The sheet and the area to read.

    `header_row` counts within the area, 0 for none; `headers` are a table's headers, which are
    above its area. `header_rows` make the headers together. `visible_only` leaves hidden rows out.
    """

    sheet: str
    area: Area
    header_row: int = 1
    headers: tuple[str, ...] | None = None
    notes: tuple[FindingGroup, ...] = ()
    visible_only: bool = False
    header_rows: int = 1


def parse_range(text: str) -> tuple[str, Area]:
    """Return the sheet's name (empty if not given) and the area.

    A single cell is the top left corner of an area that extends to the end of the sheet. Raises
    UsageProblem for text that is not a range.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise _no_range(text)
    sheet = (match["sheet"] or "").removeprefix("'").removesuffix("'").replace("''", "'")
    left, top, right, bottom = match.groups()[1:]
    corner = ":" in text.rpartition("!")[2]
    if not (left or top) or (corner and not (right or bottom)) or not (corner or (left and top)):
        raise _no_range(text)
    columns = [column_number(letters) for letters in (left, right) if letters]
    rows = [int(digits) for digits in (top, bottom) if digits]
    if any(not 1 <= column <= _COLUMNS for column in columns) or any(
        not 1 <= row <= _ROWS for row in rows
    ):
        raise _no_range(text)
    return sheet, Area(
        min(rows, default=1),
        min(columns, default=1),
        max(rows) if bottom else None,
        max(columns) if right else None,
    )


#: A workbook before a range of its cells, as in formulas: `[lists.xlsx]`.
_BOOK = re.compile(r"\[(?P<book>[^\[\]]+)\](?P<cells>.+)")
_NAME = re.compile(r"[^\W\d][\w.]*(?:\[[^\[\]]+\])?")


def split_book(reference: str) -> tuple[str, str]:
    """Return the workbook of `[lists.xlsx]Lists!A2:A40`, empty if not named, and the cells."""
    found = _BOOK.fullmatch(reference)
    return (found["book"], found["cells"]) if found else ("", reference)


def range_reference(text: str, *, named: bool = False) -> str:
    """Return a reference to cells as text: `Lists!A2:A40`, `[lists.xlsx]Lists!A2:A40`.

    With `named` the name of a range, of a table or of a table's column is a reference too. Empty
    for any other text.
    """
    _, cells = split_book(text)
    if "!" not in cells:
        return text if named and _NAME.fullmatch(cells) else ""
    try:
        sheet, _ = parse_range(cells)
    except UsageProblem:
        return ""
    return text if sheet else ""


def column_number(letters: str) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """Return A for 1, AA for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _no_range(text: str) -> UsageProblem:
    return UsageProblem(
        f"{text!r} is not a range of a sheet.",
        "Write a range such as A1:F200, or B3 for everything from that cell onward.",
    )
