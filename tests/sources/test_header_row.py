"""Headers of several rows, and the rows in which headers are suggested."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sodasheet.model.job import SourceSpec
from sodasheet.sources.header_row import suggest_header_row
from sodasheet.sources.headers import joined_headers

Lay = Callable[..., Any]

ROWS = "Avon,1,2,3,4\nBolton,5,6,7,8\n"
SPANNED = "Town,2023,,2024,\n,Fee,Count,Fee,Count\n" + ROWS
NAMES = ["Town", "2023 Fee", "2023 Count", "2024 Fee", "2024 Count"]


def _suggested(tmp_path: Path, text: str) -> tuple[str, int | None, int] | None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    found = suggest_header_row(tmp_path / "t.csv", SourceSpec(path="t.csv"))
    return None if found is None else (found.key, found.change.header_row, found.change.header_rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPANNED, ("header:1-2", 1, 2)),
        ("Fees,,,,\n\n" + SPANNED, ("header:3-4", 3, 2)),
        ("Fees,,Printed 1/1/2024\ntown,year,fee\nAvon,2024,2\nBolton,2023,5\n", ("header:2", 2, 1)),
        ("Avon,2024,1\nBolton,2024,2\nCanton,2023,5\n", ("header:0", 0, 1)),
        # The second visit is blank in most rows.
        (
            "Id,First,,Second,\n,Day,Score,Day,Score\na,1,2,,\nb,3,4,,\nc,5,6,7,8\n",
            ("header:1-2", 1, 2),
        ),
        (",,\n,,\ntown,year,fee\nAvon,2024,2\nBolton,2023,5\n", None),
        ("town,year,fee\nAvon,2024,2\nBolton,2023,5\n", None),
        ("town,2022,2023\nAvon,2024,2\nBolton,2023,5\n", None),
        ("name,group,\n,,note\nAvon,1,x\nB,2,y\n", None),
        ("Town,Fee,\n,,USD\nAvon,1,2\nB,2,3\n", None),
        ("a,b\nx,y\nz,w\n", None),
        # Excel reads the first line and does not show it.
        ("sep=;\ntown;year;fee\nAvon;2024;2\nBolton;2023;5\n", None),
        ("sep=;\nFees\ntown;year;fee\nAvon;2024;2\nBolton;2023;5\n", ("header:3", 3, 1)),
        ("a\n", None),
    ],
)
def test_the_headers_are_found(
    tmp_path: Path, text: str, expected: tuple[str, int, int] | None
) -> None:
    assert _suggested(tmp_path, text) == expected


def test_a_header_belongs_to_all_columns_that_it_spans() -> None:
    rows = [["", "Homes", "", "Shops"], ["Town", "Fee", "Count", "Fee", "Note"]]

    assert joined_headers(rows) == ["Town", "Homes Fee", "Homes Count", "Shops Fee", "Shops Note"]
    assert joined_headers([["Town", "Fee"], ["", "Fee"]]) == ["Town", "Fee"]


def test_headers_of_two_lines_are_joined(tmp_path: Path, spooled: Lay) -> None:
    (tmp_path / "t.csv").write_text("Fees\n" + SPANNED, encoding="utf-8")

    found = spooled("t.csv", header_row=2, header_rows=2)

    assert found.headers == NAMES
    assert (found.spool.first_row, found.spool.skip, found.spool.rows) == (4, 3, 2)
    assert found.spool.fallbacks == ()


def test_headers_of_two_rows_of_a_sheet_are_joined(tmp_path: Path, spooled: Lay) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 0, ["Town", "2023", "", "2024", ""])
        sheet.write_row(2, 0, ["", "Fee", "Count", "Fee", "Count"])
        sheet.write_row(3, 0, ["Avon", 1, 2, 3, 4])
        sheet.set_row(2, options={"hidden": True})

    found = spooled("b.xlsx", header_row=2, header_rows=2)

    assert found.headers == NAMES
    assert found.rows == [(4, ["Avon", "1", "2", "3", "4"])]
    assert found.notes == []


def test_a_file_that_ends_within_its_headers_has_no_rows(tmp_path: Path, spooled: Lay) -> None:
    (tmp_path / "t.csv").write_text("Town,Fee\n", encoding="utf-8")

    found = spooled("t.csv", header_rows=2)

    assert (found.headers, found.spool.rows) == (["Town", "Fee"], 0)
