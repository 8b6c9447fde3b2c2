"""Counts and sizes in readable form."""

from __future__ import annotations

from sodasheet.wording import counted


def count(number: int | None) -> str:
    """Return a count with commas; an unknown count is never shown as zero."""
    return "not known" if number is None else f"{number:,}"


def rows(number: int | None) -> str:
    """Return a number of rows, such as `1 row`, `2 rows` or `no rows`."""
    return amount(number, "row")


def amount(number: int | None, noun: str, plural: str = "") -> str:
    """Return a count and its noun, such as `1 cell`, `12,300 cells` or `no cells`."""
    if number is None:
        return f"an unknown number of {plural or noun + 's'}"
    return counted(number, noun, plural) if number else f"no {plural or noun + 's'}"


def size(number: float | None) -> str:
    """Return a size in bytes, such as `46 kB` or `1.2 GB`."""
    if number is None:
        return "not known"
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= step:
            part = number / step
            return f"{part:.1f} {unit}" if part < 10 else f"{part:.0f} {unit}"
    return f"{number:.0f} bytes"
