"""The part of a dataset that a replace is limited to, as text in one cell or field."""

from __future__ import annotations

import re

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.json_keys import shown
from sodasheet.jobs.sheet.cleanup_cell import list_of, list_words
from sodasheet.model.job import Within

_PERIODS = ("year", "month", "day")

#: A column, then the values or the period that name the part.
_PART = re.compile(
    r"(?P<field>[^=:|]+?)\s*(?:=\s*(?P<values>.*)|:\s*(?P<each>[a-z]+))?", re.IGNORECASE | re.DOTALL
)


def part_words(within: Within | None) -> str:
    """Return the words of a cell for a part: `year = 2025 | 2026`, `district`, `opened: month`."""
    if within is None:
        return ""
    if within.values:
        return f"{within.field} = {list_words(within.values)}"
    return f"{within.field}: {within.each}" if within.each else within.field


def part_of(words: str) -> Within | None:
    """Return the part that the text names; None if empty. Raises UsageProblem."""
    if not words.strip():
        return None
    found = _PART.fullmatch(words.strip())
    each = (found["each"] or "").lower() if found else ""
    values = list_of(found["values"]) if found and found["values"] is not None else None
    if found is None or values == () or each not in ("", *_PERIODS):
        raise UsageProblem(
            f"{shown(words)} does not name a part of a dataset.",
            "Write a column and its values, such as year = 2025 | 2026, a column alone for the "
            "values in the source, or opened: month for a column of dates.",
        )
    return Within(found["field"], values or (), each)
