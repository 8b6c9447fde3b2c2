"""What a reply's body says, whatever it is: JSON of two generations, a web page, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_LONGEST = 240
#: Where the words of an error may be; the last two are the Publishing API's (portal-api.md C.1).
_MESSAGES = ("message", "error", "reason", "key")
#: An error is told in the first lines; a page may go on for megabytes.
_READ_AT_MOST = 65_536


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The parts of an error body: `code` and `message` may be empty, `data` holds the details.

    `html` says that it was a web page; its title (or first words) is then the message.
    """

    code: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    html: bool = False


def read_body(content: bytes, content_type: str = "") -> ErrorBody:
    """Whatever came, read as far as it can be; never raises (portal-api.md B.8, G.26)."""
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
    return ErrorBody(
        code=readable(_text(outer.get("code")) or _text(outer.get("errorCode"))),
        message=readable(next(filter(None, map(_text, map(outer.get, _MESSAGES))), "")),
        data=data if isinstance(data, dict) else {},
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, (str, int)) else ""


def _words_of_page(text: str) -> str:
    page = _Page()
    page.feed(text)
    page.close()
    return "".join(page.title).strip() or " ".join(page.words)


class _Page(HTMLParser):
    """Collects the title and the visible words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.words: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("title", "script", "style"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title.append(data)
        elif not self._inside:
            self.words.append(data)
