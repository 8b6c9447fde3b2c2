"""Values in a column's description: how each is read, written and interpreted.

Each value is a string in a cell. The position is the column's place among the columns, counted from
1: portals number columns from 0 or 1 and with gaps. The format is a list of settings, such as
`align=right; precision=2`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

YES, NO = "Yes", "No"

#: Flag of a column that readers do not see.
HIDDEN = "hidden"

#: Most digits of a position or a width.
_DIGITS = 9

_BETWEEN = "; "
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^;])+')


class ValueProblem(ValueError):
    """Invalid text for a value; the arguments say what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A value of a column.

    `key` is a stable word for programs, `label` the header on a sheet. `read` takes the text out
    of a column of a view, and is None if the column alone does not tell. `settled` turns a typed
    text into the form in which strings are compared; it raises ValueProblem.
    """

    key: str
    label: str
    read: Callable[[Mapping[str, Any]], str] | None
    settled: Callable[[str], str]


def _text(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda entry: str(entry[key]) if isinstance(entry.get(key), str) else ""


def _number(key: str) -> Callable[[Mapping[str, Any]], str]:
    def read(entry: Mapping[str, Any]) -> str:
        value = entry.get(key)
        if isinstance(value, str):
            number = value.isascii() and value.isdigit() and len(value) <= _DIGITS
            return value if number else ""
        if not isinstance(value, int) or isinstance(value, bool):
            return ""
        return str(value) if abs(value) < 10**_DIGITS else ""

    return read


def _format(entry: Mapping[str, Any]) -> str:
    value = entry.get("format")
    return format_text(value) if isinstance(value, dict) else ""


def _hidden(entry: Mapping[str, Any]) -> str:
    flags = entry.get("flags")
    return YES if isinstance(flags, list) and HIDDEN in flags else NO


def format_text(settings: Mapping[str, Any]) -> str:
    """Return the settings of a format as a string, sorted by name."""
    return _BETWEEN.join(f"{key}={_shown(settings[key])}" for key in sorted(settings))


def format_settings(text: str) -> dict[str, Any]:
    """Return the settings in a string. Raises ValueProblem."""
    found: dict[str, Any] = {}
    for part in _parts(text):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise ValueProblem(
                f'the format contains "{part}"', "Write settings as align=right; precision=2."
            )
        found[key.strip()] = _meant(value.strip())
    return found


def _parts(text: str) -> list[str]:
    """Split at semicolons outside JSON strings."""
    return [part.strip() for part in _PART.findall(text) if part.strip()]


def _shown(value: Any) -> str:
    plain = isinstance(value, str) and value == value.strip() and not set(value) & set(';"')
    if plain and _meant(value) == value:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _meant(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _as_is(text: str) -> str:
    return text


def _settled_format(text: str) -> str:
    return format_text(format_settings(text))


def _whole(what: str, unit: str) -> Callable[[str], str]:
    def settled(text: str) -> str:
        plain = text.removesuffix(".0")
        if text and not (plain.isascii() and plain.isdigit() and plain.strip("0")):
            raise ValueProblem(f'the {what} is "{text}"', f"Write a whole number{unit}.")
        if len(plain) > _DIGITS:
            raise ValueProblem(
                f'the {what} is "{text}"', f"Write a whole number of at most {_DIGITS} digits."
            )
        return str(int(plain)) if text else ""

    return settled


def _yes_no(what: str) -> Callable[[str], str]:
    words = {"yes": YES, "no": NO, "true": YES, "false": NO, "": NO}

    def settled(text: str) -> str:
        if text.casefold() not in words:
            raise ValueProblem(f'{what} is "{text}"', f"Write {YES} or {NO}.")
        return words[text.casefold()]

    return settled


COLUMN_VALUES: dict[str, ColumnValue] = {
    one.key: one
    for one in (
        ColumnValue("name", "Display name", _text("name"), _as_is),
        ColumnValue("description", "Description", _text("description"), _as_is),
        ColumnValue("position", "Position", None, _whole("position", ": 1 for the first column")),
        ColumnValue("width", "Width", _number("width"), _whole("width", " of pixels")),
        ColumnValue("format", "Format", _format, _settled_format),
        ColumnValue("identifier", "Row identifier", None, _yes_no("row identifier")),
        ColumnValue("hidden", "Hidden", _hidden, _yes_no("hidden")),
    )
}
