"""The list of data types: the compiler of each `dataTypeName` (portal-api.md D)."""

from __future__ import annotations

from collections.abc import Callable

from sodasheet.model.mapping import VERBATIM
from sodasheet.staging.types import canonical_text, geometry, json_value, number, point
from sodasheet.staging.types.checkbox import checkbox
from sodasheet.staging.types.compiled_type import Cell, TypedColumn
from sodasheet.staging.types.date import calendar_date, fixed_date
from sodasheet.staging.types.text import email, flag, stars, text
from sodasheet.staging.types.url import url
from sodasheet.staging.types.verbatim_json import verbatim

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
    "json": json_value.json_value,
    "number": number.number,
    "money": number.number,
    "percent": number.number,
    "checkbox": checkbox,
    "calendar_date": calendar_date,
    "date": fixed_date,
    "point": point.point,
    "location": point.location,
} | {kind: geometry.shape(kind) for kind in geometry.KINDS}

#: Types whose blank cell may be an empty string instead of nothing (portal-api.md G.10).
EMPTY_TEXT_TYPES = frozenset({"text", "html", "phone", "drop_down_list"})

#: SQL functions that the compiled types call; a function comes after the functions it calls.
MACROS = (
    *number.MACROS,
    *json_value.MACROS,
    *point.MACROS,
    *geometry.MACROS,
    *canonical_text.MACROS,
)


#: Types that current portals store as text, with a hint of the original type (portal-api.md A.2).
_HINTED = {("text", "email"): email}


def compile_cell(cell: Cell) -> TypedColumn:
    """Return the SQL of a column; unknown types are text.

    Raises UsageProblem for a format that the type cannot read.
    """
    if cell.formats == (VERBATIM,):
        return verbatim(cell)
    kind = cell.column.type
    hinted = _HINTED.get((kind, cell.column.format.get("displayStyle", "")))
    return (hinted or TYPES.get(kind, text))(cell)
