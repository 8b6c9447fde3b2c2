"""Small questions, answered with keys."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Bench


@pytest.mark.parametrize(
    ("keys", "answer"), [(["alt+y"], True), (["Return"], False), (["Escape"], False)]
)
def test_yes_takes_a_deliberate_key(bench: Bench, keys: list[str], answer: bool) -> None:
    window = bench.open("question", kind="ask_yes_no", text="Go on?")
    window.focus("No")

    window.press(*keys)

    assert window.end() is answer


@pytest.mark.parametrize(("key", "answer"), [("Return", "Größe"), ("Escape", None)])
def test_a_line_is_given_or_none(bench: Bench, key: str, answer: Any) -> None:
    window = bench.open("question", kind="ask_text", text="Name?", given="what stood there")
    window.type("Größe")
    window.wait(lambda seen: seen["fields"][0]["text"] == "Größe", "it is typed over what stood")

    window.press(key)

    assert window.end() == answer


def test_a_secret_is_not_shown(bench: Bench) -> None:
    window = bench.open("question", kind="ask_text", text="Secret?", secret=True)

    assert window.seen()["fields"][0]["show"] == "\u2022"


def test_a_word_is_read_and_closed(bench: Bench) -> None:
    window = bench.open("question", kind="tell", text="Nothing to do.")
    assert "Nothing to do." in window.text

    window.press("Return")

    assert window.end() is None
