"""Text of a reply's body, in any form: JSON of two generations, a web page, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

_LONGEST = 240
#: Where the words of an error may be; the last two are the Publishing API's (portal-api.md C.1).
_MESSAGES = ("message", "error", "reason", "key")
#: An error is told in the first lines; a page may go on for megabytes.
_READ_AT_MOST = 65_536

_TAG = re.compile(r"<[^<>]*>?")


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The parts of an error body: `code` and `message` may be empty, `data` has the details.

    `html` is True for a web page; its title (or first words) is then the message. `own` is True
    for JSON in the form of the portal's own refusals (portal-api.md A.3, B.8): a gateway in front
    of the portal has other forms.
    """

    code: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    html: bool = False
    own: bool = False


def read_body(content: bytes, content_type: str = "") -> ErrorBody:
    """Return any body's text as far as readable; never raises (portal-api.md B.8, G.26)."""
    text = content[:_READ_AT_MOST].decode("utf-8-sig", errors="replace").strip()
    if not text:
        return ErrorBody()
    try:
        return _from_json(json.loads(content.decode("utf-8-sig", errors="replace")))
    except (ValueError, RecursionError):
        pass
    if text.startswith("<") or "html" in content_type.lower():
        return ErrorBody(message=readable(_words_of_page(text)), html=True)
    return ErrorBody(message=readable(text))


def readable(text: str) -> str:
    """One line of visible characters, cut: safe to print on a terminal or put in a cell."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(visible.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _from_json(value: Any) -> ErrorBody:
    if isinstance(value, str):
        return ErrorBody(message=readable(value))
    if not isinstance(value, dict):
        return ErrorBody()
    inner = value.get("error")
    # Some gateways wrap everything once more: {"error": {"code": …, "message": …}}.
    outer = inner if isinstance(inner, dict) and "message" not in value else value
    data = outer.get("data")
    code = readable(_text(outer.get("code")) or _text(outer.get("errorCode")))
    return ErrorBody(
        code=code,
        message=readable(next(filter(None, map(_text, map(outer.get, _MESSAGES))), "")),
        data=data if isinstance(data, dict) else {},
        own=outer is value and (inner is True or bool(code and not code.isdigit())),
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, (str, int)) else ""


def _words_of_page(text: str) -> str:
    """Return the title of a page, or else its visible words, in time linear in its length."""
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,1000})", text, re.IGNORECASE)
    if title and title[1].strip():
        return unescape(title[1])
    rest = text
    for name in ("script", "style"):
        rest = "".join(_without(rest, name))
    words = " ".join(_TAG.sub(" ", rest).split())
    return unescape(words[: 4 * _LONGEST])


def _without(text: str, name: str) -> Iterator[str]:
    """Yield the text outside the elements of a name; an element without an end takes the rest."""
    lower, place = text.lower(), 0
    while (start := lower.find(f"<{name}", place)) >= 0:
        yield text[place:start]
        end = lower.find(f"</{name}", start)
        if end < 0:
            return
        place = end
    yield text[place:]
