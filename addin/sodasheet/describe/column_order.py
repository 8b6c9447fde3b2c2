"""Order of columns, computed from the positions on a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.describe.description import ColumnDescription, Description

#: Separator between field names in the text of an order.
BETWEEN = ", "


def wanted_order(now: Description, wanted: Description) -> list[str]:
    """Return the field names of all columns in the order given by the positions on a sheet.

    A column that is given another place moves there, and the others close up around it: nobody has
    to renumber them.
    """
    present = {column.field: place for place, column in enumerate(now.columns, start=1)}
    asked = {field: _asked(wanted, field) or place for field, place in present.items()}
    moved = [field for field, place in present.items() if asked[field] != place]
    order = [field for field in present if field not in moved]
    for field in sorted(moved, key=lambda one: (asked[one], present[one])):
        order.insert(asked[field] - 1, field)
    return order


def new_places(now: Description, order: str) -> dict[str, int]:
    """Return the portal's ids of all columns from the first to the last that moves.

    They are the numbers that the portal has given already, handed out again from the left; columns
    that the order does not name come last.
    """
    ordered = in_order(now.columns, order)
    moved = [at for at, column in enumerate(ordered) if column != now.columns[at]]
    if not moved:
        return {}
    numbers = [column.place for column in now.columns]
    return {ordered[at].field: numbers[at] for at in range(moved[0], moved[-1] + 1)}


def in_order(columns: Sequence[ColumnDescription], order: str) -> list[ColumnDescription]:
    """Return columns in an order; columns that the order does not name come last."""
    ranks = {field: place for place, field in enumerate(order.split(BETWEEN))}
    return sorted(columns, key=lambda column: ranks.get(column.field, len(ranks)))


def _asked(wanted: Description, field: str) -> int | None:
    column = wanted.column(field)
    text = "" if column is None else column.values.get("position", "")
    return int(text) if text else None
