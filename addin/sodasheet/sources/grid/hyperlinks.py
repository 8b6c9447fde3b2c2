"""Hyperlinks of cells: the addresses behind their text."""

from __future__ import annotations

import re

#: A web or mail address as a link of the portal contains it (portal-api.md D).
ADDRESS = r"(?i:(?:https?|ftp)://[^\s/?#]\S*|mailto:[^\s@]+@[^\s@]+)"

#: Maximum cells with hyperlinks that are read from one sheet.
MOST_HYPERLINKS = 2_000_000

_ADDRESS = re.compile(ADDRESS)
_NAMED = re.compile(rf".*\S\s*\({ADDRESS}\)", re.DOTALL)
_FORMULA = re.compile(r'=?\s*HYPERLINK\(\s*"((?:[^"]|"")+)"\s*(?:[,;].*)?\)\s*', re.DOTALL | re.I)


def with_address(text: str, address: str) -> str:
    """Return `text (address)` for a cell with a hyperlink.

    Blank cells, strings that contain an address themselves, and hyperlinks to other cells or to
    files are not changed.
    """
    if not text.strip() or _ADDRESS.fullmatch(address) is None:
        return text
    shown = text.strip()
    if _ADDRESS.fullmatch(shown) or _NAMED.fullmatch(shown):
        return text
    return f"{shown} ({address})"


def formula_address(formula: str) -> str:
    """Return the literal address in a HYPERLINK formula; empty if computed."""
    found = _FORMULA.fullmatch(formula)
    return found[1].replace('""', '"') if found else ""


def full_address(address: str, part: str) -> str:
    """Return an address with the page fragment, which spreadsheet programs store separately."""
    return f"{address}#{part}" if address and part and "#" not in address else address
