"""JSON of a portal's reply: no secrets, and only characters that can be written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sodasheet.portal.http.reply import json_of

SECRET = "swordfish-7d1f-secret"


def test_a_reply_is_read_as_it_is() -> None:
    body = {"name": "Åna 😀", "rights": ["read", 1, None, True, 1.5]}

    assert json_of(json.dumps(body).encode("utf-8-sig"), [SECRET]) == body


@pytest.mark.parametrize(
    "body",
    [
        f'{{"displayName": "{SECRET}"}}',
        f'{{"{SECRET}": [{{"name": "key {SECRET}!"}}]}}',
        '{"displayName": "' + "".join(f"\\u{ord(sign):04x}" for sign in SECRET) + '"}',
    ],
)
def test_a_secret_that_is_repeated_does_not_arrive(body: str) -> None:
    found = json_of(body.encode(), [SECRET, "short"])

    assert SECRET not in repr(found)
    assert "***" in repr(found)


def test_a_short_secret_hides_no_words() -> None:
    assert json_of(b'{"name": "Permits", "id": 1234}', ["Permits", "1234"])["name"] == "Permits"


@pytest.mark.parametrize("secrets", [[], [SECRET]])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'["\ud800"]', "\ufffd"),
        (rb'["a\uDFFFb"]', "a\ufffdb"),
        (rb'["\ud83d\ude00"]', "😀"),
        (rb'["\\ud800"]', r"\ud800"),
    ],
)
def test_half_a_character_is_replaced(body: bytes, text: str, secrets: list[str]) -> None:
    (found,) = json_of(body, secrets)

    assert found == text
    assert found.encode()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_anything_else_is_an_error(body: Any) -> None:
    with pytest.raises((ValueError, RecursionError)):
        json_of(body)
