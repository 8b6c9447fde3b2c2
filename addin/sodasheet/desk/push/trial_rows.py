"""The number of rows of a trial, as typed."""

from __future__ import annotations


def first_rows(typed: str, most: int) -> int | str:
    """Return how many rows a trial is to have, or a sentence if that can't be meant."""
    words = "".join(typed.replace(",", "").split())
    if words.isdecimal() and 1 <= int(words) <= most:
        return int(words)
    return (
        f"“{typed.strip()}” can’t be the number of rows to try. Type a number from 1 to {most:,}."
    )
