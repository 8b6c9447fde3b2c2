"""The contract as data: every assumption has a used setting, a check, and a safe behavior."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socrata_contract import GUESSES

ROOT = Path(__file__).parents[2]
PORTAL = ROOT / "addin" / "socrata_practice"
DOCS = (ROOT / "docs" / "how-to" / "practice-portal.md").read_text("utf-8")


def used_guesses() -> set[str]:
    """Return the names that the practice portal's sources ask the settings for."""
    text = "".join(path.read_text("utf-8") for path in PORTAL.rglob("*.py"))
    asked = re.findall(r'guess\(\s*"(\w+)"\s*\)', text)
    forms = re.findall(r'Refusal\([^()]*, "(\w+)"\)', text) + re.findall(r'guess = "(\w+)"', text)
    return {*asked, *forms}


@pytest.mark.parametrize("name", sorted(GUESSES))
def test_every_guess_is_switched_checked_and_safe(name: str) -> None:
    guess = GUESSES[name]

    assert name in used_guesses()
    assert guess.check in ("contract", "rehearsal")
    assert guess.others
    assert guess.safe
    assert guess.evidence


def test_no_other_guess_is_asked_for() -> None:
    assert used_guesses() <= set(GUESSES)


def table() -> str:
    return "\n".join(
        f"| `{one.name}` | {one.about} | {one.assumed} | {', '.join(one.others)}"
        f" | {one.evidence} ({one.date}) |"
        for one in GUESSES.values()
    )


def test_the_documentation_has_the_table() -> None:
    assert table() in DOCS
