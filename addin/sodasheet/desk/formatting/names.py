"""Names of datasets and columns, shown within sentences and typed to confirm."""

from __future__ import annotations

import unicodedata

#: Bidirectional classes of scripts that run from right to left.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

_ISOLATE, _END = "\u2068", "\u2069"


def isolated(name: str) -> str:
    """Return a name that does not change the direction of the surrounding text."""
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in name)
    return f"{_ISOLATE}{name}{_END}" if turns else name


def name_fits(typed: str, name: str) -> bool:
    """True if the name was typed, ignoring blanks, capitalization and letter variants."""
    return plain(typed) == plain(name) != ""


def plain(name: str) -> str:
    """Return the typed form of a name: lower case, single spaces, no invisible characters.

    The script of the page (`plain` in desk.js) judges alike.
    """
    seen = " ".join(unicodedata.normalize("NFKC", name).split())
    return "".join(sign for sign in seen if unicodedata.category(sign) != "Cf").strip().casefold()
