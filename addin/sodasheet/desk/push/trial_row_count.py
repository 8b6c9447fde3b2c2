"""The number of rows of a trial, as typed."""

from __future__ import annotations

from sodasheet.desk.typed_number import typed_number


def first_rows(typed: str, most: int) -> int | str:
    """Return the number of rows for a trial, or a sentence if the number is invalid."""
    number = typed_number(typed)
    if number is not None and 1 <= number <= most:
        return number
    return (
        f'"{typed.strip()}" can’t be the number of rows to try. Type a number from 1 to {most:,}.'
    )
