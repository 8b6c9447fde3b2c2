"""A name that has to be typed before something dangerous is done."""

from __future__ import annotations

import unicodedata


def name_fits(typed: str, name: str) -> bool:
    """True if the name was typed; spaces, capitals and ways to write a letter aside."""
    return _plain(typed) == _plain(name)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
