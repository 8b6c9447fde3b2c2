"""Lists and replacements as field text that can be read back without loss."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sodasheet.errors import UsageProblem


def join_list(values: Iterable[str]) -> str:
    """Return the values separated by commas; a value that contains a comma is in quotes."""
    listed = list(values)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(listed)
    return text.getvalue().replace(",", ", ") if "," not in "".join(listed) else text.getvalue()


def split_list(text: str) -> tuple[str, ...]:
    """Return the values of a comma-separated list, without duplicates or surrounding blanks."""
    rows = csv.reader(text.splitlines(), skipinitialspace=True)
    values = (value.strip() for row in rows for value in row)
    return tuple(dict.fromkeys(value for value in values if value))


def join_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a line `old = new` for each replacement."""
    return "\n".join(f"{_quoted(old)} = {_quoted(new)}" for old, new in pairs)


def split_pairs(text: str, header: str) -> tuple[tuple[str, str], ...]:
    """Return the replacements from lines `old = new`. Raises UsageProblem for other lines."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        old, rest = _first(line.strip())
        if not rest.startswith("=") or not old:
            raise UsageProblem(
                f'"{line.strip()}" can’t be a replacement in {header}.',
                "Write the old value, an equal sign, and the new value, such as Y = Yes.",
            )
        new, left = _first(rest[1:].strip(), whole=True)
        found.append((old, new if not left else rest[1:].strip()))
    return tuple(found)


def _quoted(value: str) -> str:
    plain = value == value.strip() and "=" not in value and not value.startswith('"')
    return value if plain and value else '"{}"'.format(value.replace('"', '""'))


def _first(text: str, *, whole: bool = False) -> tuple[str, str]:
    """Return the value at the start of a string, and the rest of the string."""
    if not text.startswith('"'):
        value, sign, rest = (text, "", "") if whole else text.partition("=")
        return value.strip(), sign + rest
    at, value = 1, ""
    while at < len(text):
        if text[at] != '"':
            value += text[at]
        elif text[at + 1 : at + 2] == '"':
            value, at = value + '"', at + 1
        else:
            return value, text[at + 1 :].strip()
        at += 1
    return text, ""
