"""A live sheet is read exactly, with the row numbers shown in the sheet."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SourceError
from sodasheet.excel.live.header_row import header_words, with_header_row
from sodasheet.excel.live.source import LiveSource
from sodasheet.excel.live.source_location import find_location
from sodasheet.excel.live.visible_rows import hidden_rows
from sodasheet.excel.workbook_sheets import WorkbookSheets
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources.grid.row_ranges import RowStretches
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_folder import SpoolFolderSource, write_spool_folder
from sodasheet.staging.staged_table import Stage

from .conftest import Steward


def spooled(steward: Steward, **spec: Any) -> Spool:
    options = {name: spec.pop(name) for name in ("only", "limit", "linked") if name in spec}
    chosen = SourceSpec("active", **spec)
    place = find_location(WorkbookSheets(steward.book), chosen, steward.book.sheets[0])
    folder = steward.folder / "spool"
    folder.mkdir(exist_ok=True)
    return LiveSource(place, chosen, **options).spool(folder, Silent())


def guessed(steward: Steward, **spec: Any) -> SourceSpec:
    """The source with the header row that is found on the sheet."""
    chosen = SourceSpec("active", **spec)
    return with_header_row(
        find_location(WorkbookSheets(steward.book), chosen, steward.book.sheets[0]), chosen
    )


def read(steward: Steward, **spec: Any) -> list[list[str]]:
    """Row number and cells of every record of the spool."""
    return records(spooled(steward, **spec).path)


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def faults(spool: Spool) -> list[tuple[str, ...]]:
    return [tuple(line) for line in records(spool.faults)] if spool.faults else []


def test_values_come_as_they_are_meant(steward: Steward) -> None:
    sheet = steward.workbook([["Kind", "Value"]])
    cells = [
        ("whole", 3, "3"),
        ("fraction", 0.1, "0.1"),
        ("large", 123456789012345.0, "123456789012345"),
        ("negative", -1.5, "-1.5"),
        ("text like a number", "'00123", "00123"),
        ("text like a formula", "'=1+1", "=1+1"),
        ("formula", "=10/4", "2.5"),
        ("text of a formula", '="a"&"b"', "ab"),
        ("truth", True, "true"),
        ("date", dt.date(2024, 2, 29), "2024-02-29"),
        ("moment", dt.datetime(2024, 2, 29, 13, 30, 5), "2024-02-29T13:30:05"),
        ("line break", "'two\nlines", "two\nlines"),
        ("script", "Größe 漢字 עברית", "Größe 漢字 עברית"),
        ("blank", None, ""),
    ]
    for at, (kind, value, _) in enumerate(cells, start=2):
        sheet.range((at, 1)).value = kind
        if value is not None:
            sheet.range((at, 2)).value = value

    assert read(steward) == [[str(at), kind, text] for at, (kind, _, text) in enumerate(cells, 2)]


def test_a_time_of_day_is_no_date(steward: Steward) -> None:
    sheet = steward.workbook([["At"], [0.5]])
    sheet.range("A2").number_format = "HH:MM"

    assert read(steward) == [["2", "12:00:00"]]


def test_error_cells_are_faults_of_their_cells(steward: Steward) -> None:
    steward.workbook([["A", "B"], ["=1/0", 1], ["=NA()", 2], ["'#REF!", 3]])

    spool = spooled(steward)

    assert records(spool.path) == [["2", "", "1"], ["3", "", "2"], ["4", "", "3"]]
    assert faults(spool) == [
        ("2", "0", "error-cell", "#DIV/0!"),
        ("3", "0", "error-cell", "#N/A"),
        ("4", "0", "error-cell", "#REF!"),
    ]


def test_percentages_are_counted_and_odd_ones_are_faults(steward: Steward) -> None:
    sheet = steward.workbook([["Share", "Mixed", "Plain"]] + [[0.35, 0.5, 0.5]] * 5)
    sheet.range("A2:A6").number_format = "0%"
    sheet.range("B2:B4").number_format = "0.0%"
    sheet.range("C3").number_format = "0%"

    spool = spooled(steward)

    assert records(spool.path)[0] == ["2", "0.35", "0.5", "0.5"]
    assert [native.percent for native in spool.natives or ()] == [5, 3, 0]
    assert faults(spool) == [
        ("3", "2", "percent-mixed", "0.5"),
        ("5", "1", "percent-mixed", "0.5"),
        ("6", "1", "percent-mixed", "0.5"),
    ]


def test_cells_under_a_merged_one_are_faults(steward: Steward) -> None:
    sheet = steward.workbook([["A", "B"], ["x", 1], [None, 2], [None, 3], ["y", 4]])
    sheet.range("A2:A4").merge()

    spool = spooled(steward)

    assert records(spool.path) == [["2", "x", "1"], ["3", "", "2"], ["4", "", "3"], ["5", "y", "4"]]
    assert faults(spool) == [
        ("3", "0", "merged-cell", "merged with row 2"),
        ("4", "0", "merged-cell", "merged with row 2"),
    ]


def test_hidden_rows_are_left_out_only_when_that_was_said(steward: Steward) -> None:
    sheet = steward.workbook([["A"], *[[at] for at in range(2, 9)]])
    sheet.range("A3:A4").rows.hidden = True
    sheet.range("A7").rows.hidden = True
    place = find_location(WorkbookSheets(steward.book), SourceSpec("active"), sheet)

    assert hidden_rows(place.cells) == 3
    assert [row for row, _ in read(steward)] == list("2345678")
    assert [row for row, _ in read(steward, rows="visible")] == list("2568")
    (note,) = spooled(steward, rows="visible").findings
    assert note.message == (
        "3 hidden rows were left out of the sheet Data, as set on the mapping sheet."
    )


def test_a_hidden_first_column_does_not_hide_the_rows(steward: Steward) -> None:
    sheet = steward.workbook([["A", "B"], [1, 2], [3, 4]])
    sheet.range("A1").columns.hidden = True
    sheet.range("A2").rows.hidden = True

    assert read(steward, rows="visible") == [["3", "3", "4"]]


def test_a_filter_hides_rows_too(steward: Steward) -> None:
    sheet = steward.workbook([["Town", "N"], ["Hartford", 1], ["Avon", 2], ["Hartford", 3]])
    ranges = steward.book.api.DatabaseRanges
    ranges.addNewByName("filtered", sheet.range("A1:B4").api.getRangeAddress())
    filtering = sheet.range("A1:B4").api.createFilterDescriptor(True)
    from xlcalc.soffice import load_uno

    field = load_uno().createUnoStruct("com.sun.star.sheet.TableFilterField")
    field.Field, field.StringValue, field.IsNumeric = 0, "Hartford", False
    field.Operator = load_uno().Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    filtering.setFilterFields((field,))
    filtering.ContainsHeader = True
    sheet.range("A1:B4").api.filter(filtering)

    assert read(steward, rows="visible") == [["2", "Hartford", "1"], ["4", "Hartford", "3"]]


def test_blank_rows_and_bare_columns_are_passed_over(steward: Steward) -> None:
    steward.workbook([[None, None, None], [None, "A", None], [None, 1, None], [None] * 3,
                      [None, 2, None]])  # fmt: skip

    spool = spooled(steward)

    assert spool.headers == ("A",)
    assert records(spool.path) == [["3", "1"], ["5", "2"]]


def test_a_range_of_a_sheet_with_quotes_in_its_name(steward: Steward) -> None:
    steward.workbook([["x", "A", "B"], ["x", 1, 2], ["x", 3, 4]], sheet="It's 漢字 (1)")

    assert read(steward, sheet="It's 漢字 (1)", range="B1:C2") == [["2", "1", "2"]]
    assert read(steward, range="'It''s 漢字 (1)'!B1") == [["2", "1", "2"], ["3", "3", "4"]]


def test_a_table_is_read_wherever_it_stands(steward: Steward) -> None:
    sheet = steward.workbook([["Fees of the year", None], [None, None], ["Id", "Fee"],
                              ["'01", 1], ["'02", 2], ["Total", 3]])  # fmt: skip
    ranges = steward.book.api.DatabaseRanges
    ranges.addNewByName("tblFees", sheet.range("A3:B5").api.getRangeAddress())

    spool = spooled(steward, table="TBLFEES")

    assert spool.headers == ("Id", "Fee")
    assert records(spool.path) == [["4", "01", "1"], ["5", "02", "2"]]


def test_the_headers_are_found_below_a_title(steward: Steward) -> None:
    sheet = steward.workbook([["Fees", None, None], ["as of today", None, None],
                              ["Id", "Name", "Fee"], [1, "a", 2]])  # fmt: skip

    found = guessed(steward, sheet=sheet.name)

    assert (found.header_row, found.header_rows) == (3, 1)
    assert spooled(steward, header_row=3).headers == ("Id", "Name", "Fee")
    assert header_words(found, ("Id", "Name", "Fee")).startswith(
        'The headers were found in row 3: Id, Name, Fee.\n\nIf they are elsewhere, change "Header'
    )


def test_headers_that_span_columns_are_joined(steward: Steward) -> None:
    sheet = steward.workbook([
        ["Fees of 2024", *[None] * 4], [None] * 5, ["Town", "Homes", None, "Shops", None],
        [None, "Fee", "Count", "Fee", "Count"], ["Avon", 1, 2, 3, 4], ["Bolton", 5, 6, 7, 8],
    ])  # fmt: skip
    sheet.range("B3:C3").merge()

    found = guessed(steward, sheet=sheet.name)

    assert (found.header_row, found.header_rows) == (3, 2)
    headers = spooled(steward, header_row=3, header_rows=2).headers
    assert headers == ("Town", "Homes Fee", "Homes Count", "Shops Fee", "Shops Count")
    assert "rows 3 to 4, joined: Town, Homes Fee" in header_words(found, headers)


def test_a_sheet_without_headers_is_noticed(steward: Steward) -> None:
    sheet = steward.workbook([["Avon", 120, 3], ["Bolton", 80, 2], ["Canton", 95, 4]])

    found = guessed(steward, sheet=sheet.name)

    assert found.header_row == 0
    assert header_words(found, ("Column 1", "Column 2")).startswith(
        "The first row looks like data, not like headers, so the columns are named Column 1"
    )


def test_the_headers_of_a_range_are_counted_within(steward: Steward) -> None:
    rows = [["Fees", None, None], ["Town", "Year", "Fee"], ["Avon", 2024, 1.5], ["Bolton", 2024, 2]]
    sheet = steward.workbook([[None] * 4, *([None, *row] for row in rows)])

    found = guessed(steward, sheet=sheet.name, range="B2:D5")

    assert found.header_row == 2
    assert "in row 2 of the range: " in header_words(found, ("Town",))
    assert spooled(steward, range="B2:D5", header_row=2).headers == ("Town", "Year", "Fee")


def test_headers_in_the_first_row_need_no_words(steward: Steward) -> None:
    sheet = steward.workbook([["Town", "Fee"], ["Avon", 120], ["Bolton", 80]])

    assert header_words(guessed(steward, sheet=sheet.name), ("Town", "Fee")) == ""


def test_only_some_rows_and_only_the_first_ones(steward: Steward) -> None:
    steward.workbook([["A"], *[[at] for at in range(2, 9)]])

    only = RowStretches(((3, 4), (8, 8)))
    assert [row for row, _ in read(steward, only=only)] == ["3", "4", "8"]
    assert [row for row, _ in read(steward, limit=2)] == ["2", "3"]


def test_blocks_meet_without_a_seam(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    steward.workbook([["A", "B"], *[[at, at * 2] for at in range(2, 40)]])
    monkeypatch.setattr("sodasheet.excel.live.cell_reader.BLOCK_CELLS", 14)

    assert read(steward) == [[str(at), str(at), str(at * 2)] for at in range(2, 40)]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"sheet": "Nowhere"}, "has no sheet named Nowhere. It has Data"),
        ({"table": "Nowhere"}, "has no table named Nowhere. Press Choose source"),
        ({"range": "F1:G9"}, "The sheet Data has no rows in the source range"),
    ],
)
def test_a_place_that_is_not_there_is_said(
    steward: Steward, spec: dict[str, str], sentence: str
) -> None:
    steward.workbook([["A"], [1]])

    with pytest.raises(SourceError, match=sentence.replace("(", r"\(")):
        spooled(steward, **spec)


def test_numbers_keep_the_zeros_that_their_cells_show(steward: Steward) -> None:
    rows = [["Zip", "Mixed", "Plain"], [6101, 6101, 6101], [6102, 7, 6102.5], ["'A1", 6103, 1]]
    sheet = steward.workbook(rows)
    sheet.range("A2:A4").number_format = "00000"
    sheet.range("B3:B4").number_format = "000-000"
    sheet.range("C2:C3").number_format = "00000"

    found = read(steward)

    assert found == [
        ["2", "06101", "6101", "06101"],
        ["3", "06102", "000-007", "6102.5"],
        ["4", "A1", "006-103", "1"],
    ]


def test_rows_to_leave_out_are_left_out_of_a_live_sheet(steward: Steward) -> None:
    steward.workbook([["Town", "Fee"], ["Avon", 1], ["Total", 1], ["Source: clerks", None]])
    spool = spooled(steward, leave_out=("totals", "notes"))

    write_spool_folder(spool, "Data", spool.path.parent)
    source = SpoolFolderSource(spool.path.parent)
    with Stage.open(source, steward.folder, Silent()) as stage:
        assert stage.samples(3) == {"Town": ["Avon"], "Fee": ["1"]}
        assert [group.reason for group in stage.findings] == ["rows-left-out", "rows-left-out"]


def test_the_address_behind_a_text_is_read_where_the_column_fills_links(steward: Steward) -> None:
    sheet = steward.workbook(
        [["Town", "Page"], ["Avon", "x"], ["Bolton", "None"], ["Canton", None]]
    )
    sheet.range("B2").add_hyperlink("https://a.gov/1", "Permit 1")
    sheet.range("B4").value = '=HYPERLINK("https://a.gov/3";"Permit 3")'

    linked = spooled(steward, linked=frozenset({"Page"}))

    assert records(linked.path) == [
        ["2", "Avon", "Permit 1 (https://a.gov/1)"],
        ["3", "Bolton", "None"],
        ["4", "Canton", "Permit 3 (https://a.gov/3)"],
    ]
    assert [note.reason for note in linked.findings] == ["hyperlinks-read"]
    assert read(steward)[0] == ["2", "Avon", "Permit 1"]
