"""Words that fit into a sentence: capital letters, numbers with nouns, lists."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def capitalized(text: str) -> str:
    """Return text with an initial capital; the other letters stay unchanged."""
    return text[:1].upper() + text[1:]


def uncapitalized(text: str) -> str:
    """Return text for the middle of a sentence; a word in capitals is not changed."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number and words that agree: `1 row is`, `2,000 rows are`.

    `many` is only needed for words whose plural is not `one` with an s.
    """
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or one + 's'}"


def counted_rows(count: int) -> str:
    """Return a number of rows in words: `1 row`, `2,000 rows`."""
    return counted(count, "row")


def all_rows(count: int) -> str:
    """Return all of a number of rows: `the 1 row`, `all 3 rows`."""
    return f"the {counted_rows(count)}" if count == 1 else f"all {counted_rows(count)}"


def part_of(part: int, whole: int, one: str) -> str:
    """Return a part of a number: `1 of 1 row`, `3 of 2,000 rows`."""
    return f"{part:,} of {counted(whole, one)}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a sentence lists them: `a`, `a and b`, `a, b, and c`."""
    words = list(words)
    if len(words) < 3:
        return f" {last} ".join(words)
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"


def shortened(text: str, most: int) -> str:
    """Return text of at most `most` characters, with dots at the end if cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,;')}…"


def first_listed(words: Iterable[str], most: int) -> str:
    """Return the first words as a sentence lists them, and the number of others."""
    words = list(words)
    more = len(words) - most
    return listed([*words[:most], f"{more:,} more"] if more > 0 else words)


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that `name` may be a misspelling of."""
    lowered = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.casefold(), lowered, n=3, cutoff=0.6)
    return [lowered[word] for word in close]


def did_you_mean(names: Iterable[str]) -> str:
    """Return the question for close names."""
    return f"Did you mean {listed(names, 'or')}?"
