"""Guessing the type of a file's column from its first cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from socrata_practice.publishing.geo_files import geometry_type
from socrata_practice.types import scalars
from socrata_practice.types.scalars import MaltypedError

#: The readers of each type that is guessed, in the order in which they are tried.
_READERS: dict[str, Callable[[Any], Any]] = {
    "number": scalars.number,
    "checkbox": lambda cell: scalars.checkbox(cell.lower()),
    "calendar_date": scalars.floating_csv,
}
#: The transform of each guessed type, as in a real portal; text is not converted.
FIRST_TRANSFORMS = {
    "number": "to_number(`{}`)",
    "checkbox": "to_boolean(`{}`)",
    "calendar_date": "to_floating_timestamp(`{}`)",
    "text": "`{}`",
}


def guessed_type(cells: Iterable[str | None]) -> str:
    """Return the first type that every cell is of; text if there is none, or no cell."""
    given = [cell for cell in cells if cell is not None]
    if shape := geometry_type(given):
        return shape
    return next((name for name, read in _READERS.items() if given and _fits(given, read)), "text")


def first_transform(column: str, kind: str) -> str:
    """Return the transform of a column with a guessed type."""
    return FIRST_TRANSFORMS.get(kind, f"to_{kind}(`{{}}`)").format(column)


def _fits(cells: list[str], read: Callable[[Any], Any]) -> bool:
    try:
        for cell in cells:
            read(cell)
    except MaltypedError:
        return False
    return True
