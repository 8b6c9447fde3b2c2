"""Delimited text, read many lines at once as columns.

Splitting many lines in one go costs a third of reading them record by record. Lines that cannot be
split that way, as with a stray quote or a row of the wrong size, are read record by record; cells
are the same either way.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

_LINES = 2_000  # lines that are split at once
_PATIENCE = 2_000  # further lines in which a quoted cell may end
_SEPARATOR, _NEWLINE = "\x01", "\x02"  # stand for these two inside quotes
_RARE_SPACES = "\t\v\f\r\x1c\x1d\x1e\x1f"

Record = list[str]


@dataclass(frozen=True)
class Columns:
    """Cells of some rows by column; `is_trimmed` is True if no cell begins or ends in a space."""

    cells: list[list[str]]
    is_trimmed: bool


class _Lines:
    """Lines of an open file, counted."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.number += 1
        return line

    def take(self, most: int) -> list[str]:
        """Return up to this many lines."""
        lines: list[str] = []
        try:
            lines.extend(islice(self._file, most))
        finally:  # also counts lines before an undecodable one
            self.number += len(lines)
        return lines


class DelimitedText:
    """The records of an open file: iterate for the first records, then read the rest in `portions`.

    `quote` is "" if quotes mean nothing. Raises csv.Error and UnicodeError.
    """

    def __init__(self, file: IO[str], separator: str, quote: str) -> None:
        self._lines = _Lines(file)
        self._separator = separator
        self._quote = quote
        self._first = self._reader(self._lines)
        marks = {separator, quote}
        self._splits = len(marks) == 2 and not marks & {"\r", "\n", "\x00", _SEPARATOR, _NEWLINE}

    @property
    def line_number(self) -> int:
        """Number of lines read so far."""
        return self._lines.number

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        return next(self._first)

    def _reader(self, lines: Iterator[str]) -> Iterator[Record]:
        return csv.reader(
            lines,
            delimiter=self._separator,
            quotechar=self._quote or None,
            quoting=csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE,
        )

    def portions(self, width: int) -> Iterator[Columns | list[Record]]:
        """Yield the remaining rows: as columns if they have this width, otherwise as records."""
        while lines := self._lines.take(_LINES):
            columns = self._columns(self._whole(lines), width) if self._splits else None
            yield self._records(lines) if columns is None else columns

    def _whole(self, lines: list[str]) -> str:
        """Return the text of the lines, which grow until no quoted cell is open at their end."""
        text = "".join(lines)
        if not self._quote or text.count(self._quote) % 2 == 0:
            return text
        for line in islice(self._lines, _PATIENCE):
            lines.append(line)
            if line.count(self._quote) % 2:
                break
        return "".join(lines)

    def _records(self, lines: list[str]) -> list[Record]:
        """Return the records that begin in these lines; the last may end in a later line."""
        waiting = deque(lines)

        def source() -> Iterator[str]:
            while waiting:
                yield waiting.popleft()
            yield from self._lines

        reader = self._reader(source())
        found = []
        while waiting:
            found.append(next(reader))
        return found

    def _columns(self, text: str, width: int) -> Columns | None:
        """Return the rows by column; None if not all have this width and simple quotes."""
        if "\x00" in text:
            return None
        text = text if text.endswith("\n") else text + "\n"
        is_quoted = bool(self._quote) and self._quote in text
        outer = self._unquoted(text) if is_quoted else _with_plain_ends(text)
        columns = None if outer is None else self._split(outer, width)
        if columns is None or not is_quoted:
            return columns
        return Columns([self._restored(column) for column in columns.cells], columns.is_trimmed)

    def _unquoted(self, text: str) -> str | None:
        """Return the text without quotes, with stand-ins for separators and line ends inside them.

        None if a quote is anywhere but around a whole cell, or most cells are quoted.
        """
        parts = text.split(self._quote)
        last = len(parts) - 1
        if last % 2 or last > text.count(self._separator) or _SEPARATOR in text or _NEWLINE in text:
            return None
        for at in range(0, last + 1, 2):
            part = parts[at]
            if not part:
                # Two quotes inside a cell stand for one.
                parts[at] = self._quote if 0 < at < last else ""
                continue
            if (at and part[0] not in (self._separator, "\n", "\r")) or (
                at < last and part[-1] not in (self._separator, "\n")
            ):
                return None
            plain = _with_plain_ends(part)
            if plain is None:
                return None
            parts[at] = plain
        for at in range(1, last, 2):
            part = parts[at]
            if self._separator in part or "\n" in part:
                parts[at] = part.replace(self._separator, _SEPARATOR).replace("\n", _NEWLINE)
        return "".join(parts)

    def _split(self, text: str, width: int) -> Columns | None:
        separator = self._separator
        rows = text.count("\n")
        # An extra cell at the end of each line shows that all lines have the same number of cells.
        marked = text.replace("\n", f"{separator}\n{separator}")
        cells = marked.split(separator)
        del cells[-1]
        step = width + 1
        if len(cells) != rows * step or cells[width::step].count("\n") != rows:
            return None
        return Columns([cells[at::step] for at in range(width)], self._is_trimmed(marked))

    def _restored(self, column: list[str]) -> list[str]:
        joined = "".join(column)
        if _SEPARATOR not in joined and _NEWLINE not in joined:
            return column
        return [
            cell.replace(_SEPARATOR, self._separator).replace(_NEWLINE, "\n") for cell in column
        ]

    def _is_trimmed(self, marked: str) -> bool:
        if not marked.isascii() or any(space in marked for space in _RARE_SPACES):
            return False
        if _NEWLINE in marked or marked[0] == " ":  # a line end may be at the edge of a cell
            return False
        return f"{self._separator} " not in marked and f" {self._separator}" not in marked


def _with_plain_ends(text: str) -> str | None:
    """Return the text with line ends of one character; None if a CR is by itself."""
    if "\r" not in text:
        return text
    plain = text.replace("\r\n", "\n")
    return None if "\r" in plain else plain


def columns_of(rows: Iterable[Record]) -> Columns:
    """Return records of one width as columns, without NUL."""
    columns: list[list[str]] = []
    for cells in zip(*rows, strict=True):
        if "\x00" in "".join(cells):
            cells = tuple(cell.replace("\x00", "") for cell in cells)  # noqa: PLW2901
        columns.append(list(cells))
    return Columns(columns, is_trimmed=False)


def trimmed(columns: Columns) -> Columns:
    """Return the columns with no cell that begins or ends in a space."""
    if columns.is_trimmed:
        return columns
    return Columns([list(map(str.strip, column)) for column in columns.cells], is_trimmed=True)


def without_empty_rows(columns: Columns) -> Columns:
    """Return the columns without rows in which every cell is empty."""
    first, *others = columns.cells
    empty = {at for at, cell in enumerate(first) if not cell} if "" in first else set()
    for column in others:
        if not empty:
            break
        empty = {at for at in empty if not column[at]}
    if not empty:
        return columns
    kept = [[cell for at, cell in enumerate(column) if at not in empty] for column in columns.cells]
    return Columns(kept, columns.is_trimmed)
