"""Hyperlinks behind the cells of closed workbooks, for columns that fill links."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source, source_spec
from sodasheet.sources.grid import linked_cells
from sodasheet.sources.grid.hyperlinks import formula_address, with_address

from ..conftest import Laid


def _write(path: Path, texts: list[str], **links: str) -> None:
    """Write a column Page; `links` are addresses by cell, such as `B2`."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Town", "Page"])
        for row, text in enumerate(texts, start=1):
            sheet.write_row(row, 0, [f"T{row}", text])
        for cell, address in links.items():
            sheet.write_url(cell, address, string=texts[int(cell[1:]) - 2])


def _read(folder: Path, *linked: str, **spec: Any) -> Laid:
    source = open_source(source_spec("b.xlsx", SourceSpec(**spec)), folder, frozenset(linked))
    return Laid(source.spool(folder, Silent()))


def test_the_address_behind_a_text_is_read_beside_the_text(tmp_path: Path) -> None:
    _write(
        tmp_path / "b.xlsx",
        ["Permit 1", "https://a.gov/2", "Map", "None", "Sheet", "Größe"],
        B2="https://a.gov/1?x=1&y=2",
        B3="https://elsewhere.gov/2",
        B4="https://a.gov/map#north",
        B6="internal:Sheet1!A1",
        B7="mailto:clerk@a.gov",
    )

    found = _read(tmp_path, "Page")

    assert [cells[1] for _, cells in found.rows] == [
        "Permit 1 (https://a.gov/1?x=1&y=2)",
        "https://a.gov/2",
        "Map (https://a.gov/map#north)",
        "None",
        "Sheet",
        "Größe (mailto:clerk@a.gov)",
    ]
    note = found.note("hyperlinks-read")
    assert (note.count, note.examples[0].row, note.examples[0].column) == (3, 2, "Page")


def test_a_sheet_is_read_by_columns_if_no_column_fills_links(tmp_path: Path) -> None:
    _write(tmp_path / "b.xlsx", ["Permit 1"], B2="https://a.gov/1")
    source = open_source(source_spec("b.xlsx"), tmp_path)

    assert source.spool(tmp_path, Silent()).columns is not None
    assert [cells[1] for _, cells in _read(tmp_path, "Town").rows] == ["Permit 1"]


def test_a_formula_that_names_its_address_is_a_hyperlink(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Page")
        sheet.write_formula(1, 0, '=HYPERLINK("https://a.gov/1","One")', None, "One")
        sheet.write_formula(2, 0, '=HYPERLINK("https://a.gov/"&"2","Two")', None, "Two")

    assert [cells for _, cells in _read(tmp_path, "Page").rows] == [
        ["One (https://a.gov/1)"], ["Two"],
    ]  # fmt: skip


def test_one_hyperlink_may_cover_many_cells_but_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "plain.xlsx", ["One", "Two", "Three"], B2="https://a.gov/")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(b'link ref="B2"', b'link ref="A1:XFD1048576"'))

    assert [cells[1] for _, cells in _read(tmp_path, "Page").rows] == [
        "One (https://a.gov/)", "Two (https://a.gov/)", "Three (https://a.gov/)",
    ]  # fmt: skip
    monkeypatch.setattr(linked_cells, "MOST_HYPERLINKS", 2)
    with pytest.raises(SourceError, match="more than 2 cells with hyperlinks"):
        _read(tmp_path, "Page")


@pytest.mark.parametrize(
    ("text", "address", "found"),
    [
        ("Map", "file:///etc/passwd", "Map"),
        ("Map", "javascript:alert(1)", "Map"),
        ("Map", "https://a.gov/a b", "Map"),
        ("  ", "https://a.gov", "  "),
        ("Map (https://a.gov)", "https://b.gov", "Map (https://a.gov)"),
        ("www.a.gov ", "https://www.a.gov", "www.a.gov (https://www.a.gov)"),
    ],
)
def test_only_addresses_that_a_link_can_have_are_read(text: str, address: str, found: str) -> None:
    assert with_address(text, address) == found


@pytest.mark.parametrize(
    ("formula", "address"),
    [
        ('=HYPERLINK("https://a.gov")', "https://a.gov"),
        ('HYPERLINK( "https://a.gov" , "A, (b)")', "https://a.gov"),
        ('=IF(A2="","",HYPERLINK("https://a.gov"))', ""),
        ('=HYPERLINK(A2,"https://a.gov")', ""),
        ('="https://a.gov"', ""),
    ],
)
def test_an_address_is_taken_from_a_plain_formula_only(formula: str, address: str) -> None:
    assert formula_address(formula) == address
