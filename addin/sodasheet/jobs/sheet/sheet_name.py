"""Names of new sheets for a dataset."""

from __future__ import annotations

#: Characters not allowed in a sheet's name, and its maximum length (Excel specifications).
_FORBIDDEN = dict.fromkeys(map(ord, "[]:*?/\\"), " ")
_LONGEST_NAME = 31


def sheet_name(lead: str, name: str, taken: list[str]) -> str:
    """Return `Map Building Permits`, cut and numbered to be a valid name that is not taken."""
    clean = "".join(sign for sign in name.translate(_FORBIDDEN) if sign.isprintable())
    words = f"{lead} {' '.join(clean.split())}".strip()
    used = {one.casefold() for one in taken}
    chosen, number = _cut(words, ""), 2
    while chosen.casefold() in used:
        chosen, number = _cut(words, f" ({number})"), number + 1
    return chosen


def _cut(words: str, tail: str) -> str:
    return words[: _LONGEST_NAME - len(tail)].rstrip(" '") + tail
