"""A large sheet that is read piece by piece equals, cell by cell, the result of careful reading."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sheet_cells import (
    DATE,
    OPTIONS,
    Cell,
    Sheet,
    by_columns,
    number,
    shared,
    sheets,
    with_care,
    write,
)

from sodasheet.errors import Cancelled
from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Why
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.sources.workbook import fast_reader, pieced_columns, sheet_pieces
from sodasheet.sources.workbook.pieced_columns import PiecedColumns
from sodasheet.staging.staged_table import Stage
from thorough import examples

Change = Callable[[str], str]


@pytest.fixture(autouse=True, scope="module")
def _tiny_pieces() -> Any:
    """Read every sheet in pieces of a row or two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_reader, "LARGE", 0)
        patch.setattr(fast_reader, "PIECE", 60)
        yield


@pytest.fixture(params=[0, 1_000_000], ids=["texts in the rows", "texts beside the rows"])
def _texts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieced_columns, "_FEW_TEXTS", request.param)


def rewrite(path: Path, part: str, change: Change) -> None:
    """Change the XML of a part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert change(parts[part]) != parts[part]
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


@settings(max_examples=examples(50, 100), deadline=None)
@given(sheets(), OPTIONS, st.sampled_from([0, 1_000_000]), st.integers(40, 300))
def test_pieces_tell_what_their_cells_tell(
    sheet: Sheet, options: dict[str, Any], few: int, size: int
) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_reader, "PIECE", size)
        patch.setattr(pieced_columns, "_FEW_TEXTS", few)
        folder = Path(name)
        write(folder / "b.xlsx", sheet)
        source = open_source(SourceSpec(kind="workbook", path="b.xlsx", **options), folder)
        quick, careful = by_columns(source, folder), with_care(source, folder)

    event("in pieces" if quick else "with care")
    assert quick is None or quick == careful


def column(*cells: Cell | None) -> Sheet:
    return Sheet([[shared("h"), shared("k")], *([cell, shared("x")] for cell in cells)])


SHEETS = {
    "numbers, then texts, then a blank": (
        Sheet([[shared("h")], [number("1")], [number("2.5")], [shared("a")], [None],
               [shared("")], [number("7")], [Cell("b", "1")], [number("45000", DATE)]]),
        {},
        [(2, "1"), (3, "2.5"), (4, "a"), (7, "7"), (8, "true"), (9, "2023-03-15")],
    ),
    "a column that begins far down": (
        Sheet([[shared("h"), shared("k")], *[[number("1"), None]] * 8, [None, number("5")]]),
        {},
        [*((row, "1", "") for row in range(2, 10)), (10, "", "5")],
    ),
    "blank rows between and behind": (
        Sheet([[shared("h")], *[[None]] * 5, [number("1")], *[[Cell()]] * 9, [number("2")],
               *[[Cell()]] * 9]),
        {},
        [(7, "1"), (17, "2")],
    ),
    "a table with rows below": (
        Sheet([[shared("T0")], *([number(place)] for place in range(9))], left=3, table=("T0",)),
        {"table": "T"},
        [(row, str(row - 2)) for row in range(2, 11)],
    ),
    "a range that ends in a piece": (
        Sheet([[shared("h")], *([number(place)] for place in range(9))]),
        {"range": "A1:A4"},
        [(2, "0"), (3, "1"), (4, "2")],
    ),
    "days since 1904": (
        Sheet([[shared("h")], *[[number("44000", DATE)]] * 3], date_1904=True),
        {},
        [(row, "2024-06-19") for row in (2, 3, 4)],
    ),
    "titles above the headers": (
        Sheet([[shared("Title")], [None], [shared("h")], *[[shared("a")], [shared("b")]]], top=4),
        {"header_row": 6},
        [(7, "a"), (8, "b")],
    ),
}  # fmt: skip


@pytest.mark.usefixtures("_texts")
@pytest.mark.parametrize(("sheet", "options", "rows"), SHEETS.values(), ids=SHEETS)
def test_a_large_sheet_is_read_in_pieces(
    sheet: Sheet,
    options: dict[str, Any],
    rows: list[tuple[object, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As if the rows were far down: only the beginning of a sheet is searched for mixed columns.
    monkeypatch.setattr(fast_reader, "mixed", lambda _rows: False)
    write(tmp_path / "b.xlsx", sheet)
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx", **options), tmp_path)

    assert isinstance(source.spool(tmp_path, Silent()).columns, PiecedColumns)
    quick = by_columns(source, tmp_path)
    assert quick is not None
    assert quick == with_care(source, tmp_path)
    assert quick[-1] == rows


WRITTEN_OTHERWISE: dict[str, tuple[str, Change]] = {
    "prefixes": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
        .replace("xmlns=", "xmlns:x="),
    ),
    "prefixes of texts": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
        .replace("xmlns=", "xmlns:x="),
    ),
    "attributes in another order": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(' t="s"><v>', " t = 's' s=\"0\"><v>"),
    ),
    "spaces between the rows": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<row", "\n  <row").replace("<c ", "\n    <c "),
    ),
    "blank texts": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace('<si><t xml:space="preserve"></t></si>', "<si/>"),
    ),
    "parts of texts": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(">x</t>", ">x</t></r><r><t>y</t></r><rPh><t>z</t></rPh>")
        .replace('<si><t xml:space="preserve">x', '<si><r><t xml:space="preserve">x'),
    ),
    "a number of the texts": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<sst ", '<sst count="6" uniqueCount="6" '),
    ),
}  # fmt: skip


@pytest.mark.usefixtures("_texts")
@pytest.mark.parametrize(("part", "change"), WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE)
def test_xml_may_be_written_in_many_ways(part: str, change: Change, tmp_path: Path) -> None:
    write(tmp_path / "b.xlsx", column(shared(""), shared("é <&> x"), shared("b"), shared("x")))
    rewrite(tmp_path / "b.xlsx", part, change)
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    quick = by_columns(source, tmp_path)

    assert quick is not None
    assert quick == with_care(source, tmp_path)


UNUSUAL: dict[str, tuple[str, Change]] = {
    "a comment between the rows": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<row r="3"', '<!-- <row r="9"> --><row r="3"'),
    ),
    "a row without a number": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<row r="2"', '<row spans="1:2"'),
    ),
    "a text that is not parsed": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(">b<", "><![CDATA[b</si>]]><"),
    ),
    "a text with attributes": (
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<si>", '<si id="1">'),
    ),
    "fewer texts than cells": (
        "xl/sharedStrings.xml",
        lambda xml: xml[: xml.rindex("<si>")] + "</sst>",
    ),
    "values to the right of the headers": (
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<c r="B4"', '<c r="E4"'),
    ),
}


@pytest.mark.parametrize(("part", "change"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_cannot_be_cut_safely_is_read_with_care(
    part: str, change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieced_columns, "_FEW_TEXTS", 0)
    write(tmp_path / "b.xlsx", column(shared("a"), shared("b"), shared("c")))
    rewrite(tmp_path / "b.xlsx", part, change)
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    assert by_columns(source, tmp_path) is None


def test_a_sheet_without_an_end_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_pieces, "_LONGEST_ROW", 100)
    write(tmp_path / "b.xlsx", column(number("1"), shared("long" * 200), number("2")))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with Stage.open(source, tmp_path, Silent()) as stage:
        assert stage.rows == 3


class Stopping(Silent):
    """A user who cancels after some rows."""

    stop = False

    def advance(self, amount: int) -> None:
        self.stop = True


def test_reading_in_pieces_can_be_stopped(tmp_path: Path) -> None:
    write(tmp_path / "b.xlsx", column(*[number("1")] * 20))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with pytest.raises(Cancelled), Stage.open(source, tmp_path, Stopping()):
        pass


def test_a_piece_with_two_kinds_in_a_column_is_read_with_care(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_reader, "mixed", lambda _rows: False)
    monkeypatch.setattr(fast_reader, "PIECE", 10_000)
    write(tmp_path / "b.xlsx", column(number("1"), shared("a")))
    source = open_source(SourceSpec(kind="workbook", path="b.xlsx"), tmp_path)

    with Stage.open(source, tmp_path, Silent()) as stage:
        assert [fallback.why for fallback in stage.fallbacks] == [Why.MIXED_CELLS]
        assert list(stage.each("FROM source")) == [(2, "1", "x"), (3, "a", "x")]
