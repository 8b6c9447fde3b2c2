"""Reading an uploaded file into records of text cells by its parse options (C.3)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from socrata_practice.publishing import geo_files
from socrata_practice.publishing.delimited_text import Columns, DelimitedText, Record
from socrata_practice.publishing.parse_options import DEFAULTS, ParseOptions
from socrata_practice.storage.generated_ids import field_name

CSV = "text/csv"
TSV = "text/tab-separated-values"
XLS = "application/vnd.ms-excel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_TOGETHER = 1_000
csv.field_size_limit(1 << 30)


class UnreadableError(Exception):
    """The file does not match its type and parse options; the message says why."""


@dataclass(frozen=True)
class Header:
    """The columns of a file: (field name, display name)."""

    columns: tuple[tuple[str, str], ...]


class WholeRecords:
    """The records of a file that is read as a whole, as `DelimitedText` has them."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        return next(self._records)

    def portions(self, width: int) -> Iterator[Columns | list[Record]]:  # noqa: ARG002
        """Yield the remaining records in batches."""
        while batch := list(islice(self._records, _TOGETHER)):
            yield batch


@contextmanager
def opened(
    path: Path, content_type: str, options: ParseOptions
) -> Iterator[DelimitedText | WholeRecords]:
    """Open the records of a file, headers too; blank lines are empty records.

    Raises UnreadableError if they cannot be read, also while they are read.
    """
    if content_type in (XLS, XLSX):
        yield WholeRecords(_sheet_records(path))
    elif content_type in geo_files.TYPES:
        yield WholeRecords(_geo_records(path, content_type))
    elif content_type in (CSV, TSV, "text/plain"):
        with _opened_text(path, content_type, options) as text:
            yield text
    else:
        raise UnreadableError(f"Files of type {content_type} cannot be parsed")


@contextmanager
def _opened_text(path: Path, content_type: str, options: ParseOptions) -> Iterator[DelimitedText]:
    separator = options.column_separator
    if content_type == TSV and separator == DEFAULTS["column_separator"]:
        separator = "\t"
    encoding = codecs.lookup(options.encoding).name
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open(encoding=encoding, newline="") as file:
        text = DelimitedText(file, separator, options.quote_char)
        try:
            yield text
        except csv.Error as error:
            raise UnreadableError(f"Line {text.line_number}: {error}") from error
        except UnicodeError as error:
            message = f"Not valid {options.encoding} after line {text.line_number}: {error}"
            raise UnreadableError(message) from error


def _geo_records(path: Path, content_type: str) -> Iterator[Record]:
    try:
        yield from geo_files.geo_records(path, content_type)
    except geo_files.NotGeographicError as error:
        raise UnreadableError(str(error)) from error


def _sheet_records(path: Path) -> Iterator[Record]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        rows = book.get_sheet_by_index(0).iter_rows()
    except (CalamineError, ValueError, IndexError) as error:
        raise UnreadableError(f"Not a readable workbook: {error}") from error
    for row in rows:
        yield [_cell_text(value) for value in row]


def _cell_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def read_header(source: Iterator[Record], options: ParseOptions) -> Header | None:
    """Consume the header rows of the records; None if there are no records."""
    rows: list[Record] = []
    for record in source if options.header_count else ():
        if not rows and not any(cell.strip() for cell in record):
            continue  # blank lines before the header
        rows.append(record)
        if len(rows) == options.header_count:
            break
    if options.column_header and len(rows) >= options.column_header:
        return _named(rows[options.column_header - 1])
    return _numbered(max(map(len, rows))) if rows else None


def unnamed(width: int) -> Header:
    """Return generated columns for a file without a header."""
    return _numbered(width)


def _numbered(width: int) -> Header:
    return Header(tuple((f"column_{n}", f"Column {n}") for n in range(1, width + 1)))


def _named(cells: Record) -> Header:
    taken: set[str] = set()
    columns = []
    for number, cell in enumerate(cells, 1):
        shown = cell.strip() or f"Column {number}"
        name = field_name(shown, taken)
        taken.add(name)
        columns.append((name, shown))
    return Header(tuple(columns))
