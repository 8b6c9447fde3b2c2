"""Open documents as a library writes them, which the Windows Python of tests/windows has not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Lay = Callable[..., Any]


def _ods_cell(text: str = "", **attributes: Any) -> TableCell:
    cell = TableCell(**attributes)
    if text:
        cell.addElement(P(text=text))
    return cell


def _write_ods(path: Path, rows: list[list[TableCell]]) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="S")
    for cells in rows:
        row = TableRow()
        for cell in cells:
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def test_an_ods_workbook_is_read(tmp_path: Path, spooled: Lay) -> None:
    _write_ods(
        tmp_path / "b.ods",
        [
            [_ods_cell("text", valuetype="string"), _ods_cell("value", valuetype="string")],
            [_ods_cell("n"), _ods_cell("3", valuetype="float", value="3")],
            [_ods_cell("d"), _ods_cell("x", valuetype="date", datevalue="2024-01-02")],
            [_ods_cell("dt"), _ods_cell("x", valuetype="date", datevalue="2024-01-02T03:04:05")],
            [_ods_cell("t"), _ods_cell("x", valuetype="time", timevalue="PT03H04M05S")],
            [_ods_cell("l"), _ods_cell("x", valuetype="time", timevalue="PT49H04M05S")],
            [_ods_cell("b"), _ods_cell("x", valuetype="boolean", booleanvalue="true")],
            [_ods_cell("e"), _ods_cell("#N/A", valuetype="string")],
        ],
    )

    found = spooled("b.ods")

    assert [cells[1] for _, cells in found.rows] == [
        "3",
        "2024-01-02",
        "2024-01-02T03:04:05",
        "03:04:05",
        "49:04:05",
        "true",
        "",
    ]
    assert found.faults == [(8, "1", "error-cell", "#N/A")]


def test_percentages_of_an_ods_workbook_are_counted(tmp_path: Path, spooled: Lay) -> None:
    share = {"valuetype": "percentage", "value": "0.25"}
    _write_ods(
        tmp_path / "b.ods",
        [
            [_ods_cell("Share", valuetype="string"), _ods_cell("Other", valuetype="string")],
            [_ods_cell("25%", numbercolumnsrepeated=2, **share)],
            [_ods_cell("25%", **share), _ods_cell("25%", **share)],
            [_ods_cell("25%", **share), _ods_cell("3", valuetype="float", value="3")],
        ],
    )

    found = spooled("b.ods")

    assert [native.percent for native in found.spool.natives or ()] == [3, 2]
    assert found.faults == [(4, "1", "percent-mixed", "3")]


def test_a_formula_of_an_open_document_without_a_result_is_a_fault(
    tmp_path: Path, spooled: Lay
) -> None:
    book, table = OpenDocumentSpreadsheet(), Table(name="Data")
    for cells in (("Fee", "Double"), (2.0, None)):
        row = TableRow()
        for cell in cells:
            if cell is None:
                row.addElement(TableCell(formula="of:=[.A2]*2"))
            elif isinstance(cell, str):
                text = TableCell(valuetype="string")
                text.addElement(P(text=cell))
                row.addElement(text)
            else:
                row.addElement(TableCell(valuetype="float", value=cell))
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "b.ods"))

    assert spooled("b.ods").faults == [(2, "1", "formula-unsaved", "=[.A2]*2")]
