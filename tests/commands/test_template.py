"""A workbook to type rows into: made from a dataset, filled, pushed."""

from __future__ import annotations

import io
import zipfile

from .conftest import Terminal


def test_a_template_has_the_columns_and_helps_to_fill_them(terminal: Terminal) -> None:
    made = terminal("template", terminal.permits, "-o", "permits.xlsx", "--json")

    assert made.code == 0, made.err
    titles = made.json["columns"]
    assert titles[:3] == ["Permit Number", "Permit Type", "Date Opened"]
    assert "Location latitude" in titles
    with zipfile.ZipFile(io.BytesIO((terminal.folder / "permits.xlsx").read_bytes())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        comments = book.read("xl/comments1.xml").decode()
    assert 'type="list"' in sheet  # the permit types
    assert "Required. Text, such as BP-2024-" in comments


def test_a_template_is_ready_to_be_checked(terminal: Terminal) -> None:
    import openpyxl

    terminal("template", terminal.permits, "-o", "permits.xlsx")
    path = terminal.folder / "permits.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    headers = [cell.value for cell in sheet[1]]
    row = {"Permit Number": "BP-2024-0900", "Permit Type": "Electrical", "ZIP Code": "06103"}
    for place, header in enumerate(headers, start=1):
        if header in row:
            sheet.cell(2, place).value = row[header]
    book.save(path)

    checked = terminal("check", "permits.xlsx", "--json")

    assert checked.json["rows"] == 1, checked.err
    assert checked.json["rejected"] == 0
    assert {one["reason"] for one in checked.json["findings"]} <= {"new-blanks", "shifted-row"}


def test_a_template_is_never_written_over_a_file(terminal: Terminal) -> None:
    terminal("template", terminal.permits, "-o", "permits.xlsx")
    again = terminal("template", terminal.permits, "-o", "permits.xlsx")

    assert again.code == 2
    assert "already exists" in again.err
