"""Words that fit into a sentence: capitals at its beginning, numbers with their nouns."""

from __future__ import annotations


def capitalized(text: str) -> str:
    """Return a text that begins with a capital; the other letters stay as they are."""
    return text[:1].upper() + text[1:]


def uncapitalized(text: str) -> str:
    """Return a text that continues a sentence; a word in capitals stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted_rows(count: int) -> str:
    """Return a number of rows in words: `1 row`, `2,000 rows`."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
