"""JSON in a cell, judged strictly."""

from __future__ import annotations

from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.compiled_type import Cell, TypedColumn

#: DuckDB 2.0 takes NaN, Infinity and a comma before a closing bracket for JSON; nobody else does.
_STRING = r'"(\\.|[^"\\])*"'
_LOOSE = r"(?i)nan|inf|,\s*[\]}]"

MACROS = (
    f"""strict_json(t) AS json_valid(t) AND NOT regexp_matches(
        regexp_replace(t, {literal(_STRING)}, '""', 'g'), {literal(_LOOSE)})""",
)


def json_value(cell: Cell) -> TypedColumn:
    """Compile any JSON value, sent as written."""
    good = f"strict_json({cell.text})"
    return TypedColumn(cell.text, (("not-json", f"NOT {good}"),), (), cell.text)
