"""Split a name into words, without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

Words = tuple[str, ...]

#: Symbols, and the words that they stand for.
_SIGNS = str.maketrans(
    {
        "#": " number ",
        "%": " percent ",
        "&": " and ",
        "+": " plus ",
        "<": " under ",
        ">": " over ",
        "≤": " upto ",
        "≥": " atleast ",
        "'": "",
        "’": "",
    }
)
_CAMEL = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)
#: Accents over Latin, Greek and Cyrillic letters; in other scripts, marks are letters.
_ACCENTS = re.compile("[\u0300-\u036f]")


def spelled(name: str) -> Words:
    """Return the words of a name as written: `PermitNo. 07` is `permit`, `no`, `7`."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).translate(_SIGNS)
    parted = _CAMEL.sub(" ", plain).casefold()
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in parted)
    return tuple(_plain_number(word) for word in kept.split())


def words(name: str) -> Words:
    """Return the words of a name with `No.` read as `number`, like `#`."""
    return tuple("number" if word == "no" else word for word in spelled(name))


def compact(parts: Words) -> str:
    """Join words; a gap between numbers remains, so that `1 11` is not `11 1`."""
    return re.sub(r"(?<=\d) (?=\d)", "|", " ".join(parts)).replace(" ", "")


def portal_name(name: str) -> str:
    """Return the field name that a portal derives from a display name (portal-api.md G.1)."""
    return re.sub("[^a-z0-9]+", "_", name.strip().lower())


def singular(word: str) -> str:
    """Return a word without its plural ending, if its letters reveal an ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    ends = word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
    return word[:-1] if ends and len(word) > 3 else word


def _plain_number(word: str) -> str:
    return word.lstrip("0") or "0" if word.isdecimal() else word
