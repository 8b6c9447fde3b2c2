"""The window Choose dataset, worked with keys against a practice portal."""

from __future__ import annotations

import pytest

from .conftest import PERMITS, Bench
from .screen import Window


def opened(bench: Bench, role: str = "publisher") -> Window:
    """The window for somebody of this role, its field for words ready."""
    window = bench.open("choose", portal=bench.portal.url, environment=bench.signed_in(role))
    window.focus("field !entry")
    return window


def test_words_find_a_dataset_and_return_chooses_it(bench: Bench) -> None:
    window = opened(bench)
    window.wait(lambda seen: len(seen["lines"]) > 3, "everything is listed at first")

    window.type("building per")
    window.wait(lambda seen: [line[0] for line in seen["lines"]] == ["Building Permits"], "found")
    window.press("Down")
    told = window.wait_for("Permit Number · permit_no")
    assert "300" in told.split("\n")
    assert "add, change, delete rows" in told

    window.enabled("Choose")
    window.press("Return")
    assert window.end() == PERMITS


@pytest.mark.parametrize(
    "address", ["{url}/d/prmt-7x2d", "{url}/City/Building-Permits/prmt-7x2d/data", "prmt-7x2d"]
)
def test_a_pasted_address_shows_the_dataset_at_once(bench: Bench, address: str) -> None:
    window = opened(bench)
    window.type(address.format(url=bench.portal.url))
    window.wait_for("Permit Number · permit_no")

    window.enabled("Choose")
    window.press("alt+h")
    assert window.end() == PERMITS


@pytest.mark.parametrize(
    ("asset", "reason"),
    [
        ("view-2j7f", '"Residential Permits" is a filtered view of another dataset and has no'),
        ("mapp-9d4s", '"Map of Permits" is a map and has no rows of its own to change.'),
        ("link-3w6t", '"City Budget Site" is a link to data elsewhere'),
        ("file-8v5r", '"Zoning Atlas" is a file'),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(
    bench: Bench, asset: str, reason: str
) -> None:
    window = opened(bench)
    window.type(asset)
    window.wait_for(reason)
    window.enabled("Choose", False)

    window.press("Return", "alt+h")  # neither chooses it
    window.press("Escape")
    assert window.end() is None


def test_a_viewer_is_told_whom_to_ask(bench: Bench) -> None:
    window = opened(bench, "viewer")
    window.type(PERMITS)

    told = window.wait_for('You may not change rows in or add rows to "Building Permits"')

    assert "ask its owner or the portal's administrator for the role Editor or Publisher" in told
    window.enabled("Choose", False)


def test_rights_that_bar_some_methods_are_named(bench: Bench) -> None:
    window = opened(bench, "editor")
    window.type(PERMITS)

    window.wait_for("Your rights do not allow: replace, delete.")
    window.enabled("Choose")


def test_without_a_key_one_may_look_and_is_told_to_sign_in(bench: Bench) -> None:
    window = bench.open("choose", portal=bench.portal.url)
    window.focus("field !entry")
    window.type(PERMITS)

    window.wait_for("You are not signed in to 127.0.0.1; sign in before you push.")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://data.example.gov/browse", "There is no dataset id (like abcd-1234) in"),
        ("http://data.example.gov/d/abcd-1234", "would send your key and your rows unprotected"),
        ("nope-0000", "has no"),
        ("no such words anywhere", '127.0.0.1 shows no dataset with "no such words anywhere".'),
    ],
)
def test_what_cannot_be_found_is_said(bench: Bench, typed: str, words: str) -> None:
    window = opened(bench)
    window.type(typed)

    assert words in window.wait_for(words)
    window.enabled("Choose", False)


def test_a_portal_that_does_not_answer_is_said(bench: Bench) -> None:
    window = bench.open("choose", portal="http://127.0.0.1:9")

    assert "refuses the connection" in window.wait_for("refuses the connection")
