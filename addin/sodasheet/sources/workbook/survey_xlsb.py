"""Survey .xlsb sheets ([MS-XLSB] 2.1.4: records of type, size and bytes)."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from sodasheet.sources.grid.cell_range import Area
from sodasheet.sources.grid.sheet_facts import Survey
from sodasheet.sources.zip_package import relations, workbook_part

# Record types ([MS-XLSB] 2.3.2).
_ROW, _BLANK, _CELL_ERROR, _LAST_CELL, _FORMULA_ERROR, _SHEET, _MERGE = 0, 1, 3, 11, 11, 156, 176

#: Byte and bit of a row record that are set for a hidden row ([MS-XLSB] 2.4.705, fDyZero).
_HIDDEN_BYTE, _HIDDEN_BIT = 11, 0x10

#: Error codes ([MS-XLSB] 2.5.97.2).
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def survey(archive: zipfile.ZipFile, sheet: str) -> tuple[Survey, str | None]:
    """Survey a sheet of a binary workbook; also return the path of its part, None if unknown."""
    found = Survey()
    book = workbook_part(archive)
    part = _part(archive, book, sheet)
    if part is None:
        return Survey(complete=False), None
    row = 0
    with archive.open(part) as stream:
        for kind, data in _records(stream):
            if kind == _ROW:
                row = _integer(data) + 1
                if data[_HIDDEN_BYTE] & _HIDDEN_BIT:
                    found.hidden.add(row)
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<4I", data)
                found.merges.append(Area(top + 1, left + 1, bottom + 1, right + 1))
            elif _BLANK < kind <= _LAST_CELL:
                column = _integer(data) + 1
                found.reach(row, column)
                if kind in (_CELL_ERROR, _FORMULA_ERROR):
                    found.error(row, column, _ERRORS.get(data[8], "#N/A"))
    return found, part


def _part(archive: zipfile.ZipFile, book: str, sheet: str) -> str | None:
    targets = relations(archive, book)
    with archive.open(book) as stream:
        for kind, data in _records(stream):
            if kind == _SHEET:
                relation, rest = _string(data[8:])
                if _string(rest)[0] == sheet:
                    return targets.get(relation)
    return None


def _records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    while head := stream.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | (stream.read(1)[0] << 7)
        size = shift = 0
        while True:
            byte = stream.read(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, stream.read(size)


def _integer(data: bytes) -> int:
    return int(struct.unpack_from("<I", data)[0])


def _string(data: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * _integer(data)
    return data[4:end].decode("utf-16-le"), data[end:]
