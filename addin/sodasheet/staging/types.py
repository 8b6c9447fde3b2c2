"""The one list of data types: which compiler reads which `dataTypeName` (portal-api.md D)."""

from __future__ import annotations

from collections.abc import Callable

from sodasheet.staging import canonical, jsons, numbers, places, shapes
from sodasheet.staging.checkboxes import checkbox
from sodasheet.staging.dates import calendar_date, fixed_date
from sodasheet.staging.links import url
from sodasheet.staging.texts import email, flag, stars, text
from sodasheet.staging.typed import Cell, TypedColumn
from sodasheet.staging.verbatim import VERBATIM, verbatim

Compiler = Callable[[Cell], TypedColumn]

TYPES: dict[str, Compiler] = {
    "text": text,
    "html": text,
    "phone": text,
    "drop_down_list": text,
    "email": email,
    "flag": flag,
    "stars": stars,
    "url": url,
    "json": jsons.json_value,
    "number": numbers.number,
    "money": numbers.number,
    "percent": numbers.number,
    "checkbox": checkbox,
    "calendar_date": calendar_date,
    "date": fixed_date,
    "point": places.point,
    "location": places.location,
} | {kind: shapes.shape(kind) for kind in shapes.KINDS}

#: Types whose blank cell may be an empty text instead of nothing (portal-api.md G.10).
TEXT_TYPES = frozenset({"text", "html", "phone", "drop_down_list"})

#: SQL functions that the compiled types call; one that calls another stands behind it.
MACROS = (
    *numbers.MACROS,
    *jsons.MACROS,
    *places.MACROS,
    *shapes.MACROS,
    *canonical.MACROS,
)


#: Types that portals of today store as text, with a hint of what they were (portal-api.md A.2).
_HINTED = {("text", "email"): email}


def compile_cell(cell: Cell) -> TypedColumn:
    """The SQL of one column; a type of the future is text.

    Raises UsageProblem for a format that the type cannot read.
    """
    if cell.formats == (VERBATIM,):
        return verbatim(cell)
    kind = cell.column.type
    hinted = _HINTED.get((kind, cell.column.format.get("displayStyle", "")))
    return (hinted or TYPES.get(kind, text))(cell)
