"""Hyperlinks behind the cells of a column of an open sheet."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from sodasheet.errors import SourceError
from sodasheet.sources.grid.cell_range import column_letters
from sodasheet.sources.grid.hyperlinks import formula_address, full_address

if TYPE_CHECKING:
    import xlwings

#: Maximum cells or hyperlinks examined per column; each costs calls to the program.
MOST_CALLS = 20_000


def column_hyperlinks(column: xlwings.Range) -> dict[int, str]:
    """Return the addresses behind the cells of a range of a column, by row of the sheet.

    An address that a formula computes is not known. Raises SourceError if there are so many that
    asking would take for ever.
    """
    formulas = _formulas(column)
    links = getattr(column.api, "Hyperlinks", None)
    found = _one_by_one(column, formulas) if links is None else _listed(column, links)
    for row, text in formulas.items():
        if text.startswith("="):
            found.pop(row, None)
            if address := formula_address(text):
                found[row] = address
    return found


def _formulas(column: xlwings.Range) -> dict[int, str]:
    """Return the content of each nonblank cell, by row."""
    raw = cast("Any", column.formula)
    rows = raw if isinstance(raw, list | tuple) else ((raw,),)
    texts = (str(row[0]) if isinstance(row, list | tuple) else str(row) for row in rows)
    return {row: text for row, text in enumerate(texts, start=column.row) if text}


def _listed(column: xlwings.Range, links: Any) -> dict[int, str]:
    """Return the addresses as Excel lists them; a page's fragment is stored separately."""
    count = int(links.Count)
    _require_few(column, count)
    found: dict[int, str] = {}
    for at in range(1, count + 1):
        link = links.Item(at)
        address = full_address(str(link.Address or ""), str(link.SubAddress or ""))
        first = int(link.Range.Row)
        last = min(first + int(link.Range.Rows.Count), column.row + int(column.shape[0]))
        found.update(dict.fromkeys(range(max(first, column.row), last), address))
    return found


def _one_by_one(column: xlwings.Range, formulas: dict[int, str]) -> dict[int, str]:
    texts = [row for row, text in formulas.items() if not text.startswith("=")]
    _require_few(column, len(texts))
    found: dict[int, str] = {}
    for row in texts:
        with suppress(Exception):  # xlwings raises for a cell without a hyperlink
            found[row] = str(column[row - column.row, 0].hyperlink or "")
    return found


def _require_few(column: xlwings.Range, count: int) -> None:
    if count > MOST_CALLS:
        letters = column_letters(column.column)
        raise SourceError(
            f"Column {letters} of {column.sheet.name} has too many cells with hyperlinks.",
            "Write the addresses into a separate column, and map that column.",
        )
