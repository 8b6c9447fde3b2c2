"""Formulas without results, merged cells, hidden rows and padded numbers of closed workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source, source_spec
from sodasheet.sources.grid.padded_numbers import shown
from sodasheet.sources.workbook.cell_formats import digit_format

Lay = Callable[..., Any]


def _rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Change the XML of the only sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(before, after) if "sheet1" in name else data)


@pytest.mark.parametrize("result", [b"", b"<v></v>", b"<v/>", b"<v />"])
def test_a_formula_without_a_stored_result_is_a_fault_that_names_it(
    tmp_path: Path, spooled: Lay, result: bytes
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Fee", "Double"])
        sheet.write_number(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*2", None, 4321)
    _rewrite(tmp_path / "b.xlsx", b"<v>4321</v>", result)

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["2", ""])]
    assert found.faults == [(2, "1", "formula-unsaved", "=A2*2")]


def test_a_stored_result_of_a_formula_is_a_value_even_if_it_is_an_empty_text(
    tmp_path: Path, spooled: Lay
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '=""', None, "MARK")
    _rewrite(tmp_path / "b.xlsx", b"<v>MARK</v>", b"<v></v>")

    found = spooled("b.xlsx")

    assert (found.rows, found.faults) == ([(2, ["2", ""])], [])


def test_a_formula_of_a_text_without_any_result_is_a_fault(tmp_path: Path, spooled: Lay) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Id", "Size"])
        sheet.write_number(1, 0, 7)
        sheet.write_formula(1, 1, '=IF(A2>5,"large","small")', None, "MARK")
    _rewrite(tmp_path / "b.xlsx", b"<v>MARK</v>", b"")

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["7", ""])]
    assert found.faults == [(2, "1", "formula-unsaved", '=IF(A2>5,"large","small")')]


def test_merged_cells_are_faults_of_the_rows_without_the_value(
    tmp_path: Path, spooled: Lay
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Town", "Fee"])
        sheet.merge_range(1, 0, 2, 0, "Avon")
        sheet.write_column(1, 1, [1, 2])

    found = spooled("b.xlsx")

    assert found.faults == [(3, "0", "merged-cell", "merged with row 2")]


def _with_hidden_row(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Town", "Avon", "Bolton", "Canton"])
        sheet.write_column(0, 1, ["Fee", 1, 2, 3])
        sheet.set_row(2, options={"hidden": True})


def test_hidden_rows_are_read_with_a_note(tmp_path: Path, spooled: Lay) -> None:
    _with_hidden_row(tmp_path / "b.xlsx")

    found = spooled("b.xlsx")

    assert [row for row, _ in found.rows] == [2, 3, 4]
    note = found.note("hidden-rows-read")
    assert (note.count, note.examples[0].row) == (1, 3)


def test_hidden_rows_are_left_out_if_only_visible_rows_count(tmp_path: Path, spooled: Lay) -> None:
    _with_hidden_row(tmp_path / "b.xlsx")

    found = spooled("b.xlsx", rows="visible")

    assert [row for row, _ in found.rows] == [2, 4]
    assert found.note("rows-hidden").count == 1


def test_numbers_are_read_with_the_zeros_that_their_format_adds(
    tmp_path: Path, spooled: Lay
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        zip_code = book.add_format({"num_format": "00000"})
        sheet.write_row(0, 0, ["ZIP", "Fee"])
        sheet.write_row(1, 0, [6101, 6101])
        sheet.write_number(1, 0, 6101, zip_code)

    assert spooled("b.xlsx").rows == [(2, ["06101", "6101"])]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (6101.0, "00000", "06101"),
        (61010001.0, "00000-0000", "06101-0001"),
        (61010001.0, "00000\\-0000", "06101-0001"),
        (123456.0, "00000", "123456"),
        (7.0, '"A-"000', "A-007"),
        (7.5, "00000", 7.5),
        (-7.0, "00000", -7.0),
        (True, "00000", True),
    ],
)
def test_a_padded_number_is_shown(value: object, code: str, text: object) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "found"),
    [("00000", "00000"), ("00000;[Red]-00000", "00000"), ("0", None), ("0.00", None),
     ("#,##0", None), ("General", None), ("[$-409]00000", "00000"), ("00.0", None)],
)  # fmt: skip
def test_a_format_of_zeros_is_recognized(code: str, found: str | None) -> None:
    assert digit_format(code) == found


def test_an_xls_workbook_reveals_merged_cells_hidden_rows_and_padded_numbers(
    tmp_path: Path, spooled: Lay
) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, header in enumerate(["Town", "ZIP"]):
        sheet.write(0, column, header)
    sheet.write_merge(1, 2, 0, 0, "Avon")
    for row in (1, 2, 3):
        sheet.write(row, 1, 6101, xlwt.easyxf(num_format_str="00000"))
    sheet.write(3, 0, "Bolton")
    sheet.row(3).hidden = True
    book.save(str(tmp_path / "b.xls"))

    found = spooled("b.xls")

    assert [cells[1] for _, cells in found.rows] == ["06101", "06101", "06101"]
    assert found.faults == [(3, "0", "merged-cell", "merged with row 2")]
    assert found.note("hidden-rows-read").examples[0].row == 4


def test_zeros_in_place_of_results_are_faults_if_no_formula_was_computed(
    tmp_path: Path, spooled: Lay
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Fee", "Double", "Half"])
        sheet.write_number(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*2")
        sheet.write_formula(1, 2, "=A2/2")

    found = spooled("b.xlsx")

    assert found.rows == [(2, ["2", "", ""])]
    assert [fault[2:] for fault in found.faults] == [
        ("formula-unsaved", "=A2*2"),
        ("formula-unsaved", "=A2/2"),
    ]


@pytest.mark.parametrize(("result", "loads"), [(1, b"1"), (0, b"0")])
def test_a_zero_counts_if_another_formula_or_the_file_was_computed(
    tmp_path: Path, spooled: Lay, result: int, loads: bytes
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Zero", "One"])
        sheet.write_formula(1, 0, "=1-1", None, 0)
        sheet.write_formula(1, 1, "=2-1", None, result)
    _rewrite_part(tmp_path / "b.xlsx", "workbook.xml", b'OnLoad="1"', b'OnLoad="%b"' % loads)

    found = spooled("b.xlsx")

    assert (found.rows, found.faults) == ([(2, ["0", str(result)])], [])


def _rewrite_part(path: Path, part: str, before: bytes, after: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert any(before in data for name, data in parts.items() if name.endswith(part))
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(before, after) if name.endswith(part) else data)


def test_formulas_of_an_old_workbook_that_nobody_has_computed_are_faults(
    tmp_path: Path, spooled: Lay
) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Größe")
    for column, header in enumerate(("Fee", "Double")):
        sheet.write(0, column, header)
    sheet.write(1, 0, 2)
    sheet.write(1, 1, xlwt.Formula("A2*2"))
    book.save(str(tmp_path / "b.xls"))

    found = spooled("b.xls")

    assert found.faults == [(2, "1", "formula-unsaved", "a formula")]


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0 %", "[Red]0%;-0%"])
def test_numbers_that_the_sheet_shows_as_percentages_are_counted_as_such(
    tmp_path: Path, spooled: Lay, form: str
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Share", "Mixed", "Plain"])
        share = book.add_format({"num_format": form})
        for row in range(1, 6):
            sheet.write_row(row, 0, [0.35, 0.5, 0.5])
            sheet.write_number(row, 0, 0.35, share)
        for row in (1, 2, 3):
            sheet.write_number(row, 1, 0.5, share)
        sheet.write_number(2, 2, 0.5, share)

    found = spooled("b.xlsx")

    assert [native.percent for native in found.spool.natives or ()] == [5, 3, 0]
    assert found.faults == [
        (3, "2", "percent-mixed", "0.5"),
        (5, "1", "percent-mixed", "0.5"),
        (6, "1", "percent-mixed", "0.5"),
    ]


def test_a_column_of_percentages_may_have_blank_cells(tmp_path: Path, spooled: Lay) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Town", *"abcdef"])
        sheet.write(0, 1, "Share")
        sheet.write_number(6, 1, 1.5, book.add_format({"num_format": "0%"}))

    found = spooled("b.xlsx")

    assert [native.percent for native in found.spool.natives or ()] == [0, 1]
    assert found.faults == []


def test_a_sheet_without_percentages_is_still_read_by_columns(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        share = book.add_format({"num_format": "0%"})
        for name, form in (("Plain", None), ("Shares", share)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Town", "Share"])
            sheet.write_row(1, 0, ["Avon", 0.5])
            sheet.write_number(1, 1, 0.5, form)
    found = {}
    for name in ("Plain", "Shares"):
        source = open_source(source_spec("b.xlsx", SourceSpec(sheet=name)), tmp_path)
        found[name] = source.spool(tmp_path, Silent()).columns is not None

    assert found == {"Plain": True, "Shares": False}


def test_percentages_of_an_xls_workbook_are_counted(tmp_path: Path, spooled: Lay) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "Share")
    sheet.write(1, 0, 0.45, xlwt.easyxf(num_format_str="0%"))
    book.save(tmp_path / "b.xls")

    assert [native.percent for native in spooled("b.xls").spool.natives or ()] == [1]
