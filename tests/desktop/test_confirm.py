"""The window Confirm, worked with keys."""

from __future__ import annotations

import pytest

from .conftest import Bench


@pytest.mark.parametrize("method", ["append", "upsert", "replace", "delete"])
@pytest.mark.parametrize("key", ["Escape", "Return"])
def test_both_escape_and_return_mean_no(bench: Bench, method: str, key: str) -> None:
    window = bench.open("confirm", method=method)
    if method in ("replace", "delete"):
        window.press("Tab")  # out of the field, over the locked button
    window.focus("Cancel")

    window.press(key)

    assert window.end() is False


@pytest.mark.parametrize(("method", "letter"), [("append", "a"), ("upsert", "u")])
def test_a_letter_agrees(bench: Bench, method: str, letter: str) -> None:
    window = bench.open("confirm", method=method, rejected=9, findings=True)
    told = window.text
    assert "9 with findings stay behind." in told
    assert "9, because of findings" in told
    assert "9 cells in Fee are not numbers, the first in row 17: “n/a”." in told

    window.press(f"alt+{letter}")

    assert window.end() is True


@pytest.mark.parametrize(
    ("method", "verb"), [("replace", "Replace rows"), ("delete", "Delete rows")]
)
def test_the_name_has_to_be_typed_before_rows_can_go(bench: Bench, method: str, verb: str) -> None:
    window = bench.open("confirm", method=method)
    assert "To go ahead, type the dataset's name: Building Permits" in window.text
    window.enabled(verb, False)

    window.type("Building Permit")
    window.press("Return", f"alt+{verb[0].lower()}")
    window.enabled(verb, False)

    window.type("s")
    window.enabled(verb)
    window.press("Return")  # leads to the button and does not press it
    window.focus(verb)
    window.press("Return")
    assert window.end() is True


def test_the_rest_of_a_trial_is_one_letter_away_and_return_still_means_no(bench: Bench) -> None:
    window = bench.open("trial", trial="20240302-081500-4c1d")
    assert "Run 20240302-081500-4c1d was a trial with the first of these rows." in window.text
    assert window.seen()["fields"][0]["text"] == "10"
    window.focus("Cancel")

    window.press("alt+e")

    assert window.end() == ["rest"]


def test_a_name_in_other_letters_can_be_typed_too(bench: Bench) -> None:
    window = bench.open("confirm", method="replace", name="Straßen & Wege")

    window.type("Straßen & Wege")

    window.enabled("Replace rows")


def test_closing_the_window_means_no(bench: Bench) -> None:
    window = bench.open("confirm", method="append")

    window.press("alt+c", "Escape")

    assert window.end() is False
