"""Whole numbers as people type them."""

from __future__ import annotations

#: Maximum digits of a valid number; Python itself refuses to read thousands.
_DIGITS = 12


def typed_number(text: str) -> int | None:
    """Return the typed whole number, ignoring commas and blanks; None for anything else."""
    plain = "".join(text.replace(",", "").split())
    return int(plain) if plain.isdecimal() and len(plain) <= _DIGITS else None
