"""First rows of a file of any type, with their row numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources.delimited.byte_scan import QuoteSigns, scan_file
from sodasheet.sources.delimited.encoding import choose_encoding
from sodasheet.sources.delimited.layout import (
    Lines,
    RecordTooLong,
    find_dialect,
    names_separator,
)
from sodasheet.sources.grid.cell_text import cell_text
from sodasheet.sources.source_file import FileType, file_errors, file_type, open_text
from sodasheet.sources.workbook.sheet_selection import pick
from sodasheet.sources.workbook.sheet_survey import open_sheet
from sodasheet.sources.workbook.source import load_workbook, workbook_errors
from sodasheet.sources.workbook.workbook_limits import require_readable

Row = tuple[int, list[str]]


def first_rows(path: Path, spec: SourceSpec, count: int) -> list[Row]:
    """Return the first rows of a file or its sheet, without blank rows.

    Raises SourceError if the file cannot be read.
    """
    with file_errors(path):
        workbook = file_type(path) is FileType.WORKBOOK
        return list((_sheet_rows if workbook else _text_rows)(path, spec, count))


def _text_rows(path: Path, spec: SourceSpec, count: int) -> Iterator[Row]:
    scan = scan_file(path, QuoteSigns(), Silent())
    encoding = choose_encoding(spec.encoding, scan)
    with open_text(path, encoding.codec) as text:
        dialect = find_dialect(text, spec, path.name)
    with open_text(path, encoding.codec) as text:
        lines = Lines(text)
        reader = dialect.reader(lines)
        for _ in range(count):
            row = lines.begin()
            try:
                cells = next(reader)
            except (StopIteration, csv.Error, RecordTooLong):
                return
            if row == 1 and names_separator("".join(lines.current)):
                continue  # Excel does not show it either
            if any(map(str.strip, cells)):
                yield row, cells


def _sheet_rows(path: Path, spec: SourceSpec, count: int) -> Iterator[Row]:
    data = path.read_bytes()
    with workbook_errors(path):
        require_readable(data, path.name)
        book = load_workbook(data, path.name, tables=False)
        chosen = pick(book, spec, path.name).sheet
        _, sheet = open_sheet(data, book, chosen, path.name)
        rows = list(islice(sheet.iter_rows(), count))
    for number, cells in enumerate(rows, start=1):
        texts = ["" if cell == "" else cell_text(cell) for cell in cells]
        if any(map(str.strip, texts)):
            yield number, texts
