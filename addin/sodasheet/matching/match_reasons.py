"""Reasons in `ColumnRule.match`, and their certainty."""

from __future__ import annotations

from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PointRule

SAME_FIELD = "same field name"
SAME_NAME = "same name"
SAME_WORDS = "same words"
SYNONYM = "synonym"
NO_MATCH = "no match"
NOT_USED = "not used by delete"
COORDINATES = "latitude and longitude"

_SIMILAR = "similar "
_PART = "part of "
_EXACT = frozenset({SAME_FIELD, SAME_NAME})
_NOTHING = frozenset({NO_MATCH, NOT_USED})
_GUESSED = frozenset({SAME_WORDS, SYNONYM, COORDINATES})


def similar(percent: int) -> str:
    """Return the reason for two names that differ in spelling only: `similar 91 %`."""
    return f"{_SIMILAR}{percent} %"


def part_of(field: str) -> str:
    """Return the reason for a header that fills half of the point in `field`."""
    return f"{_PART}{field}"


def guessed(match: str) -> bool:
    """True if a match rests on similarity and should be reviewed by a person first."""
    return match in _GUESSED or match.startswith((_SIMILAR, _PART))


def doubtful(mapping: Mapping) -> tuple[ColumnRule | PointRule, ...]:
    """Return unconfirmed rules that rest on similarity rather than an exact name.

    A column that is half of a point fills nothing by itself: the point is confirmed instead.
    """
    rules: list[ColumnRule | PointRule] = [rule for rule in mapping.columns if rule.fills]
    rules += mapping.points
    return tuple(rule for rule in rules if guessed(rule.match))


def personal(match: str) -> bool:
    """True if a person, not matching, made the choice; an empty reason was written by hand."""
    return match == CONFIRMED or not (guessed(match) or match in _EXACT or match in _NOTHING)
