"""Names that a portal gives to datasets, columns and people."""

from __future__ import annotations

import re
from typing import Any

#: Marks that turn the direction of the text around them, also beyond the name itself.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]+")


def label(value: Any) -> str:
    """Return a name to show within a line; empty if nothing would be seen.

    A control character becomes a space, and marks of direction are left out: they would show the
    words of a question in another order.
    """
    if not isinstance(value, str):
        return ""
    text = _TURNING.sub("", _CONTROL.sub(" ", value))
    return text if any(sign.isprintable() and sign != " " for sign in text) else ""
