"""Convert between the cleanup of a column and the words in its cell on a mapping sheet.

Steps have `|` between them: `N/A = (empty)` for a missing-value marker, `Opne = Open` for a value
that is replaced, `5 digits` for leading zeros, and `remove signs` for `="06103"` and `'06103`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodasheet.model.mapping import ColumnRule

#: The replacement that makes a value a missing-value marker.
EMPTY = "(empty)"

_UNWRAP = "remove signs"
_DIGITS = re.compile(r"([0-9]{1,2}) digits", re.IGNORECASE)
_MOST_DIGITS = 30


class Unclear(Exception):
    """An unknown step in a cleanup cell."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def cleanup_words(rule: ColumnRule) -> str:
    """Return the cleanup of a rule in one cell."""
    steps = [_UNWRAP] if rule.unwrap else []
    if rule.pad:
        steps.append(f"{rule.pad} digits")
    steps += [f"{_escaped(marker)} = {EMPTY}" for marker in rule.missing]
    steps += [f"{_escaped(old)} = {_escaped(new)}" for old, new in rule.recode]
    return " | ".join(steps)


def cleanup_of(words: str) -> dict[str, Any]:
    """Return the rule fields that a cell sets. Raises Unclear for an unknown step."""
    missing: list[str] = []
    recode: dict[str, str] = {}
    found: dict[str, Any] = {"unwrap": False, "pad": 0}
    for step in _split(words, "|"):
        parts = [_plain(part) for part in _split(step, "=", keep_empty=True)]
        digits = _DIGITS.fullmatch(step)
        if len(parts) == 2 and parts[0]:
            old, new = parts
            if new.casefold() == EMPTY:
                missing.append(old)
            else:
                recode[old] = new
        elif step.casefold() == _UNWRAP:
            found["unwrap"] = True
        elif digits is not None and 0 < int(digits[1]) <= _MOST_DIGITS:
            found["pad"] = int(digits[1])
        else:
            raise Unclear(step)
    return {**found, "missing": tuple(missing), "recode": tuple(recode.items())}


def list_words(texts: Iterable[str]) -> str:
    """Return several strings for one cell, separated by `|`."""
    return " | ".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)


def list_of(words: str) -> tuple[str, ...]:
    """Return the strings in a cell, separated by `|`."""
    return tuple(_plain(part) for part in _split(words, "|"))


def _escaped(text: str) -> str:
    return re.sub(r"([\\|=])", r"\\\1", text)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _split(words: str, sign: str, *, keep_empty: bool = False) -> Iterator[str]:
    """Split at a character without a backslash before it; backslashes stay for `_plain`."""
    part = ""
    for token in (*re.findall(r"\\.|.", words, re.DOTALL), sign):
        if token != sign:
            part += token
        else:
            if part.strip() or keep_empty:
                yield part.strip()
            part = ""
