"""The first day of a closed workbook's date system: in 1900 or 1904."""

from __future__ import annotations

import io
import struct
import zipfile

from sodasheet.sources.workbook.xls_records import record_stream, records
from sodasheet.sources.zip_package import elements, workbook_part

_BINARY_BOOK = "xl/workbook.bin"

#: Record 1904 of .xls ([MS-XLS] 2.4.77), and BrtWbProp of .xlsb ([MS-XLSB] 2.4.823).
_DATE_1904, _END_OF_GLOBALS = 0x0022, 0x000A
_BINARY_PROPERTIES = 153


def counts_from_1904(data: bytes) -> bool:
    """True if the workbook counts days from January 1, 1904."""
    if not data.startswith(b"PK"):
        return _old(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive_counts_from_1904(archive)


def archive_counts_from_1904(archive: zipfile.ZipFile) -> bool:
    """True if the workbook in an open package counts days from January 1, 1904."""
    names = set(archive.namelist())
    if _BINARY_BOOK in names:
        return _binary(archive.read(_BINARY_BOOK))
    part = workbook_part(archive) if "[Content_Types].xml" in names else ""
    if part not in names:
        return False
    found = (of for name, of in elements(archive, part) if name == "workbookPr")
    return any(of.get("date1904", "0") in ("1", "true", "on") for of in found)


def _old(data: bytes) -> bool:
    stream = record_stream(data)
    for kind, at, size in records(stream):
        if kind == _DATE_1904 and size >= 2 and at + 2 <= len(stream):
            return bool(struct.unpack_from("<H", stream, at)[0])
        if kind == _END_OF_GLOBALS:
            return False
    return False


def _binary(book: bytes) -> bool:
    at = 0
    while at < len(book):
        kind, at = _number(book, at, 2)
        size, at = _number(book, at, 4)
        if kind == _BINARY_PROPERTIES:
            return size > 0 and at < len(book) and bool(book[at] & 1)
        at += size
    return False


def _number(book: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, and the next position ([MS-XLSB] 2.1.4)."""
    number = 0
    for place, byte in enumerate(book[at : at + most]):
        number |= (byte & 0x7F) << (7 * place)
        at += 1
        if byte < 0x80:
            break
    return number, at
