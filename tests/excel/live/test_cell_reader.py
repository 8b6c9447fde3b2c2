"""Cells of a live sheet as the program gives them: errors, money, dates of 1900 and 1904."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.excel.live.cell_reader import LiveGrid
from sodasheet.excel.live.source_location import SheetLocation
from sodasheet.excel.live.visible_rows import shown_rows
from sodasheet.excel.xlwings_access import is_busy
from sodasheet.sources.grid.cell_range import Area, Pick
from sodasheet.sources.grid.row_ranges import RowStretches


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
