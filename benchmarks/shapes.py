"""The basket: sources of many shapes, each the same for the same number of rows.

A shape says how its file is written, which dataset its columns fill, and how the file is read by
the tools beside ours. No shape is tuned for: every one is what some agency's export looks like.
"""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping

#: Rows are written in blocks, so that a big file needs no more memory than a small one.
BLOCK = 10_000

#: A cell of a workbook keeps its kind; a text file has the cell's `str`.
Cell = str | int | float | bool | date | datetime | None
MakeRow = Callable[[int, random.Random], list[Cell]]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: header and field name, type, and the formats declared."""

    name: str
    type: str
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of source; the first field is the row identifier.

    `share` is the part of the rows asked for, since a row of 500 columns weighs as much as 25 of
    20. `quoting` is that of Python's csv module; None writes no quotes but where they must be.
    """

    name: str
    says: str
    fields: tuple[Field, ...]
    row: MakeRow
    encoding: str = "utf-8"
    newline: str = "\n"
    delimiter: str = ","
    quote_all: bool = False
    share: float = 1.0
    suffix: str = ".csv"
    findings: bool = False
    decimal_comma: bool = False
    sheets: int = 1
    formula_columns: frozenset[int] = field(default=frozenset())

    @property
    def is_workbook(self) -> bool:
        """True if the source is a closed workbook."""
        return self.suffix == ".xlsx"

    @property
    def headers(self) -> list[str]:
        """The header of each column."""
        return [one.name for one in self.fields]

    def rows(self, asked: int) -> int:
        """Number of rows for so many rows of twenty columns."""
        return max(1, int(asked * self.share))

    def lines(self, rows: int, seed: int = 1) -> Iterator[list[Cell]]:
        """Yield the rows."""
        chance = random.Random(seed)
        return (self.row(number, chance) for number in range(rows))

    def dataset(self) -> Dataset:
        """Return the dataset that the source fills."""
        columns = tuple(
            Column(place, one.name, one.name, one.type, place)
            for place, one in enumerate(self.fields, 1)
        )
        return Dataset(
            "https://data.example.gov", "abcd-1234", self.name, columns, self.fields[0].name
        )

    def mapping(self) -> Mapping:
        """Return every header mapped to its column."""
        return Mapping(
            tuple(ColumnRule(one.name, one.name, formats=one.formats) for one in self.fields)
        )

    def spec(self, path: Path) -> SourceSpec:
        """Return how the source is opened; nothing is told that a steward would not be asked."""
        kind = "workbook" if self.is_workbook else "file"
        return SourceSpec(kind=kind, path=str(path), sheet="Data" if self.is_workbook else "")

    def path(self, rows: int, version: str = "") -> Path:
        """Return the path of the source in the temporary folder, written if missing."""
        name = f"sodasheet-basket-{self.name}-{rows}{version}{self.suffix}"
        path = Path(tempfile.gettempdir()) / name
        if not path.exists():
            part = path.with_name(f"part-{name}")
            self.write(part, self.lines(rows))
            part.rename(path)
        return path

    def write(self, path: Path, lines: Iterator[list[Cell]]) -> None:
        """Write these rows below the headers."""
        if self.is_workbook:
            self._write_workbook(path, lines)
            return
        with path.open("w", encoding=self.encoding, newline="") as file:
            file.write(self._text([list(self.headers)]))
            while block := list(islice(lines, BLOCK)):
                file.write(self._text(block))

    def _text(self, rows: list[list[Cell]]) -> str:
        text = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting
        )
        writer.writerows(rows)
        return text.getvalue()

    def _write_workbook(self, path: Path, lines: Iterator[list[Cell]]) -> None:
        import xlsxwriter

        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number in range(1, self.sheets):
            book.add_worksheet(f"Other {number}").write_row(0, 0, ["a", "b"])
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, self.headers)
        for number, line in enumerate(lines, 1):
            for place, cell in enumerate(line):
                if place in self.formula_columns:
                    sheet.write_formula(number, place, "=1*1", None, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(number, place, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif cell is not None:
                    sheet.write(number, place, cell)
        book.close()


_WORDS = ("Building", "Electrical", "Plumbing", "Sign", "Fence", "Roof", "Pool", "Solar")
_CITIES = ("Hartford", "New Haven", "Bridgeport", "Stamford", "Waterbury", "Norwalk")
_WIDE = ("Zoë Müller", "São Paulo", "東京都庁", "Мария", "Ελλάδα", "🏗️ Bau", "naïve café")
_FIRST_DAY = date(2012, 1, 1)
_FIRST_MOMENT = datetime(2012, 1, 1, 8, 0, 0)


def _fields(*more: tuple[str, str], key: str = "text") -> tuple[Field, ...]:
    """Return twenty columns: the key, the named columns, and as many texts and numbers as fit."""
    named = [Field("id", key), *(Field(name, kind) for name, kind in more)]
    kinds = ("text", "number", "text", "calendar_date")
    while len(named) < 20:
        place = len(named)
        named.append(Field(f"c{place}", kinds[place % 4]))
    return tuple(named)


def _filler(chance: random.Random, start: int) -> list[Cell]:
    """Return the cells from column `start` on, as `_fields` has them."""
    pick = int(chance.random() * 1_000_000_000)
    cells: list[Cell] = []
    for place in range(start, 20):
        kind = place % 4
        if kind in (0, 2):
            cells.append(f"{_WORDS[(pick + place) % 8]} {pick % 997}")
        elif kind == 1:
            cells.append(pick * place / 100)
        else:
            cells.append((_FIRST_DAY + timedelta(days=(pick + place) % 4500)).isoformat())
    return cells


def _plain(number: int, chance: random.Random) -> list[Cell]:
    return [f"P-{number:08d}", *_filler(chance, 1)]


def _numeric(number: int, chance: random.Random) -> list[Cell]:
    return [10_000_000 + number * 7, *_filler(chance, 1)]


def _quoted_ends(number: int, chance: random.Random) -> list[Cell]:
    moment = _FIRST_MOMENT + timedelta(seconds=int(chance.random() * 4e8))
    name = f'Person, "{number % 500}"'
    return [
        10_000_000 + number * 7, name, moment.isoformat(), f'"{_WORDS[number % 8]}" works',
        *_filler(chance, 4),
    ]  # fmt: skip


def _quoted_inside(number: int, chance: random.Random) -> list[Cell]:
    text = f'Ground sign "{_WORDS[number % 8]}", not lit, no {number}'
    return [f"P-{number:08d}", text, *_filler(chance, 2)]


def _newlines(number: int, chance: random.Random) -> list[Cell]:
    text = f"First line {number}\nsecond line" if number % 10 == 0 else f"One line {number}"
    return [f"P-{number:08d}", text, *_filler(chance, 2)]


def _comma(number: int, chance: random.Random) -> list[Cell]:
    cells = _plain(number, chance)
    return [str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in cells]


def _western(number: int, chance: random.Random) -> list[Cell]:
    return [f"P-{number:08d}", f"Café Müller {number % 700} – Söhne", *_filler(chance, 2)]


def _wide(number: int, chance: random.Random) -> list[Cell]:
    words = [f"{_WIDE[(number + place) % 7]} {number % 300}" for place in range(6)]
    return [f"№{number:08d}", *words, *_filler(chance, 7)]


def _many(columns: int) -> tuple[tuple[Field, ...], MakeRow]:
    kinds = ("text", "number", "calendar_date", "checkbox")
    fields = (Field("id", "text"), *(Field(f"c{n}", kinds[n % 4]) for n in range(1, columns)))

    def row(number: int, chance: random.Random) -> list[Cell]:
        pick = int(chance.random() * 1_000_000_000)
        cells: list[Cell] = [f"P-{number:08d}"]
        for place in range(1, columns):
            kind = place % 4
            if kind == 0:
                cells.append(f"{_WORDS[(pick + place) % 8]} {pick % 97}")
            elif kind == 1:
                cells.append((pick + place) % 10_000 / 4)
            elif kind == 2:
                cells.append((_FIRST_DAY + timedelta(days=(pick + place) % 4500)).isoformat())
            else:
                cells.append("true" if (pick + place) % 2 else "false")
        return cells

    return fields, row


def _long(number: int, chance: random.Random) -> list[Cell]:
    text = f"{_WORDS[number % 8]} " * int(100 + chance.random() * 300)
    return [f"P-{number:08d}", text.strip(), *_filler(chance, 2)]


def _blanks(number: int, chance: random.Random) -> list[Cell]:
    cells = _plain(number, chance)
    return [cell if not place or (number + place) % 3 == 0 else "" for place, cell in
            enumerate(cells)]  # fmt: skip


def _findings(number: int, chance: random.Random) -> list[Cell]:
    cells = _plain(number, chance)
    if number % 5 == 0:
        cells[1], cells[3] = "n/a", "31.02.2024"
    return cells


def _places(number: int, chance: random.Random) -> list[Cell]:
    x, y = -72 - chance.random(), 41 + chance.random()
    ring = ", ".join(f"{x + dx:.6f} {y + dy:.6f}" for dx, dy in
                     ((0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01), (0, 0)))  # fmt: skip
    return [
        f"P-{number:08d}", f"POINT ({x:.6f} {y:.6f})", f"({y:.6f}, {x:.6f})",
        f"POLYGON (({ring}))", *_filler(chance, 4),
    ]  # fmt: skip


def _timestamps(number: int, chance: random.Random) -> list[Cell]:
    moments = [
        (_FIRST_MOMENT + timedelta(seconds=int(chance.random() * 4e8))).isoformat()
        for _ in range(4)
    ]
    moments[1] += ".123"
    return [10_000_000 + number * 7, *moments, *_filler(chance, 5)]


def _book(number: int, chance: random.Random) -> list[Cell]:
    """Return cells of their own kinds, as a workbook has them."""
    pick = int(chance.random() * 1_000_000_000)
    cells: list[Cell] = [f"P-{number:08d}"]
    for place in range(1, 20):
        kind = place % 4
        if kind == 1:
            cells.append(pick * place / 100)
        elif kind == 3:
            cells.append(_FIRST_DAY + timedelta(days=(pick + place) % 4500))
        else:
            cells.append(f"{_WORDS[(pick + place) % 8]} {pick % 997}")
    return cells


def _book_blanks(number: int, chance: random.Random) -> list[Cell]:
    cells = _book(number, chance)
    return [cell if not place or (number + place) % 4 else None for place, cell in
            enumerate(cells)]  # fmt: skip


def _book_mixed(number: int, chance: random.Random) -> list[Cell]:
    cells = _book(number, chance)
    # A text column of codes, most of which the spreadsheet has made numbers of.
    cells[2] = number % 1000 if number % 3 else f"A{number % 1000}"
    return cells


def _book_moments(number: int, chance: random.Random) -> list[Cell]:
    cells = _book(number, chance)
    cells[3] = _FIRST_MOMENT + timedelta(seconds=int(chance.random() * 4e8))
    cells[7] = _FIRST_MOMENT + timedelta(seconds=int(chance.random() * 4e8))
    return cells


_HUNDRED, _HUNDRED_ROW = _many(100)
_FIVE_HUNDRED, _FIVE_HUNDRED_ROW = _many(500)
_COMMA_FIELDS = tuple(
    Field(one.name, one.type, ("1234,5",) if one.type == "number" else ()) for one in _fields()
)
_TEXT_FIELDS = _fields(("words", "text"))
_WIDE_FIELDS = _fields(*((f"words{n}", "text") for n in range(1, 7)))
_PLACE_FIELDS = _fields(("place", "point"), ("pair", "point"), ("area", "polygon"))
_MOMENT_FIELDS = _fields(*((f"at{n}", "calendar_date") for n in range(1, 5)), key="number")
_ENDS_FIELDS = _fields(("who", "text"), ("at", "calendar_date"), ("what", "text"), key="number")

SHAPES = (
    Shape("lf", "LF, no quotes, text identifier", _fields(), _plain),
    Shape("crlf", "CRLF, numeric identifier", _fields(key="number"), _numeric, newline="\r\n"),
    Shape("quoted", "quotes around every cell, CRLF", _fields(), _plain, newline="\r\n",
          quote_all=True),
    Shape("ends", "doubled quotes at ends of cells, CRLF, timestamps", _ENDS_FIELDS, _quoted_ends,
          newline="\r\n"),
    Shape("inside", "doubled quotes inside cells", _TEXT_FIELDS, _quoted_inside),
    Shape("newlines", "line breaks in a tenth of the cells of one column", _TEXT_FIELDS, _newlines),
    Shape("comma", "semicolons and decimal commas", _COMMA_FIELDS, _comma, delimiter=";"),
    Shape("windows", "Windows-1252, CRLF", _TEXT_FIELDS, _western, encoding="cp1252",
          newline="\r\n"),
    Shape("utf16", "UTF-16 with a byte order mark, CRLF", _TEXT_FIELDS, _western, encoding="utf-16",
          newline="\r\n"),
    Shape("moments", "ISO timestamps, numeric identifier", _MOMENT_FIELDS, _timestamps),
    Shape("hundred", "100 columns", _HUNDRED, _HUNDRED_ROW, share=0.2),
    Shape("columns", "500 columns", _FIVE_HUNDRED, _FIVE_HUNDRED_ROW, share=0.04),
    Shape("long", "texts of 2 kB", _TEXT_FIELDS, _long, share=0.2),
    Shape("blanks", "two thirds of the cells blank", _fields(), _blanks),
    Shape("findings", "findings in a fifth of the rows", _fields(), _findings, findings=True),
    Shape("places", "points and polygons", _PLACE_FIELDS, _places),
    Shape("unicode", "wide Unicode in seven columns", _WIDE_FIELDS, _wide),
    Shape("book", "workbook: text, numbers, dates", _fields(), _book, share=0.2, suffix=".xlsx"),
    Shape("bookblanks", "workbook: a quarter of the cells blank", _fields(), _book_blanks,
          share=0.2, suffix=".xlsx"),
    Shape("bookmixed", "workbook: numbers and texts in one column", _fields(), _book_mixed,
          share=0.2, suffix=".xlsx"),
    Shape("bookmoments", "workbook: formulas, dates with times, many sheets", _fields(),
          _book_moments, share=0.2, suffix=".xlsx", sheets=12,
          formula_columns=frozenset({1, 5, 9})),
)  # fmt: skip


def shape(name: str) -> Shape:
    """Return the shape with this name."""
    return next(one for one in SHAPES if one.name == name)
