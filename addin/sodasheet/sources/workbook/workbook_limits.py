"""Limits of a workbook, measured before a library reads the file.

The libraries in Rust reserve memory by what a file says of itself, and one that cannot get it ends
the whole process. So sizes, counts and extents are looked at in a stream first.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from operator import lt
from typing import Any
from xml.parsers import expat

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import column_number
from sodasheet.sources.grid.sheet_facts import MAX_CELLS
from sodasheet.sources.workbook.xls_records import record_stream, records
from sodasheet.sources.zip_package import blocks

#: Maximum uncompressed bytes of any part, and the maximum ratio for larger parts. The
#: XML of real sheets is 10 to 40 times as large as its package, a bomb 1,000 times.
LARGE_PART, MOST_TIMES = 100_000_000, 200

#: Bytes of a packed part that could unpack to a large one whatever its entry says.
_UNMEASURED = LARGE_PART // 1032

#: Cells that fit into memory, however few have values.
FEW_CELLS = 8_000_000

_COUNT = re.compile(rb"""\b(?:uniqueCount|count)\s*=\s*["'](\d+)["']""")
_ROWS = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d+)""")
_PLAIN_ROWS = re.compile(rb'<row r="(\d+)')
_PLAIN_FAR = re.compile(rb'r="[A-Z]{2}')
_FAR = re.compile(rb"""\br\s*=\s*["'][A-Z]{2}""")
_COLUMNS = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,3})[0-9]""")

#: Records of a .xls ([MS-XLS] 2.4) that put a value into a cell, and others that matter.
_CELLS = {0x0006, 0x00BD, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406}
_STRINGS = 0x00FC
_MOST_COLUMNS = 256


def require_readable(data: bytes, name: str) -> None:
    """Raise SourceError if reading the workbook would take too much memory."""
    if not data.startswith(b"PK"):
        _require_xls(data, name)
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            _require_honest(data, part, name)
        for part in archive.infolist():
            if part.filename.lower().endswith("sharedstrings.xml"):
                _require_count(archive, part, name)
            elif part.filename.lower().endswith("sharedstrings.bin"):
                _require_binary_count(archive, part, name)
        if "content.xml" in archive.namelist():
            _require_tables(archive, name)


def too_sparse(last_row: int, last_column: int, size: int) -> bool:
    """True if this many rows and columns, from `size` bytes, are mostly blank or too many.

    The rectangle around all values is held in memory; a value takes some 20 bytes of a file.
    """
    cells = last_row * last_column
    return cells > MAX_CELLS or (cells > FEW_CELLS and cells > size)


class Extent:
    """The last row and column in the XML of a sheet, read in pieces.

    `in_order` is False if a row stands above one with a smaller number, or stands twice.
    """

    def __init__(self) -> None:
        self.in_order = True
        self.last_row = 0
        self.last_column = 26

    def see(self, piece: bytes) -> None:
        """Process a piece of the XML."""
        # All programs write it in this form; a general pattern takes ten times as long.
        plain = b"'" not in piece and b' r="' in piece
        rows = (_PLAIN_ROWS if plain and b'<row r="' in piece else _ROWS).findall(piece)
        numbers = [self.last_row, *map(int, rows)]
        if not all(map(lt, numbers, numbers[1:])):
            self.in_order = False
        self.last_row = max(numbers)
        if (_PLAIN_FAR if plain else _FAR).search(piece):
            names = {found.decode() for found in _COLUMNS.findall(piece)}
            self.last_column = max(self.last_column, max(map(column_number, names), default=0))


def far_apart(name: str, sheet: str, last_row: int, last_column: int) -> SourceError:
    """Return the error for values that are too far apart."""
    return SourceError(
        f"The sheet {sheet} of {name} has values as far as row {last_row:,} and column"
        f" {last_column:,}: too many cells to read.",
        "Delete the stray cells at the far end of the sheet, or copy the rows to a new workbook.",
    )


def _require_honest(data: bytes, part: zipfile.ZipInfo, name: str) -> None:
    """Raise SourceError for a part that unpacks to more than usual, or than announced."""
    most = max(LARGE_PART, MOST_TIMES * part.compress_size)
    if part.file_size > most or (
        part.compress_size > _UNMEASURED
        and part.compress_type == zipfile.ZIP_DEFLATED
        and _unpacked(data, part) > min(most, part.file_size)
    ):
        raise SourceError(
            f"{name} unpacks to far more than any workbook of its size: {part.filename} is damaged"
            " or was made to exhaust the memory.",
            "Open it in a spreadsheet program and save it again, or choose another file.",
        )


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> int:
    """Return how many bytes a part unpacks to, at most one more than announced."""
    start = part.header_offset
    name, extra = struct.unpack_from("<HH", data, start + 26)
    begin = start + 30 + name + extra
    unpacker, size = _unpacker(), 0
    rest = memoryview(data)[begin : begin + part.compress_size].tobytes()
    while rest and not unpacker.eof and size <= part.file_size:
        size += len(unpacker.decompress(rest, 1_000_000))
        rest = unpacker.unconsumed_tail
    return size


def _unpacker() -> Any:
    """Return the faster of the two available functions."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj(-15)
    return isal_zlib.decompressobj(-15)


def _require_count(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    head = next(blocks(archive, part.filename, 4096), b"")
    root = head.partition(b"<si")[0]
    if max(map(int, _COUNT.findall(root)), default=0) > part.file_size:
        raise _false_count(name)


def _require_binary_count(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """The counts are in the first record, BrtBeginSst, after its type and size."""
    head = next(blocks(archive, part.filename, 16), b"")
    if len(head) >= 11 and max(struct.unpack_from("<II", head, 3)) > part.file_size:
        raise _false_count(name)


def _false_count(name: str) -> SourceError:
    return SourceError(
        f"{name} claims to have more text than fits into it: it is damaged.",
        "Open it in a spreadsheet program and save it again, or choose another file.",
    )


def _require_tables(archive: zipfile.ZipFile, name: str) -> None:
    """Raise SourceError for a table of an .ods whose values are too far apart."""
    reader = _OdsExtent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    size = archive.getinfo("content.xml").file_size
    for block in blocks(archive, "content.xml"):
        parser.Parse(block)
        for sheet, (row, column) in reader.reached.items():
            if too_sparse(row, column, size):
                raise far_apart(name, sheet, row, column)
    parser.Parse(b"", True)


class _OdsExtent:
    """Expat handlers that follow the values of every table, repeated values too."""

    def __init__(self) -> None:
        self.reached: dict[str, tuple[int, int]] = {}
        self._table = ""
        self._row = self._column = self._reach = 0
        self._rows = self._cells = 1
        self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if name == "table:table":
            self._table, self._row = attributes.get("table:name", ""), 0
        elif name == "table:table-row":
            self._rows = int(attributes.get("table:number-rows-repeated", 1))
            self._column = self._reach = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cells = int(attributes.get("table:number-columns-repeated", 1))
            self._filled = any(key.endswith(":value-type") for key in attributes)
        elif name == "text:p":
            self._filled = True

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._column += self._cells
            self._reach = self._column if self._filled else self._reach
            self._filled = False
        elif name == "table:table-row":
            self._row += self._rows
            if self._reach:
                row, column = self.reached.get(self._table, (0, 0))
                self.reached[self._table] = (max(row, self._row), max(column, self._reach))


def _require_xls(data: bytes, name: str) -> None:
    """Raise SourceError for a .xls with more text or columns than a .xls can have."""
    stream = record_stream(data)
    for kind, at, size in records(stream):
        if at + min(size, 8) > len(stream):
            return  # cut off, which the library reports
        if kind == _STRINGS and size >= 8:
            if max(struct.unpack_from("<II", stream, at)) > len(stream):
                raise _false_count(name)
        elif kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", stream, at)
            if column >= _MOST_COLUMNS:
                raise far_apart(name, "with the cell", row + 1, column + 1)
