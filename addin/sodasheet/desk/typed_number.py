"""Whole numbers as people type them."""

from __future__ import annotations

#: Digits of a number that may be meant; Python itself refuses to read thousands of them.
_DIGITS = 12


def typed_number(text: str) -> int | None:
    """Return the typed whole number, ignoring commas and blanks; None for anything else."""
    plain = "".join(text.replace(",", "").split())
    return int(plain) if plain.isdecimal() and len(plain) <= _DIGITS else None
