"""Similarity of names that differ only in spelling."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from sodasheet.matching.name_words import Words

#: Minimum share of equal letters (in percent) for similar names.
THRESHOLD = 85
_SHORTEST_TYPO = 6
_SHORTEST_STEM = 4

#: Real words one letter apart: never a typo.
_CONFUSED_TEXT = """
county/country contact/contract charge/change casual/causal marital/martial parent/patent
patient/patent content/contest content/context contest/context content/consent content/convent
consent/convent consent/contest planned/planted filed/filled action/auction collision/collusion
medical/medial former/farmer district/distinct adoption/adaption desert/dessert statue/statute
revision/reversion election/erection insured/injured accepted/excepted boarder/border
posted/ported
"""
_CONFUSED = frozenset(frozenset(pair.split("/")) for pair in _CONFUSED_TEXT.split())


def similarity(one: Words, other: Words) -> int:
    """Return the similarity of two names in percent; 0 if they are not the same words misspelled.

    Two names with many equal letters often mean different things (`start date`, `end date`), so
    every word must have a counterpart in the same position, equal or similar in spelling.
    """
    if len(one) != len(other) or not all(map(_alike, one, other)):
        return 0
    percent = int(fuzz.ratio(" ".join(one), " ".join(other)))
    return percent if percent >= THRESHOLD else 0


def _alike(one: str, other: str) -> bool:
    return one == other or _inflected(one, other) or _mistyped(one, other)


def _inflected(one: str, other: str) -> bool:
    """True for `issue` and `issued`; endings such as -er and -ee name other people."""
    stem = _stem(one)
    participle = one.endswith("ed") or other.endswith("ed")
    return participle and len(stem) >= _SHORTEST_STEM and stem == _stem(other)


def _stem(word: str) -> str:
    return (word[:-1] if word.endswith("ed") else word).removesuffix("e")


def _mistyped(one: str, other: str) -> bool:
    """True if one letter is extra, missing, wrong or swapped inside a long enough word.

    The first and the last letter must agree: there a single letter makes another word (`active`
    and `inactive`, `height` and `weight`, `payer` and `payee`), as does a letter added at the end
    (`license` and `licensee`). A digit is never a typo.
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
