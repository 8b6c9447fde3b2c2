"""Links: a web address, alone or after a name (portal-api.md D)."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.sources.grid.hyperlinks import ADDRESS
from sodasheet.staging.sql_quoting import first_of, literal, matches
from sodasheet.staging.types.compiled_type import Cell, PlainCells, TypedColumn
from sodasheet.staging.types.text import json_text

#: The format of addresses that are written without it, and an address without a scheme.
ADD_SCHEME = "https://"
_DOMAIN = r"(?i)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]+)?(?:[/?#]\S*)?"

NAMED = rf"(?s)(.*\S)\s*\(({ADDRESS})\)"


def url(cell: Cell) -> TypedColumn:
    """Compile `https://…`, `ftp://…`, `mailto:…`, or `Name (https://…)`."""
    if cell.formats == (ADD_SCHEME,):
        domain = matches(cell.text, _DOMAIN)
        text = f"CASE WHEN {domain} THEN 'https://' || {cell.text} ELSE {cell.text} END"
        return url(replace(cell, text=f"({text})", formats=()))
    bare, named = matches(cell.text, ADDRESS), matches(cell.text, NAMED)
    name, address = (
        json_text(f"regexp_extract({cell.text}, {literal(f'^{NAMED}$')}, {group})")
        for group in (1, 2)
    )
    alone = f"""'{{"url":' || {json_text(cell.text)} || '}}'"""
    value = first_of(
        [
            (bare, alone),
            (named, f"""'{{"url":' || {address} || ',"description":' || {name} || '}}'"""),
        ]
    )
    problem = ("not-a-link", f"NOT {named}")
    addresses = TypedColumn(alone, (problem,), (), cell.text, good=bare, plain=cell.text)
    tidy = PlainCells(bare, addresses)
    return TypedColumn(value, (problem,), (), cell.text, good=bare, tidy=tidy)
