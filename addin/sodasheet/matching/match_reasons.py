"""The words in `ColumnRule.match`: why a rule fills what it fills, and whether that is sure."""

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
    """The reason of two names that differ in spelling only: `similar 91 %`."""
    return f"{_SIMILAR}{percent} %"


def part_of(field: str) -> str:
    """The reason of a header that fills no column alone but half of the point in `field`."""
    return f"{_PART}{field}"


def guessed(match: str) -> bool:
    """Whether a match fills something on a likeness that a person should look at first."""
    return match in _GUESSED or match.startswith((_SIMILAR, _PART))


def doubtful(mapping: Mapping) -> tuple[ColumnRule | PointRule, ...]:
    """Rules that fill something on a likeness (not on an exact name) that nobody has confirmed.

    A column that is half of a point fills nothing by itself: it is the point that is confirmed.
    """
    rules: list[ColumnRule | PointRule] = [rule for rule in mapping.columns if rule.fills]
    rules += mapping.points
    return tuple(rule for rule in rules if guessed(rule.match))


def personal(match: str) -> bool:
    """Whether a person, not matching, made the choice; an empty reason is one written by hand."""
    return match == CONFIRMED or not (guessed(match) or match in _EXACT or match in _NOTHING)
