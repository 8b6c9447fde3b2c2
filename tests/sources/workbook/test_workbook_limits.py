"""Workbooks that say too much of themselves are refused before they end the process."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sodasheet.errors import SourceError
from sodasheet.sources.workbook.inspect_workbook import closed_workbook
from sodasheet.sources.workbook.workbook_limits import LARGE_PART, require_readable, too_sparse

Lay = Callable[..., Any]


def book(path: Path, *cells: str) -> Path:
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("S")
        sheet.write("A1", "a")
        sheet.write("A2", 1)
        for cell in cells:
            sheet.write(cell, "stray")
    return path


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Write the workbook again with one part changed."""
    with zipfile.ZipFile(path) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    "dimension", [b"", b'<dimension ref="A1:A2"/>'], ids=["no dimension", "false dimension"]
)
@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ("XFD1048576", "row 1,048,576 and column 16,384"),
        ("AZ1048576", "row 1,048,576 and column 52"),
        ("T1048576", "row 1,048,576 and column 20"),
    ],
)
def test_a_stray_cell_is_found_whatever_the_sheet_says(
    tmp_path: Path, spooled: Lay, cell: str, where: str, dimension: bytes
) -> None:
    path = book(tmp_path / "b.xlsx", cell)
    changed(path, SHEET, lambda xml: re.sub(rb"<dimension[^>]*>", dimension, xml))

    with pytest.raises(SourceError, match=f"as far as {where}"):
        spooled("b.xlsx")
    with closed_workbook(path) as found, pytest.raises(SourceError, match=f"as far as {where}"):
        found.cells("S")


def test_rows_out_of_order_hide_no_stray_cell(tmp_path: Path, spooled: Lay) -> None:
    path = book(tmp_path / "b.xlsx", "XFD1048576")

    def turned(xml: bytes) -> bytes:
        rows = re.findall(rb"<row .*?</row>", xml)
        xml = re.sub(rb"<dimension[^>]*>", b"", xml)
        return re.sub(rb"<row .*</row>", b"".join(reversed(rows)), xml)

    changed(path, SHEET, turned)
    with pytest.raises(SourceError, match=r"as far as row 1,048,576 and column 16,384"):
        spooled("b.xlsx")


def test_a_tall_and_a_wide_sheet_are_read(tmp_path: Path, spooled: Lay) -> None:
    book(tmp_path / "tall.xlsx", "B200000")
    book(tmp_path / "wide.xlsx", "ZZ3")

    assert spooled("tall.xlsx").rows[-1][0] == 200_000
    assert spooled("wide.xlsx").rows[-1][0] == 3


@pytest.mark.parametrize("count", [b"4294967295", b"99999999999999999999"])
def test_a_false_count_of_texts_is_damage(tmp_path: Path, spooled: Lay, count: bytes) -> None:
    path = book(tmp_path / "b.xlsx")
    changed(
        path, TEXTS, lambda xml: re.sub(rb'((?:uniqueC|c)ount=")[0-9]+', rb"\g<1>" + count, xml)
    )

    with pytest.raises(SourceError, match=r"more text than fits into it: it is damaged"):
        spooled("b.xlsx")


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/styles.xml"])
def test_a_part_that_fills_the_memory_is_refused(tmp_path: Path, spooled: Lay, part: str) -> None:
    path = book(tmp_path / "b.xlsx")
    changed(path, part, lambda xml: xml + b" " * (LARGE_PART + 1))

    assert path.stat().st_size < 300_000
    with pytest.raises(SourceError, match="unpacks to far more than any workbook of its size"):
        spooled("b.xlsx")


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path, spooled: Lay) -> None:
    path = book(tmp_path / "b.xlsx")
    changed(path, TEXTS, lambda xml: xml + b" " * (LARGE_PART + 1))
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = struct.pack("<I", archive.getinfo(TEXTS).file_size)
    path.write_bytes(data.replace(size, struct.pack("<I", 1000)))

    with pytest.raises(SourceError, match="unpacks to far more than any workbook of its size"):
        spooled("b.xlsx")


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="S"><table:table-row table:number-rows-repeated="1048576">
 <table:table-cell table:number-columns-repeated="16384" office:value-type="string">
 <text:p>x</text:p></table:table-cell></table:table-row></table:table>
 </office:spreadsheet></office:body></office:document-content>"""


def test_repeated_cells_of_an_ods_are_counted(tmp_path: Path, spooled: Lay) -> None:
    with zipfile.ZipFile(tmp_path / "b.ods", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", ODS)

    with pytest.raises(SourceError, match=r"as far as row 1,048,576 and column 16,384"):
        spooled("b.ods")


def xls(*records: tuple[int, bytes]) -> bytes:
    """Return a compound file with one stream of records ([MS-CFB], [MS-XLS])."""
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    stream = stream.ljust(4096, b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
                        0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)  # fmt: skip
    head = head.ljust(512, b"\xff")
    fat = b"".join(struct.pack("<I", one) for one in table).ljust(512, b"\xff")
    entries = b""
    for name, kind, child, start, size in (
        ("Root Entry", 5, 1, 0xFFFFFFFE, 0), ("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    ):  # fmt: skip
        text = name.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        entries += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
        entries += struct.pack("<IQ", start, size)
    return head + fat + entries.ljust(512, b"\0") + stream


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ((0x00FC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)), "more text than fits into it"),
        ((0x0203, struct.pack("<HHHd", 65535, 65535, 0, 1.0)), "row 65,536 and column 65,536"),
    ],
)
def test_a_record_of_an_xls_says_no_more_than_there_can_be(
    record: tuple[int, bytes], sentence: str
) -> None:
    with pytest.raises(SourceError, match=sentence):
        require_readable(xls((0x0809, bytes(16)), record, (0x000A, b"")), "b.xls")


@pytest.mark.parametrize(
    ("rows", "columns", "size", "sparse"),
    [(1_000_000, 60, 2_000_000_000, False), (1_048_576, 52, 5_000, True), (100, 50, 0, False)],
)
def test_a_sheet_is_too_sparse_only_if_it_is_large(
    rows: int, columns: int, size: int, sparse: bool
) -> None:
    assert too_sparse(rows, columns, size) is sparse
