"""Cells in every legal spelling of XML, and sheets that contradict themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from sodasheet.errors import SourceError
from sodasheet.sources.workbook.cell_formats import is_percent, shows_percent

Lay = Callable[..., Any]


def _book(path: Path, cell: str, form: str = "General", *, from_1904: bool = False) -> None:
    """Write a workbook whose cell B2 has this XML; `{s}` stands for the style of the format."""
    with xlsxwriter.Workbook(path, {"date_1904": from_1904}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["Town", "Fee"])
        sheet.write(1, 0, "Avon")
        sheet.write_number(1, 1, 4321, book.add_format({"num_format": form}))
        sheet.write_row(2, 0, ["Bolton", 7])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    style = ' s="1"' if b' s="1"' in parts[name] else ""
    old = f'<c r="B2"{style}><v>4321</v></c>'.encode()
    assert old in parts[name]
    parts[name] = parts[name].replace(old, cell.replace("{s}", style).encode())
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><v>1&#50;00</v></c>', "1200"),
        ('<c r="B2"><v><![CDATA[77]]></v></c>', "77"),
        ('<c r="B2"><v>5<!-- half -->00</v></c>', "500"),
        ('<c r="B2"><v>5<?half?>00</v></c>', "500"),
        ('<c r="B2" t="str"><f>A1</f><v><![CDATA[a<b]]></v></c>', "a<b"),
        ('<c r="B2" t="inlineStr"><is><t>a&#10;b &amp;lt;</t></is><!-- --></c>', "a\nb &lt;"),
        ('<c r="&#66;2"><v>5</v></c>', "5"),
    ],
)
def test_a_value_is_read_in_every_spelling(
    tmp_path: Path, spooled: Lay, cell: str, text: str
) -> None:
    _book(tmp_path / "b.xlsx", cell)

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["Avon", text]), (3, ["Bolton", "7"])]
    assert found.faults == []


@pytest.mark.parametrize("value", ["#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#NEWER!"])
def test_an_error_value_of_any_version_is_a_fault_that_names_it(
    tmp_path: Path, spooled: Lay, value: str
) -> None:
    _book(tmp_path / "b.xlsx", f'<c r="B2" t="e"><v>{value}</v></c>')

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["Avon", ""]), (3, ["Bolton", "7"])]
    assert found.faults == [(2, "1", "error-cell", value)]


@pytest.mark.parametrize(
    ("cell", "twice"),
    [
        ('<c r="B2" t="str"><v>a</v></c><c r="B2"><v>2</v></c>', "cell B2"),
        ('<c r="B2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c>', "row 2"),
    ],
)
def test_a_cell_or_row_that_is_there_twice_is_refused(
    tmp_path: Path, spooled: Lay, cell: str, twice: str
) -> None:
    _book(tmp_path / "b.xlsx", cell)

    with pytest.raises(SourceError, match=f"sheet S of b.xlsx contains {twice} twice"):
        spooled("b.xlsx")


def test_rows_that_are_out_of_order_are_read_in_order(tmp_path: Path, spooled: Lay) -> None:
    later = '<c r="B2"><v>1</v></c></row><row r="5"><c r="B5"><v>5</v></c></row><row r="4">'
    _book(tmp_path / "b.xlsx", later + '<c r="B4"><v>4</v></c>')

    assert [row for row, _ in spooled("b.xlsx").rows] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        ("-1", "-1"),
        ("0", "1900-01-00"),
        ("59", "1900-02-28"),
        ("60", "1900-02-29"),
        ("60.5", "1900-02-29T12:00:00"),
        ("61", "1900-03-01"),
    ],
)
def test_a_serial_number_that_is_no_date_is_read_as_shown(
    tmp_path: Path, spooled: Lay, serial: str, text: str
) -> None:
    _book(tmp_path / "b.xlsx", f'<c r="B2"{{s}}><v>{serial}</v></c>', "yyyy-mm-dd")

    assert spooled("b.xlsx").rows[0] == (2, ["Avon", text])


def test_days_from_1904_are_all_dates(tmp_path: Path, spooled: Lay) -> None:
    _book(tmp_path / "b.xlsx", '<c r="B2"{s}><v>60</v></c>', "yyyy-mm-dd", from_1904=True)

    assert spooled("b.xlsx").rows[0] == (2, ["Avon", "1904-03-01"])


def test_an_old_workbook_has_the_same_odd_dates(tmp_path: Path, spooled: Lay) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "Opened")
    for row, serial in enumerate((59, 60, 61), start=1):
        sheet.write(row, 0, serial, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "b.xls"))

    dates = [cells for _, cells in spooled("b.xls").rows]

    assert dates == [["1900-02-28"], ["1900-02-29"], ["1900-03-01"]]


@pytest.mark.parametrize(
    ("code", "value", "percent"),
    [
        ("[<1]0%;0", 0.35, True),
        ("[<1]0%;0", 35, False),
        ("0;-0%", 35, False),
        ("0;-0%", -0.35, True),
        ("0%;-0", 0.35, True),
        ("0%;-0", -35, False),
        ("[>=1]0;[<0]0;0%", 0.5, True),
        ("[>=1]0;[<0]0;0%", 35, False),
        ('0%;-0%;"-"', 0, True),
        ('0";%"', 35, False),
    ],
)
def test_the_section_that_a_number_takes_tells_a_percentage(
    code: str, value: float, percent: bool
) -> None:
    assert shows_percent(code, value) is percent


@pytest.mark.parametrize(
    ("code", "percent"),
    [("0%", True), ("[Red]0%;-0%", True), ("0%;;", True), ("0%;0", False), ("0;-0%", False)],
)
def test_a_format_of_percentages_has_them_in_all_sections(code: str, percent: bool) -> None:
    assert is_percent(code) is percent


@pytest.mark.parametrize(("value", "percents"), [("0.35", 1), ("35", 0)])
def test_only_numbers_that_the_sheet_shows_as_percentages_count(
    tmp_path: Path, spooled: Lay, value: str, percents: int
) -> None:
    _book(tmp_path / "b.xlsx", f'<c r="B2"{{s}}><v>{value}</v></c>', "[<1]0%;0")

    found = spooled("b.xlsx", range="A1:B2")

    assert [native.percent for native in found.spool.natives or ()] == [0, percents]
    assert found.rows == [(2, ["Avon", value])]


def test_a_row_of_no_height_is_hidden(tmp_path: Path, spooled: Lay) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Town", "Avon", "Bolton"])
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(b'<row r="3"', b'<row ht="0" r="3"'))

    assert spooled("b.xlsx").note("hidden-rows-read").examples[0].row == 3
