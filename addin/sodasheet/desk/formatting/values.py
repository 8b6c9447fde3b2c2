"""Values of a dataset in readable form; other values stay unchanged."""

from __future__ import annotations

import re
from datetime import datetime

from sodasheet.model.dataset import DATE_TYPES, NUMBER_TYPES, TIMESTAMP_TYPES

_PLAIN = re.compile(r"(-?)(\d+)(\.\d+)?")


def cell_words(kind: str, text: str) -> str:
    """Return the text of a cell of this type, such as `Jan 3, 2024` or `34,153.45`."""
    if kind in DATE_TYPES | TIMESTAMP_TYPES:
        return _date(text)
    if kind in NUMBER_TYPES and (found := _PLAIN.fullmatch(text)) is not None:
        sign, whole, part = found.groups()
        return f"{sign}{int(whole):,}{part or ''}"
    return text


def _date(text: str) -> str:
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{then:%b} {then.day}, {then.year}"
    if not (then.hour or then.minute or then.second):
        return day
    seconds = f":{then:%S}" if then.second else ""
    clock = f"{then:%I:%M}{seconds} {then:%p}".lstrip("0")
    return f"{day}, {clock}"
