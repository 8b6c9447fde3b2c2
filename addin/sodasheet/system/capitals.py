"""Capital letters at the beginning of sentences and cells."""

from __future__ import annotations


def capitalized(text: str) -> str:
    """Return a text that begins with a capital; the other letters stay as they are."""
    return text[:1].upper() + text[1:]
