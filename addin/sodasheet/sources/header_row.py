"""Find the header row of a file whose first rows are titles."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from sodasheet.model.finding import Finding
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.model.suggestion import SuggestedChange, Suggestion
from sodasheet.sources.delimited.encoding import choose_encoding
from sodasheet.sources.delimited.layout import find_dialect
from sodasheet.sources.delimited.records import Lines, RecordTooLong
from sodasheet.sources.delimited.scan import QuoteSigns, scan_file
from sodasheet.sources.file_access import file_errors, open_text
from sodasheet.sources.file_type import FileType, file_type
from sodasheet.sources.grid.cell_text import cell_text
from sodasheet.sources.workbook.error_cells import survey_sheet
from sodasheet.sources.workbook.limits import require_readable
from sodasheet.sources.workbook.selection import pick
from sodasheet.sources.workbook.source import load_workbook, workbook_errors

#: Rows from the top that are examined.
_ROWS = 40

#: A cell that is data rather than a header: a number, an amount, a date.
_VALUE = re.compile(r"[-+($€£]*\d[\d.,/:% )-]*(?:[ap]m)?", re.IGNORECASE)

_Row = tuple[int, list[str]]


def suggest_header_row(path: Path, spec: SourceSpec) -> Suggestion | None:
    """Suggest another header row if the rows above look like titles.

    Raises SourceError if the file cannot be read.
    """
    if spec.table or spec.range or spec.skip or spec.header_row != 1:
        return None
    with file_errors(path):
        workbook = file_type(path) is FileType.WORKBOOK
        rows = list(_sheet_rows(path, spec) if workbook else _text_rows(path, spec))
    found = _header(rows)
    if found is None or found[0] == rows[0][0]:
        return None
    row, cells = found
    shown = ", ".join(cell for cell in cells if cell)[:80]
    return Suggestion(
        f"header:{row}",
        f"The headers seem to be in row {row}: {shown}.",
        SuggestedChange(header_row=row),
        examples=tuple(Finding(at, None, _first(cells)) for at, cells in rows[:3] if at < row),
    )


def _header(rows: Sequence[_Row]) -> _Row | None:
    """Return the first row of texts that is as wide as most rows."""
    widths = Counter(_filled(cells) for _, cells in rows)
    if not widths:
        return None
    usual = max(widths, key=lambda width: (widths[width], width))
    if usual < 2:
        return None
    for row, cells in rows[:-1]:
        if _filled(cells) * 2 > usual and _filled(cells) > 1:
            texts = [cell.strip() for cell in cells if cell.strip()]
            plain = not any(_VALUE.fullmatch(text) for text in texts)
            return (row, cells) if plain and len({*texts}) == len(texts) else None
    return None


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _first(cells: Sequence[str]) -> str:
    return next((cell.strip()[:80] for cell in cells if cell.strip()), "")


def _text_rows(path: Path, spec: SourceSpec) -> Iterator[_Row]:
    scan = scan_file(path, QuoteSigns(), Silent())
    encoding = choose_encoding(spec.encoding, scan)
    with open_text(path, encoding.codec, Silent()) as text:
        dialect = find_dialect(text, spec, path.name)
    with open_text(path, encoding.codec, Silent()) as text:
        lines = Lines(text)
        reader = dialect.reader(lines)
        for _ in range(_ROWS):
            row = lines.begin()
            try:
                cells = next(reader)
            except (StopIteration, csv.Error, RecordTooLong):
                return
            if _filled(cells):
                yield row, cells


def _sheet_rows(path: Path, spec: SourceSpec) -> Iterator[_Row]:
    data = path.read_bytes()
    with workbook_errors(path):
        require_readable(data, path.name)
        book = load_workbook(data, path.name, tables=False)
        chosen = pick(book, spec, path.name).sheet
        survey_sheet(data, chosen, path.name)
        sheet = book.get_sheet_by_name(chosen)
        rows = list(islice(sheet.iter_rows(), _ROWS))
    for number, cells in enumerate(rows, start=1):
        texts = ["" if cell == "" else cell_text(cell) for cell in cells]
        if _filled(texts):
            yield number, texts
