"""Replies of a portal: their text and JSON, safe to show, and the errors for refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from sodasheet.errors import PortalError, UnknownOutcome
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.http.refusal_sentences import RULES, ErrorRule

_LONGEST = 240
#: Keys that may contain the message of an error; the last two are the Publishing API's
#: (portal-api.md C.1).
_MESSAGES = ("message", "error", "reason", "key")
#: An error is in the first lines; a page may have megabytes.
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
    """Return the readable text of any body; never raises (portal-api.md B.8, G.26)."""
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
    """Return the title of a page, or else its visible words, in linear time."""
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,1000})", text, re.IGNORECASE)
    if title and title[1].strip():
        return unescape(title[1])
    rest = text
    for name in ("script", "style"):
        rest = "".join(_without(rest, name))
    words = " ".join(_TAG.sub(" ", rest).split())
    return unescape(words[: 4 * _LONGEST])


def _without(text: str, name: str) -> Iterator[str]:
    """Yield the text outside elements with a given name; an unclosed element takes the rest."""
    lower, place = text.lower(), 0
    while (start := lower.find(f"<{name}", place)) >= 0:
        yield text[place:start]
        end = lower.find(f"</{name}", start)
        if end < 0:
            return
        place = end
    yield text[place:]


_DATASET = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")

_TYPE_WORDS = {
    "number": "a number",
    "money": "an amount of money",
    "percent": "a percentage",
    "boolean": "true or false",
    "checkbox": "true or false",
    "date": "a date",
    "calendar_date": "a date",
    "floating_timestamp": "a date",
    "fixed_timestamp": "a date with a time zone",
    "url": "a web address",
    "point": "a point",
    "location": "a location",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply exactly as received."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str

    @property
    def body(self) -> ErrorBody:
        """The body read as an error body."""
        return read_body(self.content, self.headers.get("Content-Type", ""))

    @property
    def saved(self) -> bool:
        """True if a 400 actually means success.

        The rows are in, only a note about them could not be written; sending them again would
        be wrong (portal-api.md B.4).
        """
        return self.status == 400 and self.body.message.startswith("Row data was saved.")


def is_stored(headers: Mapping[str, str]) -> bool:
    """True if a gateway answered with a stored reply instead of the portal's current reply."""
    age = headers.get("Age", "").strip()
    return age.isascii() and age.isdigit() and int(age) > 0


def problem(answer: Answer, *, signed: bool = True) -> PortalError:
    """The error for an unexpected reply; `signed`: the request carried a key."""
    body = answer.body
    rule = rule_for(answer.status, body, signed=signed)
    words = _words(rule, answer, body)
    return rule.error(
        _sentence(rule.what.format_map(words)),
        rule.remedy.format_map(words),
        answer.status,
        rule.reason,
        () if rule.step is None else (_step(rule.step, words["portal"]),),
    )


def write_problem(answer: Answer, *, signed: bool = True) -> PortalError:
    """Return the error for a write: UnknownOutcome, unless the portal itself refused the write."""
    error = problem(answer, signed=signed)
    if refused_by_portal(answer, signed=signed):
        return error
    return unknown_outcome(_host(answer), error.what, answer.status)


def refused_by_portal(answer: Answer, *, signed: bool = True) -> bool:
    """True if the portal itself says that nothing was done (portal-api.md B.4).

    Only JSON in its own form says so. A gateway in front of it answers with a page, an empty body
    or JSON of another form, also after the portal has done its work. An error of the portal's own
    (408, 5xx) leaves the question open, unless it names a fault in the rows (B.5).
    """
    body, status = answer.body, answer.status
    if not body.own or status < 300:
        return False
    if 400 <= status < 500 and status != 408:
        return True
    return status == 503 or rule_for(status, body, signed=signed).certain


def unknown_outcome(host: str, detail: str, status: int | None = None) -> UnknownOutcome:
    """The error for a write whose reply was lost; `detail` is a sentence with the cause."""
    return UnknownOutcome(
        f"The rows were sent to {host}, but its reply was lost, so they may or may not be in the"
        f" dataset. {detail}",
        "Compare the dataset's rows on the portal before you push them again.",
        status,
        "unknown",
    )


def rule_for(status: int, body: ErrorBody, *, signed: bool = True) -> ErrorRule:
    """The first matching rule of the table; the last rule matches everything."""
    return next(rule for rule in RULES if _fits(rule, status, body, signed=signed))


def _fits(rule: ErrorRule, status: int, body: ErrorBody, *, signed: bool) -> bool:
    if rule.statuses and status not in rule.statuses:
        return False
    if rule.html not in (None, body.html) or rule.signed not in (None, signed):
        return False
    if not (rule.codes or rule.pattern):
        return True
    known = any(body.code == code or body.code.endswith("." + code) for code in rule.codes)
    return known or bool(rule.pattern and re.search(rule.pattern, body.message, re.IGNORECASE))


def _words(rule: ErrorRule, answer: Answer, body: ErrorBody) -> dict[str, str]:
    """Return the values for a rule's templates, from the body's data or else from its message."""
    match = re.search(rule.pattern, body.message, re.IGNORECASE) if rule.pattern else None
    said = {name: value for name, value in (match.groupdict() if match else {}).items() if value}
    data = {name: readable(str(value)) for name, value in body.data.items() if value is not None}
    name = said.get("field") or data.get("field") or data.get("column")
    value = said.get("value") or data.get("value") or data.get("got")
    expected = said.get("expected") or data.get("expected") or ""
    dataset = _DATASET.findall(urlsplit(answer.url).path)
    return {
        "host": _host(answer),
        "portal": _portal(answer),
        "status": str(answer.status),
        "message": body.message,
        "dataset": f"dataset {dataset[-1]}" if dataset else "what you asked for",
        "field": f'"{name}"' if name else "that was sent",
        "value": f'"{value}"' if value else "something else",
        "expected": _TYPE_WORDS.get(expected.lower(), expected or "another type"),
        "limit": f" (at most {data['limit']} bytes)" if "limit" in data else "",
    }


def _step(action: Action, portal: str) -> NextStep:
    if action is Action.CHOOSE_UPLOAD_METHOD:
        return NextStep(action, value="publishing")
    return NextStep(action, portal=portal)


def _host(answer: Answer) -> str:
    return urlsplit(answer.url).hostname or "the portal"


def _portal(answer: Answer) -> str:
    """Return the address of the portal's pages; the practice portal's have a port, and may be plain
    http.
    """
    split = urlsplit(answer.url)
    return f"{split.scheme}://{split.netloc.rpartition('@')[2]}"


def _sentence(text: str) -> str:
    """The text with a capital letter (unless a host comes first) and a single final period."""
    start = text[0].upper() + text[1:] if text.startswith("dataset ") else text
    return start if start.endswith((".", "!", "?", "…")) else start + "."


#: Marks that change the direction of the surrounding text, even outside the name.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]+")


def label(value: Any) -> str:
    """Return a name for use within a line; empty if nothing would be visible.

    A control character becomes a space, and marks of direction are left out: they would show the
    words of a question in another order.
    """
    if not isinstance(value, str):
        return ""
    text = _TURNING.sub("", _CONTROL.sub(" ", value))
    return text if any(sign.isprintable() and sign != " " for sign in text) else ""


#: Maximum values in a reply held in memory, where short values take thirty times their bytes.
MOST_VALUES = 20_000_000

#: Replaces a secret that a reply repeats.
MARK = "***"

#: Shorter strings are words that replies contain anyway, such as field names.
_SHORTEST = 8

_LONE = re.compile("[\ud800-\udfff]")
#: JSON's escape for such a character; bytes that are not UTF-8 are refused earlier.
_ESCAPED_LONE = re.compile(rb"\\u[dD][89a-fA-F]")


def json_of(content: bytes, secrets: Iterable[str] = ()) -> Any:
    """Return the JSON of a reply, without the secrets that the portal may have repeated.

    Half a character (a lone surrogate), which no file and no page can contain, becomes U+FFFD.
    Raises ValueError or RecursionError if the content is not a JSON, or one of too many values.
    """
    if content.count(b",") > MOST_VALUES:
        raise ValueError("too many values")
    value = json.loads(content.decode("utf-8-sig"))
    hidden = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True)
    # Without escapes, a secret in the strings is a secret in the bytes.
    plain = b"\\" not in content and not any(
        one.encode("utf-8", "replace") in content for one in hidden
    )
    if plain or not (hidden or _ESCAPED_LONE.search(content)):
        return value
    found = re.compile("|".join(map(re.escape, hidden)) or "(?!)")

    def clean(text: str) -> str:
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", found.sub(MARK, text))

    return _with_texts(value, clean)


def without_secrets(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return a reply's content without the secrets, in any encoding of its JSON or page."""
    secrets = tuple(secrets)
    content = _masked(content, secrets)
    try:
        value = json_of(content)
    except (ValueError, RecursionError):
        plain = _ENTITY.sub(_character, content)
        masked = _masked(plain, secrets)
        return content if masked == plain else masked
    masked_value = json_of(content, secrets)
    return content if masked_value == value else json.dumps(masked_value).encode()


#: An entity of a page; whatever an entity spells that is not markup may stand there plainly.
_ENTITY = re.compile(rb"&(?:#[xX]?[0-9a-fA-F]{1,7}|[A-Za-z]{2,31});?")


def _character(entity: re.Match[bytes]) -> bytes:
    plain = unescape(entity[0].decode("ascii"))
    return entity[0] if set(plain) & set("<>&\"'") else plain.encode("utf-8", "replace")


def _masked(content: bytes, secrets: Iterable[str]) -> bytes:
    for secret in secrets:
        content = content.replace(secret.encode("utf-8", "replace"), MARK.encode())
    return content


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_with_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {change(name): _with_texts(one, change) for name, one in value.items()}
    return value
