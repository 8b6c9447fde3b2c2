"""A sheet that is read by columns equals, cell by cell, the result of the careful reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from sheet_cells import (
    DATE,
    DURATION,
    MOMENT,
    OPTIONS,
    TIME,
    Cell,
    Sheet,
    both,
    by_columns,
    number,
    shared,
    sheets,
    write,
)

from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import FastPath, Why
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.load import load_source, sheet_columns_loader
from sodasheet.staging.staged_table import Stage
from thorough import examples


@settings(max_examples=examples(50, 100), deadline=None)
@given(sheets(), OPTIONS)
def test_columns_tell_what_their_cells_tell(sheet: Sheet, options: dict[str, Any]) -> None:
    quick, careful = both(sheet, options)

    event("by columns" if quick else "with care")
    assert quick is None or quick == careful


#: A column of each kind, and what its cells say.
PLAIN_COLUMNS = {
    "text": ([shared("  two\nlines "), shared("N/A"), shared("'0042")],
             ["  two\nlines ", "N/A", "'0042"]),
    "number": ([number("-0"), number("400.125"), number("12.50")], ["0", "400.125", "12.5"]),
    "date": ([number("45000", DATE), number("45000.25", MOMENT), number("45000.00000000001", DATE)],
             ["2023-03-15", "2023-03-15T06:00:00", "2023-03-15"]),
    "moment": ([number("45000.0000116", MOMENT), number("45001.1", MOMENT), number("1e5", DATE)],
               ["2023-03-15T00:00:01.002", "2023-03-16T02:24:00", "2173-10-14"]),
    "duration": ([number("2.0625", DURATION), number("-0.5", DURATION), number("1e-7", DURATION)],
                 ["49:30:00", "-12:00:00", "00:00:00.009"]),
    "checkbox": ([Cell("b", "1"), Cell("b", "0"), Cell("b", "1")], ["true", "false", "true"]),
}  # fmt: skip


def test_plain_columns_are_read_without_care() -> None:
    columns = [[shared(name), *cells] for name, (cells, _) in PLAIN_COLUMNS.items()]
    quick, careful = both(Sheet([list(row) for row in zip(*columns, strict=True)]), {})

    assert quick is not None
    assert quick == careful
    texts = zip(*(texts for _, texts in PLAIN_COLUMNS.values()), strict=True)
    assert quick[-1] == [(row, *cells) for row, cells in enumerate(texts, 2)]


@pytest.mark.parametrize(
    ("cells", "options", "rows"),
    [
        ([shared("h"), None, number("1"), None, number("2")], {}, [(3, "1"), (5, "2")]),
        ([shared("h"), number("1"), number("2"), None], {"range": "A1:A2"}, [(2, "1")]),
        ([None, None, shared("h"), number("1")], {}, [(4, "1")]),
        ([number("1"), number("2")], {"header_row": 0}, [(1, "1"), (2, "2")]),
        ([shared("T0"), Cell("b", "1"), Cell("b", "0")], {"table": "t"},
         [(2, "true"), (3, "false")]),
        ([shared("h"), Cell("str", ""), Cell("str", "x")], {}, [(3, "x")]),
        ([shared("h"), shared("#5"), shared("Err: none")], {}, [(2, "#5"), (3, "Err: none")]),
    ],
)  # fmt: skip
def test_rows_keep_their_numbers(
    cells: list[Cell | None], options: dict[str, Any], rows: list[tuple[object, ...]]
) -> None:
    quick, careful = both(Sheet([[cell] for cell in cells], table=("T0",)), options)

    assert quick is not None
    assert quick == careful
    assert quick[-1] == rows


#: Sheets that are not plain: what stands in a column below others of its kind, and what the report
#: says of it.
NOT_PLAIN = {
    "a text that fastexcel takes for a blank": ([number("1"), shared("N/A")], Why.MIXED_CELLS),
    "such a text far down": ([*[number("1")] * 9000, shared("N/A")], Why.MISSING_CELLS),
    "an error": ([number("1"), Cell("e", "#N/A")], Why.SPECIAL_CELLS),
    "an error between texts": ([shared("x"), Cell("e", "#REF!")], Why.SPECIAL_CELLS),
    "text that reads like an error": ([shared("x"), shared("#N/A")], Why.ODD_CELLS),
    "two kinds far apart": ([*[number("1")] * 9000, shared("x")], Why.MIXED_CELLS),
    "a number of many digits": ([number("1234567890123456")], Why.LARGE_NUMBERS),
    "a number of very many digits": ([number("1e300")], Why.LARGE_NUMBERS),
    "a number with an exponent": ([number("1e-7")], Why.LARGE_NUMBERS),
    "a time": ([number("0.5", TIME)], Why.ODD_CELLS),
    "a date before March 1900": ([number("59", DATE)], Why.ODD_CELLS),
    "a date beyond the year 9999": ([number("3000000", DATE)], Why.ODD_CELLS),
    "a date as text": ([Cell("d", "2024-01-02")], Why.MIXED_CELLS),
    "a character spelled out": ([Cell("str", "a_x000D_")], Why.ODD_CELLS),
}


@pytest.mark.parametrize(("cells", "why"), NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_plain_is_read_with_care(cells: list[Cell], why: Why, tmp_path: Path) -> None:
    write(tmp_path / "b.xlsx", Sheet([[shared("h")], *([cell] for cell in cells)]))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    assert by_columns(source, tmp_path) is None
    with Stage.open(source, tmp_path, Silent()) as stage:
        assert stage.spool.path.name == "spool.csv"
        assert stage.rows == len(cells)
        assert [(fallback.path, fallback.why) for fallback in stage.fallbacks] == [
            (FastPath.COLUMNS, why)
        ]


def test_plain_columns_of_every_kind_take_the_fast_path(tmp_path: Path) -> None:
    columns = [[shared(name), *cells] for name, (cells, _) in PLAIN_COLUMNS.items()]
    write(tmp_path / "b.xlsx", Sheet([list(row) for row in zip(*columns, strict=True)]))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with Stage.open(source, tmp_path, Silent()) as stage:
        assert stage.fallbacks == ()
        assert stage.spool.path.name == "b.xlsx"


def test_a_refusal_by_the_engine_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sheet_columns_loader._TEXTS, "float", "no_such_function({0})")
    monkeypatch.setattr(load_source._log, "handlers", [caplog.handler])
    write(tmp_path / "b.xlsx", Sheet([[shared("h")], [number("1")]]))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with Stage.open(source, tmp_path, Silent()) as stage:
        (fallback,) = stage.fallbacks
        assert (fallback.path, fallback.unexpected) == (FastPath.COLUMNS, True)
        assert "no_such_function" in fallback.detail
        assert list(stage.each("FROM source")) == [(2, "1")]
    assert "no_such_function" in caplog.text


def test_a_stage_does_without_a_working_copy(tmp_path: Path) -> None:
    write(tmp_path / "b.xlsx", Sheet([[shared("h")], [number("1")]]))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with Stage.open(source, tmp_path, Silent()) as stage:
        assert stage.spool.path.name == "b.xlsx"
        assert (stage.rows, stage.dialect, list(stage.each("FROM source"))) == (1, [], [(2, "1")])
