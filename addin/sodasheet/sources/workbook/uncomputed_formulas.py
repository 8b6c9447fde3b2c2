"""Recognize formulas whose results were never computed.

Libraries write formulas with 0 or a blank instead of the result, and leave the computing to the
program that opens the file. One such result proves nothing, because 0 may be right. So a sheet
counts as not computed only if the file says that it is still to be computed, and all its formulas
have the result 0 or none.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from sodasheet.sources.workbook.xls_records import record_stream, records
from sodasheet.sources.zip_package import elements, workbook_part

# Record types of .xls ([MS-XLS] 2.3).
_FORMULA, _EOF, _SHEET, _CALCULATED_BY, _FORMULA_OF_BIFF4 = 0x0006, 0x000A, 0x0085, 0x01C1, 0x0406

#: The result of a formula: 0, or no text.
_PLACEHOLDERS = (bytes(8), b"\x03\0\0\0\0\0\xff\xff")


def awaits_calculation(archive: zipfile.ZipFile) -> bool:
    """True if the workbook asks to be computed on opening (ECMA-376 part 1, 18.2.2)."""
    return any(
        name == "calcPr" and of.get("fullCalcOnLoad") in ("1", "true")
        for name, of in elements(archive, workbook_part(archive))
    )


def placeholders_xls(data: bytes, sheet: str) -> list[tuple[int, int]]:
    """Return row and column (1-based) of the formulas of an .xls sheet that was not computed."""
    stream = record_stream(data)
    start = None
    for kind, at, size in _until_end(stream, 0):
        # Programs that compute store their number in the file; libraries store 0 or nothing.
        if kind == _CALCULATED_BY and any(stream[at + 4 : at + size]):
            return []
        if kind == _SHEET and _sheet_name(stream[at : at + size]) == sheet:
            (start,) = struct.unpack_from("<I", stream, at)
    if start is None:
        return []
    found = []
    for kind, at, _ in _until_end(stream, start):
        if kind in (_FORMULA, _FORMULA_OF_BIFF4):
            row, column = struct.unpack_from("<HH", stream, at)
            if stream[at + 6 : at + 14] not in _PLACEHOLDERS:
                return []
            found.append((row + 1, column + 1))
    return found


def _until_end(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield the records of one part: the facts of the workbook, or a sheet."""
    for kind, at, size in records(stream, start):
        yield kind, at, size
        if kind == _EOF:
            return


def _sheet_name(record: bytes) -> str:
    """Return the name in a record of BIFF8: its length, its width, and its letters."""
    length, wide = record[6], record[7] & 1
    letters = record[8 : 8 + length * (1 + wide)]
    return letters.decode("utf-16-le" if wide else "latin-1")
