"""Texts and JSON of a portal's reply, safe to show and to write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
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


#: Put where a reply repeats a secret.
MARK = "***"

#: Shorter texts are words that replies contain anyway, as a name of a field for instance.
_SHORTEST = 8

_LONE = re.compile("[\ud800-\udfff]")
#: How JSON writes such a character; bytes that are no UTF-8 are refused before.
_ESCAPED_LONE = re.compile(rb"\\u[dD][89a-fA-F]")


def json_of(content: bytes, secrets: Iterable[str] = ()) -> Any:
    """Return the JSON of a reply, without the secrets that the portal may have repeated.

    Half a character (a lone surrogate), which no file and no page can contain, becomes U+FFFD.
    Raises ValueError or RecursionError if the content is no JSON.
    """
    value = json.loads(content.decode("utf-8-sig"))
    hidden = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True)
    # Without an escape, a secret in the texts is a secret in the bytes.
    plain = b"\\" not in content and not any(
        one.encode("utf-8", "replace") in content for one in hidden
    )
    if plain or not (hidden or _ESCAPED_LONE.search(content)):
        return value
    found = re.compile("|".join(map(re.escape, hidden)) or "(?!)")

    def clean(text: str) -> str:
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", found.sub(MARK, text))

    return _with_texts(value, clean)


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_with_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {change(name): _with_texts(one, change) for name, one in value.items()}
    return value
