"""Singular and plural forms match their numbers, and lists are worded as lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sodasheet import wording

PACKAGES = Path(__file__).parents[1] / "addin"

#: A plural that is made of its singular at the spot, such as `row{'' if count == 1 else 's'}`.
BY_HAND = re.compile(r"else ['\"]s['\"]|['\"]s['\"] if|\{['\"]s['\"]\[")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 rows are"), (1, "1 row is"), (2, "2 rows are"), (2000, "2,000 rows are")],
)
def test_words_agree_with_their_number(count: int, text: str) -> None:
    assert wording.counted(count, "row is", "rows are") == text


def test_a_plural_with_an_s_needs_no_words_of_its_own() -> None:
    assert [wording.counted(count, "saved key") for count in (1, 3)] == [
        "1 saved key",
        "3 saved keys",
    ]


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1, 1, "1 of 1 row"), (1, 3, "1 of 3 rows"), (0, 0, "0 of 0 rows")]
)
def test_a_part_is_counted_with_the_plural_of_the_whole(part: int, whole: int, text: str) -> None:
    assert wording.part_of(part, whole, "row") == text


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b, or c")],
)
def test_a_list_has_its_last_word_joined(words: list[str], text: str) -> None:
    assert wording.listed(words, "or") == text


@pytest.mark.parametrize(
    ("most", "text"),
    [(3, "a, b, and c"), (2, "a, b, and 1 more"), (1, "a and 2 more")],
)
def test_a_long_list_is_cut_and_says_so(most: int, text: str) -> None:
    assert wording.first_listed("abc", most) == text


def test_close_names_keep_their_spelling_and_are_joined_as_a_choice() -> None:
    close = wording.close_names("onwer", ["Owner", "Owners", "Zoning"])
    assert wording.did_you_mean(close) == "Did you mean Owner or Owners?"
    assert wording.close_names("x", ["Owner"]) == []


def test_no_module_makes_a_plural_by_hand() -> None:
    found = [
        f"{path.relative_to(PACKAGES)}:{number}"
        for path in sorted(PACKAGES.rglob("*.py"))
        if path.name != "wording.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if BY_HAND.search(line)
    ]
    assert found == [], "use sodasheet.wording.counted"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("county services", "county services"),
        ("county services of", "county service…"),
        ("Governor Write, in", "Governor Write…"),
    ],
)
def test_a_long_text_is_cut_with_dots(text: str, wanted: str) -> None:
    assert wording.shortened(text, 15) == wanted
