"""Cleanup of one column in SQL: missing-value markers, recoded values, padding, unwrapping."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.model.mapping import ColumnRule
from sodasheet.staging.sql_quoting import literal, matches


def cleaned(text: str, rule: ColumnRule, missing: Iterable[str]) -> str:
    """SQL for the text of a cell after the rule's cleanup; `missing` are the mapping's markers."""
    if rule.unwrap:
        text = unwrapped(text)
    if rule.pad:
        text = padded(text, rule.pad)
    text = without_markers(text, (*missing, *rule.missing))
    return recoded(text, rule.recode)


def unwrapped(text: str) -> str:
    """SQL that reads `="06103"` and `'06103`, which spreadsheets write to keep digits, as 06103."""
    return (
        f"CASE WHEN {matches(text, _FORMULA)} THEN substr({text}, 3, length({text}) - 3) "
        f"WHEN starts_with({text}, '''') THEN substr({text}, 2) ELSE {text} END"
    )


#: A text that a spreadsheet evaluates to itself.
_FORMULA = '="[^"]*"'


def padded(text: str, width: int) -> str:
    """SQL that fills up whole numbers of fewer digits with zeros."""
    short = matches(text, f"[0-9]{{1,{width - 1}}}") if width > 1 else "false"
    return f"CASE WHEN {short} THEN lpad({text}, {width}, '0') ELSE {text} END"


def without_markers(text: str, markers: Iterable[str]) -> str:
    """SQL that is empty for a missing-value marker, in capitals or not."""
    listed = ", ".join(dict.fromkeys(literal(marker.lower()) for marker in markers if marker))
    if not listed:
        return text
    return f"CASE WHEN lower({text}) IN ({listed}) THEN '' ELSE {text} END"


def recoded(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """SQL that replaces whole values; capitals matter, since they may be all that is wrong."""
    cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in pairs)
    return f"CASE {text} {cases} ELSE {text} END" if cases else text
