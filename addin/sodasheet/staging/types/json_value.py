"""JSON in a cell, judged strictly."""

from __future__ import annotations

from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.compiled_type import Cell, TypedColumn

#: DuckDB 2.0 accepts NaN, Infinity and a comma before a closing bracket as JSON; nothing else does.
_STRING = r'"(\\.|[^"\\])*"'
_LOOSE = r"(?i)nan|inf|,\s*[\]}]"

#: A number that does not fit in a double.
_HUGE = r"[0-9][eE]\+?0*(309|3[1-9][0-9]|[4-9][0-9]{2}|[1-9][0-9]{3,})"

MACROS = (
    f"""strict_json(t) AS json_valid(t) AND NOT regexp_matches(
        regexp_replace(t, {literal(_STRING)}, '""', 'g'), {literal(_LOOSE)})""",
    """json_doubled(t) AS CASE WHEN contains(t, '{') AND json_valid(t)
        THEN len(json_keys(t)) <> list_unique(json_keys(t)) ELSE false END""",
    f"""json_huge(t) AS regexp_matches(
        regexp_replace(t, {literal(_STRING)}, '""', 'g'), {literal(_HUGE)})""",
)


def json_value(cell: Cell) -> TypedColumn:
    """Compile any JSON value, sent as written.

    Notes say where the portal stores another value: of a key that an object has twice, the last.
    """
    notes = (
        ("json-doubled-key", f"coalesce(json_doubled({cell.text}), false)"),
        ("json-huge-number", f"coalesce(json_huge({cell.text}), false)"),
    )
    good = f"strict_json({cell.text})"
    return TypedColumn(cell.text, (("not-json", f"NOT {good}"),), notes, cell.text)
