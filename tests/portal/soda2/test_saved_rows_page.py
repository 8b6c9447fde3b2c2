"""Facts about a page of CSV, however its bytes are cut into pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.portal.soda2.saved_rows_page import CsvBytes, exact_rows

HEAD = b'":id","name"\n'
ROWS = b'"row-aaaa-bbbb-0000","two\nlines"\n"row-aaaa~bbbb_0001","say ""row-x"""\n'


def seen(page: bytes, size: int) -> CsvBytes:
    found = CsvBytes()
    for first in range(0, len(page), size):
        found.add(page[first : first + size])
    return found


@pytest.mark.parametrize("size", [1, 2, 7, 999])
def test_rows_and_the_last_id_are_found(size: int) -> None:
    found = seen(HEAD + ROWS, size)

    assert (found.rows, found.last) == (2, "row-aaaa~bbbb_0001")
    assert (found.begun, found.ended) == (True, True)


@pytest.mark.parametrize(
    "cell", [b'x\n""row-aaaa-bbbb-0009"",""y""', b'""\n""row-', b"\nrow-aaaa-bbbb-0009,"]
)
def test_a_line_of_a_cell_is_no_row(cell: bytes) -> None:
    found = seen(HEAD + b'"row-aaaa-bbbb-0000","' + cell + b'"\n', 5)

    assert (found.rows, found.last, found.ended) == (1, "row-aaaa-bbbb-0000", True)


@pytest.mark.parametrize("cut", [1, 2, 10, 30])
def test_a_page_that_breaks_off_has_no_end(cut: int) -> None:
    assert not seen((HEAD + ROWS)[:-cut], 9).ended


def test_a_page_that_breaks_off_behind_a_line_break_of_a_cell_has_no_end() -> None:
    assert not seen(HEAD + b'"row-aaaa-bbbb-0000","two\n', 9).ended


@pytest.mark.parametrize("page", [b"<html>", b"[]", b'"Permit Number"\n"1"\n', b"id\nrow-a\n", b""])
def test_anything_else_is_no_page(page: bytes) -> None:
    assert not seen(page, 9).begun


def test_rows_are_counted_one_by_one(tmp_path: Path) -> None:
    page = tmp_path / "rows-000001.csv"
    page.write_bytes(HEAD + ROWS + b'"17","' + b"x" * 200_000 + b'"\n')

    assert exact_rows(page) == 3


def test_a_page_without_rows_is_one() -> None:
    found = seen(HEAD, 9)

    assert (found.rows, found.last, found.begun, found.ended) == (0, None, True, True)
