"""Text is entered in a cell as text."""

from __future__ import annotations

import pytest

from sodasheet.excel.sheets.cell_text import LONGEST, as_text


@pytest.mark.parametrize(
    ("text", "entered"),
    [
        ("Ann", "Ann"),
        ("(ignore)", "(ignore)"),
        ("Ümlaut · 漢字", "Ümlaut · 漢字"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'quoted", "''quoted"),
        ("001", "'001"),
        ("1/2", "'1/2"),
        ("(5)", "'(5)"),
        ("#N/A", "'#N/A"),
        ("\t=1+1", "'\t=1+1"),
        ("a\x00b\x07", "a\u2400b\u2407"),
        ("half \ud83d", "half \ufffd"),
        ("True", "'True"),
        ("false", "'false"),
        ("falsehood", "falsehood"),
        ("Mar 2024", "'Mar 2024"),
    ],
)
def test_what_could_be_taken_for_more_gets_an_apostrophe(text: str, entered: str) -> None:
    assert as_text(text) == entered


def test_text_is_cut_to_what_a_cell_holds() -> None:
    assert len(as_text("1" * 40_000)) == LONGEST
