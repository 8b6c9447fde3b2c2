"""Convert between words in the mapping table's cells and the job file's words.

The job file keeps its words (`calendar_date`, `keep`, `similar 82%`). Sheets show words for
people; those of earlier versions, which are the job's own, are read as well.
"""

from __future__ import annotations

import re
import zoneinfo
from functools import cache

from sodasheet.model.dataset import TYPE_WORDS
from sodasheet.model.mapping import (
    CONFIRMED,
    COORDINATES,
    NO_MATCH,
    NOT_USED,
    SAME_FIELD,
    SAME_NAME,
    Blank,
    guessed,
)
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import EMPTIES, GONE, NEEDED, OPTIONAL
from sodasheet.wording import capitalized

_TYPE_OF = {words.casefold(): kind for kind, words in TYPE_WORDS.items()} | {"date, utc": "date"}

_EMPTY_OF = {words.casefold(): blank for blank, words in EMPTIES.items()} | {
    blank.value: blank for blank in Blank
}

#: Reasons that need no review; sheets show them with a capital.
_PLAIN = frozenset({CONFIRMED, SAME_FIELD, SAME_NAME, NO_MATCH, NOT_USED})

#: Zones in the Americas are named by their city: `New York` for `America/New_York`.
_HOME = "America/"

_REVIEW = "Review: "
_COORDINATES = "coordinates"
_GONE = frozenset({GONE.casefold(), "no longer in the source"})
_STATES = frozenset({NEEDED.casefold(), OPTIONAL.casefold()})
_SIMILAR = re.compile(r"similar ([0-9]+)\s*%")


def type_of(words: str) -> str:
    """Return the data type that a cell shows; `Date` was never the portal's `date`.

    The portal's own names are those of earlier versions: there `date` is in small letters.
    """
    return words if words in TYPE_WORDS else _TYPE_OF.get(words.casefold(), words)


def empty_of(words: str) -> Blank | None:
    """Return the effect of empty cells that a cell names; None for unknown words."""
    return _EMPTY_OF.get(words.strip().casefold())


def method_of(words: str) -> Method | None:
    """Return the method that a cell names; None for unknown words."""
    word = words.partition(":")[0].strip().casefold()
    return Method(word) if word in list(Method) else None


def match_words(match: str) -> str:
    """Return a match reason in the words of sheets, with `Review:` before a guess."""
    if guessed(match):
        shown = _COORDINATES if match == COORDINATES else _SIMILAR.sub(r"similar \1%", match)
        return _REVIEW + shown
    return capitalized(match) if match in _PLAIN else match


def match_of(words: str) -> str:
    """Return the match reason that a cell shows; empty for the state of an unfilled column."""
    if words.casefold() in _STATES:
        return ""
    if is_gone(words):
        return GONE
    if words.casefold() in _PLAIN:
        return words.casefold()
    if not words.casefold().startswith(_REVIEW.casefold()):
        return words
    reason = words[len(_REVIEW) :].strip()
    if reason.casefold() == _COORDINATES:
        return COORDINATES
    return _SIMILAR.sub(r"similar \1%", reason)


def is_gone(words: str) -> bool:
    """True if a Match cell marks a column that the source no longer has."""
    return words.strip().casefold() in _GONE


def zone_words(zone: str) -> str:
    """Return a time zone in the words of sheets: `New York` for `America/New_York`."""
    city = zone.removeprefix(_HOME).replace("_", " ")
    return city if zone_of(city) == zone else zone


def zone_of(words: str) -> str | None:
    """Return the time zone that a cell names by its city or in full; None if there is none."""
    name = words.strip().replace(" ", "_").casefold()
    return _zones().get(name) or _zones().get(_HOME.casefold() + name)


@cache
def _zones() -> dict[str, str]:
    """Return all time zones; otherwise, case sensitivity would depend on the file system."""
    return {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
