"""The older, the binary and the open workbook formats."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt

from sodasheet.errors import SourceError

Lay = Callable[..., Any]


@pytest.mark.parametrize("date_1904", [False, True])
def test_an_xls_workbook_is_read(tmp_path: Path, spooled: Lay, date_1904: bool) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    sheet = book.add_sheet("S")
    for column, header in enumerate(["name", "when", "ok", "number"]):
        sheet.write(2, column, header)
    sheet.write(3, 0, "é")
    sheet.write(3, 1, dt.date(2024, 1, 2), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(3, 2, True)
    sheet.write(3, 3, 42)
    sheet.write(5, 0, "x")
    sheet.row(5).set_cell_error(3, "#DIV/0!")
    book.save(str(tmp_path / "b.xls"))

    found = spooled("b.xls")

    assert found.rows == [(4, ["é", "2024-01-02", "true", "42"]), (6, ["x", "", "", ""])]
    assert found.faults == [(6, "3", "error-cell", "#DIV/0!")]


def test_tables_are_only_in_xlsx(tmp_path: Path, spooled: Lay) -> None:
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "a")
    book.save(str(tmp_path / "b.xls"))

    with pytest.raises(
        SourceError, match=r"Only tables of \.xlsx and \.xlsm workbooks can be read"
    ):
        spooled("b.xls", table="T")


_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="S">
<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>b</text:p>
</table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/>
<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value=""
 calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""

_MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry
 manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def test_an_error_cell_as_libreoffice_writes_it_is_a_fault(tmp_path: Path, spooled: Lay) -> None:
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.replace("\n<", "<"))
        archive.writestr("META-INF/manifest.xml", _MANIFEST)

    found = spooled("b.ods")

    assert found.faults == [(2, "1", "error-cell", "#N/A"), (3, "1", "error-cell", "#N/A")]


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _write_xlsb(path: Path, cells: list[tuple[int, int, int, bytes]]) -> None:
    """Write a minimal binary workbook: row, column, record type and value of each cell."""
    sheet = _record(129) + _record(148, struct.pack("<4I", 0, 9, 0, 9)) + _record(145)
    for row, column, kind, value in cells:
        sheet += _record(0, struct.pack("<I", row) + bytes(13))
        sheet += _record(kind, struct.pack("<II", column, 0) + value)
    sheet += _record(146) + _record(130)
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S"))
    book += _record(144) + _record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = (
        f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/%s" '
        'Target="%s"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", relation % ("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", relation % ("worksheet", "worksheets/sheet1.bin")
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)


def test_an_xlsb_workbook_is_read(tmp_path: Path, spooled: Lay) -> None:
    _write_xlsb(
        tmp_path / "b.xlsb",
        [
            (1, 1, 6, _wide("a")),
            (1, 2, 6, _wide("b")),
            (3, 1, 5, struct.pack("<d", 1.5)),
            (3, 2, 4, b"\x01"),
            (4, 1, 3, b"\x2a"),
            (4, 2, 5, struct.pack("<d", 2)),
        ],
    )

    found = spooled("b.xlsb")

    assert found.headers == ["a", "b"]
    assert found.rows == [(4, ["1.5", "true"]), (5, ["", "2"])]
    assert found.faults == [(5, "0", "error-cell", "#N/A")]


def test_the_result_that_an_xlsb_workbook_stores_for_a_formula_is_read(
    tmp_path: Path, spooled: Lay
) -> None:
    formula = struct.pack("<HI", 0, 3) + b"\x1e\x01\x00" + struct.pack("<I", 0)
    _write_xlsb(
        tmp_path / "b.xlsb",
        [
            (0, 0, 6, _wide("Fee")),
            (1, 0, 9, struct.pack("<d", 0) + formula),
            (2, 0, 9, struct.pack("<d", 1.5) + formula),
        ],
    )

    found = spooled("b.xlsb")

    # Every formula has a stored number, and nothing tells a placeholder from a result.
    assert found.rows == [(2, ["0"]), (3, ["1.5"])]
    assert found.faults == []
