"""Whether two names differ in spelling only."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from sodasheet.matching.name_words import Words

#: Below this share of equal letters (in percent) nothing is called similar.
THRESHOLD = 85
_SHORTEST_TYPO = 6
_SHORTEST_STEM = 4

#: Real words one letter apart: never a slip of the pen.
_CONFUSED_TEXT = """
county/country contact/contract charge/change casual/causal marital/martial parent/patent
patient/patent content/contest content/context contest/context content/consent content/convent
consent/convent consent/contest planned/planted filed/filled action/auction collision/collusion
medical/medial former/farmer district/distinct adoption/adaption desert/dessert statue/statute
revision/reversion election/erection insured/injured accepted/excepted boarder/border
posted/ported
"""
_CONFUSED = frozenset(frozenset(pair.split("/")) for pair in _CONFUSED_TEXT.split())


def likeness(one: Words, other: Words) -> int:
    """How alike two names are in percent; 0 where they are not the same words misspelled.

    Two names of many equal letters often mean different things (`start date`, `end date`), so
    every word must have its counterpart in the same place, equal or spelled alike.
    """
    if len(one) != len(other) or not all(map(_alike, one, other)):
        return 0
    percent = int(fuzz.ratio(" ".join(one), " ".join(other)))
    return percent if percent >= THRESHOLD else 0


def _alike(one: str, other: str) -> bool:
    return one == other or _inflected(one, other) or _mistyped(one, other)


def _inflected(one: str, other: str) -> bool:
    """`issue` and `issued`; endings such as -er and -ee name other people and do not count."""
    stem = _stem(one)
    participle = one.endswith("ed") or other.endswith("ed")
    return participle and len(stem) >= _SHORTEST_STEM and stem == _stem(other)


def _stem(word: str) -> str:
    return (word[:-1] if word.endswith("ed") else word).removesuffix("e")


def _mistyped(one: str, other: str) -> bool:
    """One letter too many, too few, wrong or swapped, inside a word long enough to be sure.

    The first and the last letter must agree: there a single letter makes another word (`active`
    and `inactive`, `height` and `weight`, `payer` and `payee`), as does one more at the end
    (`license` and `licensee`). A digit is never a slip.
    """
    return (
        max(len(one), len(other)) >= _SHORTEST_TYPO
        and (one[0], one[-1]) == (other[0], other[-1])
        and not one.startswith(other)
        and not other.startswith(one)
        and (one + other).isalpha()
        and OSA.distance(one, other, score_cutoff=1) == 1
        and frozenset((one, other)) not in _CONFUSED
    )
