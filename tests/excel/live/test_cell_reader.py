"""Cells of a live sheet as returned by the program: errors, currency, dates of 1900 and 1904."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.excel.live.cell_reader import LiveGrid
from sodasheet.excel.live.source_location import SheetLocation
from sodasheet.excel.live.visible_rows import shown_rows
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.model.progress import Silent
from sodasheet.sources.grid.cell_range import Area, Pick
from sodasheet.sources.grid.cell_text import cell_text, is_error
from sodasheet.sources.grid.row_ranges import RowStretches
from sodasheet.sources.grid.spool_grid import spool_grid
from sodasheet.sources.spool_writer import SpoolWriter


class Cells:
    """A range whose values, formats and merges are given."""

    def __init__(self, rows: list[list[object]], exact: object = None) -> None:
        self.raw_value = (
            tuple(map(tuple, rows)) if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]
        )
        self.shape = (len(rows), len(rows[0]))
        self.api = SimpleNamespace(Value2=exact)
        self.number_format = "General"
        self.merge_cells = False
        self.row = 1

    def __getitem__(self, key: object) -> Cells:
        return self


def grid(rows: list[list[object]], *, exact: object = None, date_1904: bool = False) -> LiveGrid:
    cells = Cells(rows, exact)
    book = SimpleNamespace(api=SimpleNamespace(Date1904=date_1904))
    sheet: Any = SimpleNamespace(name="Data", book=book, range=lambda *_: cells)
    picked = Pick("Data", Area(1, 1, len(rows), len(rows[0])), 0)
    return LiveGrid(SheetLocation(sheet, picked), "Data in a.xlsx")


def read(rows: list[list[object]], **options: Any) -> list[list[object]]:
    return [cells for _, cells in grid(rows, **options).rows()]


def test_plain_values_pass_and_blanks_are_empty_texts() -> None:
    assert read([["a", 1.5, True], [None, "", "x"]]) == [["a", 1.5, True], ["", "", "x"]]


def test_one_cell_alone_is_a_row_of_one() -> None:
    assert read([["a"]]) == [["a"]]


@pytest.mark.parametrize(
    ("number", "name"),
    [(-2146826246, "#N/A"), (-2146826281, "#DIV/0!"), (-2146826265, "#REF!"),
     (-2146826230, "#UNKNOWN!")],
)  # fmt: skip
def test_an_error_is_its_name_and_never_a_number(number: int, name: str) -> None:
    assert read([[number, "x"]]) == [[name, "x"]]


def test_money_keeps_all_of_its_digits() -> None:
    """A cell with a currency format arrives as a Decimal, cut to four digits."""
    rows: list[list[object]] = [[Decimal("1.2346"), "a"], ["b", Decimal("2")]]

    assert read(rows, exact=((1.23456, "a"), ("b", 2.0))) == [[1.23456, "a"], ["b", 2.0]]


def test_dates_and_times_are_told_apart() -> None:
    noon = dt.datetime(1899, 12, 30, 12, tzinfo=dt.UTC)
    day, both = dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 8, 5)

    assert read([[noon, day, both]]) == [[dt.time(12), dt.date(2024, 2, 29), both]]


def test_a_workbook_that_counts_from_1904_has_times_on_another_day() -> None:
    noon, born = dt.datetime(1904, 1, 1, 12), dt.datetime(1904, 1, 1)

    assert read([[noon, "x"]], date_1904=True) == [[dt.time(12), "x"]]
    assert read([[born, "x"]]) == [[dt.date(1904, 1, 1), "x"]], "elsewhere it is a day like others"


class Sheet:
    """A sheet with cells, each column with a number format; counts what is asked of the program."""

    def __init__(self, rows: list[list[object]], formats: dict[int, str] | None = None) -> None:
        self.rows = rows
        self.formats = formats or {}
        self.name = "Data"
        self.book = SimpleNamespace(api=SimpleNamespace(Date1904=False), name="a.xlsx")
        self.values_asked: list[tuple[int, int, int, int]] = []
        self.formats_asked = 0

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> Piece:
        return Piece(self, *first, *last)

    def grid(self, **options: Any) -> LiveGrid:
        area = Area(1, 1, len(self.rows), len(self.rows[0]))
        place: Any = SheetLocation(self, Pick("Data", area, 1))  # type: ignore[arg-type]
        return LiveGrid(place, "Data in a.xlsx", **options)


class Piece:
    """A range of a `Sheet`. Row 1 has the format General."""

    merge_cells = False

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.row, self.column = sheet, top, left
        self._bottom, self._right = bottom, right
        self.shape = (bottom - top + 1, right - left + 1)

    def __getitem__(self, key: tuple[slice, slice | int]) -> Piece:
        rows, columns = (slice(one, one + 1) if isinstance(one, int) else one for one in key)
        top, end, _ = rows.indices(self.shape[0])
        left, stop, _ = columns.indices(self.shape[1])
        return Piece(
            self.sheet,
            self.row + top,
            self.column + left,
            self.row + end - 1,
            self.column + stop - 1,
        )

    @property
    def raw_value(self) -> tuple[tuple[object, ...], ...]:
        self.sheet.values_asked.append((self.row, self.column, self._bottom, self._right))
        rows = self.sheet.rows[self.row - 1 : self._bottom]
        return tuple(tuple(row[self.column - 1 : self._right]) for row in rows)

    @property
    def number_format(self) -> str | None:
        self.sheet.formats_asked += 1
        found = {
            self.sheet.formats.get(column, "General") if row > 1 else "General"
            for row in (self.row, self._bottom)
            for column in range(self.column, self._right + 1)
        }
        return found.pop() if len(found) == 1 else None


def spooled(sheet: Sheet, folder: Path, **options: Any) -> tuple[list[list[str]], list[str]]:
    """The records of the spool and the lines of its faults."""
    with SpoolWriter(folder, Path("a.xlsx")) as writer:
        spool_grid(sheet.grid(**options), writer, Silent())
    with writer.path.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))
    return records, (writer.fault_file.read_text().splitlines() if writer.fault_file else [])


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.sampled_from(["", "#N/A", "#not", 'a"b', "a,b", "two\nlines", "\r"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(dt.datetime(1899, 12, 30), dt.datetime(2100, 1, 1)),
    st.dates(dt.date(1899, 12, 30)).map(lambda day: dt.datetime(day.year, day.month, day.day)),
    st.sampled_from([-2146826246, -2146826281]),
)
COLUMN = st.one_of(
    st.lists(CELLS, min_size=1, max_size=12),
    *(
        st.lists(st.one_of(st.just(blank), kind), min_size=1, max_size=12)
        for blank in (None, "")
        for kind in (st.floats(allow_nan=False, allow_infinity=False), st.datetimes())
    ),
)


def meant(value: object) -> str:
    """The text of a single cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        if value.date() == dt.date(1899, 12, 30):
            return cell_text(value.time())
        return cell_text(value if value.time() != dt.time() else value.date())
    if isinstance(value, int) and not isinstance(value, bool):
        return ""
    return "" if isinstance(value, str) and is_error(value) else cell_text(value)


@given(st.lists(COLUMN, min_size=1, max_size=3), st.sampled_from([2, 6, 100_000]))
@settings(max_examples=60, deadline=None)
def test_columns_are_read_as_each_of_their_cells_would_be(
    columns: list[list[object]], block: int
) -> None:
    height = min(map(len, columns))
    rows = [[column[at] for column in columns] for at in range(height)]
    sheet = Sheet([[f"Column {at}" for at in range(len(columns))], *rows])

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sodasheet.excel.live.cell_reader.BLOCK_CELLS", block)
        records, faults = spooled(sheet, Path(folder))

    wrong = [
        (at, place)
        for at, row in enumerate(rows, start=2)
        for place, cell in enumerate(row)
        if type(cell) is int or (isinstance(cell, str) and is_error(cell))
    ]
    wanted = [[str(at), *map(meant, row)] for at, row in enumerate(rows, start=2)]
    with_fault = {str(at) for at, _ in wrong}
    assert records == [one for one in wanted if any(one[1:]) or one[0] in with_fault]
    assert [line.split(",")[:3] for line in faults] == [
        [str(at), str(place), "error-cell"] for at, place in wrong
    ]


def test_a_column_of_percentages_is_read_by_its_format(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Share", "Zip"], [0.5, 501.0], ["n/a", "x"], [None, 20001.0]]
    sheet = Sheet(rows, {1: "0%", 2: "00000"})

    records, faults = spooled(sheet, tmp_path)

    assert records == [["2", "0.5", "00501"], ["3", "n/a", "x"], ["4", "", "20001"]]
    assert not faults


def test_a_number_is_a_percentage_only_by_the_section_that_it_takes(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Share"], [35.0], [-0.5], [40.0]]

    records, faults = spooled(Sheet(rows, {1: "0;-0%"}), tmp_path)

    assert [record[1] for record in records] == ["35", "", "40"]
    assert [line.split(",")[:3] for line in faults] == [["3", "0", "percent-mixed"]]


def test_formats_are_asked_for_only_in_columns_with_numbers() -> None:
    lines: list[list[object]] = [["x", 2.0, 3.0, None] for _ in range(5_000)]
    rows: list[list[object]] = [["A", "B", "C", "D"], *lines]
    sheet = Sheet(rows, {1: "@", 2: "0.00", 3: "0%", 4: "000"})
    assert sum(len(block.numbers) for block in sheet.grid().blocks(1)) == 5_000
    assert sheet.formats_asked == 3, "both columns together, then each"

    alike = Sheet([["A", "B"], *([1.0, 2.0] for _ in range(9))])
    assert [len(block.numbers) for block in alike.grid().blocks(1)] == [9]
    assert alike.formats_asked == 1

    words = Sheet([["A", "B"], *(["x", True] for _ in range(9))], {1: "0%"})
    assert [len(block.numbers) for block in words.grid().blocks(1)] == [9]
    assert words.formats_asked == 0


def test_a_column_whose_numbers_begin_late_is_read_by_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.excel.live.cell_reader.BLOCK_CELLS", 4)
    rows: list[list[object]] = [["Share", 2020.0], *(["x", "y"] for _ in range(9)), [0.5, 7.0]]

    records, faults = spooled(Sheet(rows, {1: "0%", 2: "000"}), tmp_path)

    assert records[-1] == ["11", "0.5", "007"]
    assert not faults


def test_a_block_is_read_once_and_only_few_rows_for_the_headers(tmp_path: Path) -> None:
    sheet = Sheet([["A", "B"], *([float(at), "x"] for at in range(60_000))])

    spooled(sheet, tmp_path)

    assert sheet.values_asked == [(1, 1, 32, 2), (2, 1, 50_001, 2), (50_002, 1, 60_001, 2)]


def test_of_columns_without_a_header_only_those_are_read_twice(tmp_path: Path) -> None:
    """A sheet may be formatted far to the right of its values."""
    rows: list[list[object]] = [["A", None, ""], *([1.0, None, None] for _ in range(50))]
    rows[40][2] = "note"

    records, _ = spooled(Sheet(rows), tmp_path)

    assert records[0] == ["2", "1", ""]
    assert records[39] == ["41", "1", "note"]


def test_hidden_and_unwanted_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    sheet = Sheet([["A"], *([float(at)] for at in range(2, 12))])
    grid = sheet.grid(only=RowStretches(((3, 8),))).visible_only()
    grid.__dict__["_shown"] = RowStretches(((1, 4), (7, 11)))

    with SpoolWriter(tmp_path, Path("a.xlsx")) as writer:
        spool = spool_grid(grid, writer, Silent())

    assert [line.split(",")[0] for line in writer.path.read_text().splitlines()] == list("3478")
    assert [note.count for note in spool.findings] == [2]


class Column:
    """A column of a protected sheet: Excel refuses to list its visible cells."""

    def __init__(self, hidden: list[bool], row: int, error: Exception) -> None:
        self._hidden, self.row, self._error = hidden, row, error
        self.shape = (len(hidden), 1)
        self.calls = 0

    @property
    def columns(self) -> Any:
        return SimpleNamespace(hidden=False)

    @property
    def last_cell(self) -> Any:
        return SimpleNamespace(row=self.row + len(self._hidden) - 1)

    @property
    def rows(self) -> Any:
        states = set(self._hidden)
        return SimpleNamespace(hidden=states.pop() if len(states) == 1 else None)

    def __getitem__(self, key: tuple[slice, int]) -> Column:
        rows, _ = key
        start = rows.start or 0
        return Column(self._hidden[rows], self.row + start, self._error)

    def get_special_cells(self, kind: str) -> Any:
        raise self._error


class Refused(Exception):
    """Excel's words in the language of its user."""

    def __init__(self, hresult: int = -2146827284) -> None:
        super().__init__(hresult, "Es wurden keine Zellen gefunden.")
        self.hresult = hresult


def test_visible_rows_of_a_protected_sheet_are_found_without_reading_words() -> None:
    hidden = [False, True, True, False, False, True, False]

    shown = shown_rows(Column(hidden, 4, Refused()))  # type: ignore[arg-type]

    assert [row for row in range(1, 20) if row in shown] == [4, 7, 8, 10]
    assert shown.count == 4


def test_no_visible_row_at_all_is_none_in_any_language() -> None:
    assert shown_rows(Column([True] * 5, 2, Refused())) == RowStretches(())  # type: ignore[arg-type]


def test_a_busy_program_is_not_taken_for_a_protected_sheet() -> None:
    with pytest.raises(Refused) as error:
        shown_rows(Column([False] * 5, 2, Refused(-2147418111)))  # type: ignore[arg-type]

    assert is_busy(error.value)
