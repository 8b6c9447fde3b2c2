"""Sentences about findings, for users."""

from __future__ import annotations

import re

#: Maximum characters of a value in a sentence.
SHOWN = 60


def shown(value: str) -> str:
    """Return a value in quotes on one line, cut to a readable length."""
    line = " ".join(value.split())
    line = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line
    )
    return f'"{line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"}"'


def one_cell(row: int, column: str | None, value: str, says: str) -> str:
    """Return the sentence about a single cell."""
    what = shown(value) if value.strip() else "the cell"
    return f"Row {row:,}, column {column}: {what} {says}."


def short_sentence(says: str) -> str:
    """Return a reason as a sentence: `is not a number` becomes `Not a number.`"""
    short = re.sub(r"^(is|are) ", "", says)
    return short[:1].upper() + short[1:] + ("" if short.endswith(".") else ".")


def many_cells(count: int, column: str | None, first: tuple[int, str], many: str) -> str:
    """Return the sentence about several cells of a column."""
    row, value = first
    if not value.strip():
        return f"{count:,} cells in column {column} {many}; the first is in row {row:,}."
    return (
        f"{count:,} values in column {column} {many}; the first is {shown(value)} in row {row:,}."
    )


def one_fault(row: int, column: str | None, sentence: str) -> str:
    """Return the sentence about a broken row or cell, from the fault's own sentence."""
    place = f"Row {row:,}" if column is None else f"Row {row:,}, column {column}"
    return f"{place}: {sentence}"


def many_faults(count: int, column: str | None, first: int, sentence: str) -> str:
    """Return the sentence about several broken rows or cells."""
    what = "rows" if column is None else f"cells in column {column}"
    return f"{count:,} {what}, the first in row {first:,}: {sentence}"
