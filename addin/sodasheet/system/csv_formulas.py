"""Text for CSV files that a spreadsheet does not run as formulas."""

from __future__ import annotations

import re

#: A spreadsheet treats text that starts with one of these as a formula (portal-api.md G.31),
#: unless it is a number.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def disarmed(text: str) -> str:
    """Return `text` in a form that a spreadsheet shows as text and never runs."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
