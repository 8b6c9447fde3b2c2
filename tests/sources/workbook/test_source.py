"""Closed workbooks: values as a steward reads them, with the row numbers of the sheet."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sodasheet.errors import Cancelled, SourceError, UsageProblem
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source

Lay = Callable[..., Any]
FORMATS = {
    dt.date: "yyyy-mm-dd",
    dt.datetime: "yyyy-mm-dd hh:mm:ss.000",
    dt.time: "hh:mm:ss",
    dt.timedelta: "[h]:mm:ss",
}


def write_book(path: Path, sheets: dict[str, list[list[Any]]], **options: Any) -> Path:
    """Write a workbook with these sheets; None skips a cell, text such as `=NA()` is a formula."""
    with xlsxwriter.Workbook(path, options) as book:
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    _write(sheet, (number, column), value, formats.get(type(value)))
    return path


def _write(sheet: Any, place: tuple[int, int], value: Any, style: Any) -> None:
    if isinstance(value, str) and value.startswith("=ERROR "):
        sheet.write_formula(*place, "=NA()", None, value.removeprefix("=ERROR "))
    elif isinstance(value, str):
        sheet.write_string(*place, value)
    elif value is not None:
        sheet.write(*place, value, style)


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("  kept  ", "  kept  "),
        ("0042", "0042"),
        ("two\nlines", "two\nlines"),
        ("é 😀", "é 😀"),
        (3, "3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1234567.25, "1234567.25"),
        (0.1 + 0.2, "0.3"),
        (1e22, "10000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (123456789012345, "123456789012345"),
        (True, "true"),
        (False, "false"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.date(1904, 3, 1), "1904-03-01"),
        (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        (dt.datetime(2024, 1, 2, 3, 4, 5, 123000), "2024-01-02T03:04:05.123"),
        (dt.time(3, 4, 5), "03:04:05"),
        (dt.timedelta(days=2, hours=1, minutes=30), "49:30:00"),
    ],
)
def test_cell_values_become_text(
    tmp_path: Path, spooled: Lay, value: Any, text: str, date_1904: bool
) -> None:
    write_book(tmp_path / "b.xlsx", {"S": [["h"], [value]]}, date_1904=date_1904)

    # XlsxWriter writes 16 digits, as Excel does, so that 0.1 + 0.2 is 0.3 in the file already.
    assert spooled("b.xlsx").rows == [(2, [text])]


def test_row_numbers_are_those_of_the_sheet(tmp_path: Path, spooled: Lay) -> None:
    rows = [[], [], [None, "a", "b"], [None, 1, 2], [], [None, None, 3], []]
    write_book(tmp_path / "b.xlsx", {"S": rows})

    found = spooled("b.xlsx")

    assert found.headers == ["a", "b"]
    assert found.rows == [(4, ["1", "2"]), (6, ["", "3"])]
    assert found.spool.rows == 2


def test_an_error_cell_is_a_fault_and_never_text(tmp_path: Path, spooled: Lay) -> None:
    rows = [["a", "b"], ["=ERROR #N/A", 1], [2, "=ERROR #DIV/0!"], ["#REF!", ""], ["#1", "ok"]]
    write_book(tmp_path / "b.xlsx", {"S": rows})

    found = spooled("b.xlsx")

    assert found.faults == [
        (2, "0", "error-cell", "#N/A"),
        (3, "1", "error-cell", "#DIV/0!"),
        (4, "0", "error-cell", "#REF!"),
    ]
    assert found.rows == [(2, ["", "1"]), (3, ["2", ""]), (4, ["", ""]), (5, ["#1", "ok"])]


def test_native_values_are_counted_per_column(tmp_path: Path, spooled: Lay) -> None:
    rows = [
        ["zip", "mixed"],
        ["06103", dt.date(2024, 1, 2)],
        [6103, True],
        [12345678901234567890, None],
        [None, dt.time(1, 2)],
    ]
    write_book(tmp_path / "b.xlsx", {"S": rows})

    zips, mixed = spooled("b.xlsx").spool.natives

    assert (zips.text, zips.number, zips.blank, zips.long_numbers) == (1, 2, 1, 1)
    assert (zips.first_number_row, zips.first_long_number_row) == (3, 4)
    assert (mixed.date, mixed.boolean, mixed.blank) == (2, 1, 1)


def test_columns_without_header_and_value_are_left_out(tmp_path: Path, spooled: Lay) -> None:
    rows = [["a", None, "", "b", None, "a"], [1, None, None, 2, 5, 6]]
    write_book(tmp_path / "b.xlsx", {"S": rows})

    found = spooled("b.xlsx")

    assert found.headers == ["a", "b", "Column 3", "a (2)"]
    assert found.rows == [(2, ["1", "2", "5", "6"])]
    assert found.notes == ["empty-header", "duplicate-header"]


def test_error_cells_keep_their_column_when_others_are_left_out(
    tmp_path: Path, spooled: Lay
) -> None:
    write_book(tmp_path / "b.xlsx", {"S": [[None, "a", None, "b"], [None, 1, None, "=ERROR #N/A"]]})

    assert spooled("b.xlsx").faults == [(2, "1", "error-cell", "#N/A")]


BOOK: dict[str, list[list[Any]]] = {
    "First": [["a"], [1]],
    "Second's": [["title"], ["x", "y", "z"], [1, 2, 3], [4, 5, 6], ["total", None, 9]],
}


@pytest.mark.parametrize(
    ("options", "headers", "rows"),
    [
        ({}, ["a"], [(2, ["1"])]),
        ({"sheet": "second's", "header_row": 2, "range": "A1:C4"}, ["x", "y", "z"], [3, 4]),
        ({"sheet": "Second's", "range": "$A$2:$B$3"}, ["x", "y"], [(3, ["1", "2"])]),
        ({"range": "'Second''s'!B2"}, ["y", "z"], [3, 4, 5]),
        ({"sheet": "Second's", "range": "B:C", "header_row": 2}, ["y", "z"], [3, 4, 5]),
        ({"sheet": "Second's", "range": "C4:B2"}, ["y", "z"], [3, 4]),
        ({"sheet": "First", "header_row": 0}, ["Column 1"], [(1, ["a"]), (2, ["1"])]),
    ],
)
def test_a_sheet_or_a_range_is_read_as_asked(
    tmp_path: Path, spooled: Lay, options: dict[str, Any], headers: list[str], rows: list[Any]
) -> None:
    write_book(tmp_path / "b.xlsx", BOOK)

    found = spooled("b.xlsx", **options)

    assert found.headers == headers
    if rows and isinstance(rows[0], int):
        assert [row for row, _ in found.rows] == rows
    else:
        assert found.rows == rows


def test_the_first_of_several_sheets_is_noted(tmp_path: Path, spooled: Lay) -> None:
    write_book(tmp_path / "b.xlsx", BOOK)

    note = spooled("b.xlsx").note("sheet-chosen")

    assert note.message == "b.xlsx has 2 visible sheets; First, the first, was read, not Second's."


def _special_book(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Hidden").hide()
        book.add_worksheet("Deep").very_hidden()
        shown = book.add_worksheet("Shown")
        book.add_worksheet("Empty")
        for name in ("Hidden", "Deep", "Shown"):
            book.get_worksheet_by_name(name).write_column(0, 0, ["a", name])
        rows = [[1, 2.5], [3, 4]]
        columns = [{"header": "left"}, {"header": "right", "total_function": "sum"}]
        table = {"name": "Permits", "data": rows, "columns": columns, "total_row": True}
        shown.add_table("C5:D8", table)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Shown!$C$6:$C$7"})
        book.add_chartsheet("Chart").set_chart(chart)
        shown.activate()
        shown.set_first_sheet()


def test_the_first_visible_sheet_is_the_default(tmp_path: Path, spooled: Lay) -> None:
    _special_book(tmp_path / "b.xlsx")

    assert (2, ["Shown", "", ""]) in spooled("b.xlsx").rows


@pytest.mark.parametrize("sheet", ["Hidden", "Deep"])
def test_hidden_sheets_are_read_by_name(tmp_path: Path, spooled: Lay, sheet: str) -> None:
    _special_book(tmp_path / "b.xlsx")

    assert spooled("b.xlsx", sheet=sheet).rows == [(2, [sheet])]


def test_a_table_is_read_by_its_name_without_its_totals(tmp_path: Path, spooled: Lay) -> None:
    _special_book(tmp_path / "b.xlsx")

    found = spooled("b.xlsx", table="permits")

    assert found.headers == ["left", "right"]
    assert found.rows == [(6, ["1", "2.5"]), (7, ["3", "4"])]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sheet": "Nope"}, "b.xlsx has no sheet named Nope. It has Hidden, Deep, Shown"),
        (
            {"sheet": "Chart"},
            "The sheet Chart of b.xlsx is a chart or a macro sheet and has no rows.",
        ),
        ({"sheet": "Empty"}, "The sheet Empty of b.xlsx is empty. Choose the sheet or range"),
        ({"table": "Nope"}, "b.xlsx has no table named Nope. It has Permits."),
        ({"sheet": "Hidden", "range": "X1:Z9"}, "The range on the sheet Hidden of b.xlsx is empty"),
        ({"sheet": "Hidden", "header_row": 9}, "The sheet Hidden of b.xlsx ends at row 2, so"),
    ],
)
def test_a_missing_sheet_or_table_is_named(
    tmp_path: Path, spooled: Lay, options: dict[str, Any], sentence: str
) -> None:
    _special_book(tmp_path / "b.xlsx")

    with pytest.raises(SourceError) as caught:
        spooled("b.xlsx", **options)

    assert str(caught.value).startswith(sentence)


def test_a_sheet_of_blanks_is_empty(tmp_path: Path, spooled: Lay) -> None:
    write_book(tmp_path / "b.xlsx", {"S": [[" "], [None]]})

    with pytest.raises(SourceError, match=r"The sheet S of b\.xlsx is empty\."):
        spooled("b.xlsx")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"range": "A1:"}, "'A1:' is not a range of a sheet. Write a range such as A1:F200"),
        ({"range": "XFE1:XFE2"}, "'XFE1:XFE2' is not a range"),
        ({"range": "A0:B2"}, "'A0:B2' is not a range"),
        ({"range": "hello world"}, "'hello world' is not a range"),
        ({"range": "First!A1", "sheet": "Other"}, "The range First!A1 is not on the sheet Other."),
        ({"table": "T", "range": "A1"}, "A table cannot be combined with a sheet or a range"),
        ({"header_row": -1}, "The header row cannot be -1."),
    ],
)
def test_an_impossible_selection_is_a_usage_error(
    tmp_path: Path, spooled: Lay, options: dict[str, Any], sentence: str
) -> None:
    write_book(tmp_path / "b.xlsx", BOOK)

    with pytest.raises(UsageProblem) as caught:
        spooled("b.xlsx", **options)

    assert str(caught.value).startswith(sentence)


@pytest.mark.skipif(
    sys.platform == "win32", reason="msoffcrypto is not among the wheels for Windows."
)
def test_a_workbook_with_a_password_is_refused(tmp_path: Path, spooled: Lay) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    path = write_book(tmp_path / "plain.xlsx", BOOK)
    for name in ("locked.xlsx", "locked.xls"):
        with path.open("rb") as plain, (tmp_path / name).open("wb") as locked:
            OOXMLFile(plain).encrypt("open sesame", locked)

        with pytest.raises(SourceError, match=r"is protected by a password\. Save a copy"):
            spooled(name)


def test_a_damaged_workbook_is_refused(tmp_path: Path, spooled: Lay) -> None:
    data = write_book(tmp_path / "b.xlsx", BOOK).read_bytes()
    middle = data.index(b"xl/worksheets/sheet1.xml") + 60
    (tmp_path / "cut.xlsx").write_bytes(data[: len(data) // 2])
    (tmp_path / "bad.xlsx").write_bytes(data[:middle] + bytes(90) + data[middle + 90 :])
    (tmp_path / "ole.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))

    for name in ("cut.xlsx", "bad.xlsx", "ole.xls"):
        with pytest.raises(SourceError, match=rf"The workbook {name} is damaged or incomplete"):
            spooled(name)


def test_stray_cells_at_the_far_end_are_refused_not_loaded(tmp_path: Path, spooled: Lay) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet("S")
        sheet.write("A1", "a")
        sheet.write("XFD1048576", 1)

    with pytest.raises(SourceError, match=r"as far as row 1,048,576 and column 16,384"):
        spooled("b.xlsx")


def test_a_workbook_that_is_open_elsewhere_is_read_with_a_note(
    tmp_path: Path, spooled: Lay
) -> None:
    write_book(tmp_path / "b.xlsx", {"S": BOOK["First"]})
    (tmp_path / "~$b.xlsx").write_bytes(b"owner")

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["1"])]
    assert "the last saved version" in found.note("open-elsewhere").message


def test_stop_ends_the_reading_of_a_workbook(tmp_path: Path) -> None:
    write_book(tmp_path / "b.xlsx", {"S": [["a"]] + [[1]] * 3000})

    class Impatient(Silent):
        def advance(self, amount: int) -> None:
            self.stop = True

    with pytest.raises(Cancelled, match=r"Stopped while reading b\.xlsx"):
        open_source(SourceSpec(path="b.xlsx"), tmp_path).spool(tmp_path, Impatient())
