"""Hyperlinks of a column as Excel lists them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.errors import SourceError
from sodasheet.excel.live import hyperlinks
from sodasheet.excel.live.hyperlinks import column_hyperlinks


def _link(row: int, address: str, part: str = "", rows: int = 1) -> Any:
    cells = SimpleNamespace(Row=row, Rows=SimpleNamespace(Count=rows))
    return SimpleNamespace(Address=address, SubAddress=part, Range=cells)


def _column(formulas: list[str], links: list[Any]) -> Any:
    listed = SimpleNamespace(Count=len(links), Item=lambda at: links[at - 1])
    return SimpleNamespace(
        row=2,
        column=3,
        shape=(len(formulas), 1),
        formula=tuple((text,) for text in formulas),
        api=SimpleNamespace(Hyperlinks=listed),
        sheet=SimpleNamespace(name="Data"),
    )


def test_the_part_of_a_page_is_put_back_and_formulas_speak_for_themselves() -> None:
    column = _column(
        ["One", "Two", '=HYPERLINK("https://a.gov/3","Three")', '=HYPERLINK(A5,"Four")', ""],
        [_link(2, "https://a.gov/1", "part"), _link(3, "https://a.gov/2", rows=9)],
    )

    assert column_hyperlinks(column) == {
        2: "https://a.gov/1#part",
        3: "https://a.gov/2",
        4: "https://a.gov/3",
        6: "https://a.gov/2",
    }


def test_too_many_hyperlinks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyperlinks, "MOST_CALLS", 1)

    with pytest.raises(SourceError, match="Column C of Data has too many cells with hyperlinks"):
        column_hyperlinks(_column(["One", "Two"], [_link(2, "https://a.gov/1")] * 2))
