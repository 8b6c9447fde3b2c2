"""Links: a web address, alone or behind a name (portal-api.md D)."""

from __future__ import annotations

from sodasheet.staging.sql import first_of, literal, matches
from sodasheet.staging.texts import json_text
from sodasheet.staging.typed import Cell, TypedColumn

ADDRESS = r"(?i:(?:https?|ftp)://[^\s/?#]\S*|mailto:[^\s@]+@[^\s@]+)"
NAMED = rf"(?s)(.*\S)\s*\(({ADDRESS})\)"


def url(cell: Cell) -> TypedColumn:
    """`https://…`, `ftp://…`, `mailto:…`, or `Name (https://…)`."""
    bare, named = matches(cell.text, ADDRESS), matches(cell.text, NAMED)
    name, address = (
        json_text(f"regexp_extract({cell.text}, {literal(f'^{NAMED}$')}, {group})")
        for group in (1, 2)
    )
    value = first_of(
        [
            (bare, f"""'{{"url":' || {json_text(cell.text)} || '}}'"""),
            (named, f"""'{{"url":' || {address} || ',"description":' || {name} || '}}'"""),
        ]
    )
    return TypedColumn(value, (("not-a-link", f"NOT ({bare} OR {named})"),), (), cell.text)
