"""Suggest a point column from a latitude and a longitude in two source columns."""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.matching.name_words import Words, singular, words
from sodasheet.matching.synonyms import meaning
from sodasheet.model.dataset import PLACE_TYPES, Column
from sodasheet.model.mapping import COORDINATES, PointRule


def suggest_points(headers: Sequence[str], unfilled: Sequence[Column]) -> tuple[PointRule, ...]:
    """Return the one unambiguous point, or none.

    There must be exactly one latitude with its longitude (`Start Lat` goes with `Start Lon`), and
    exactly one unfilled point or location column. `X` and `Y` are never used: they
    are as often feet as degrees.
    """
    latitudes = _coordinates(headers, "latitude")
    longitudes = _coordinates(headers, "longitude")
    pairs = [(latitudes[of], longitudes[of]) for of in latitudes if of in longitudes]
    places = [column for column in unfilled if column.type in PLACE_TYPES]
    if len(pairs) != 1 or len(places) != 1:
        return ()
    return (PointRule(places[0].field, *pairs[0], match=COORDINATES),)


def _coordinates(headers: Sequence[str], coordinate: str) -> dict[Words, str]:
    """Return headers with this word by their other words; the first of equal headers."""
    found: dict[Words, str] = {}
    for header in headers:
        parts = meaning(tuple(map(singular, words(header))))
        if parts.count(coordinate) == 1:
            found.setdefault(tuple(part for part in parts if part != coordinate), header)
    return found
