"""Lines of an examination: what was expected of a portal, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from socrata_contract import GUESSES, Guess


@dataclass(frozen=True, slots=True)
class Line:
    """One examined fact.

    `found` is None if the fact could not be examined, and `note` says why. `safe` says what
    SodaSheet does if the fact departs; a `harmless` departure changes nothing.
    """

    name: str
    about: str
    expected: str
    found: str | None
    note: str = ""
    safe: str = ""
    harmless: bool = False

    @property
    def ok(self) -> bool:
        """True if the portal is as expected."""
        return self.found == self.expected

    @property
    def departs(self) -> bool:
        """True if the fact was examined and is not as expected."""
        return self.found is not None and not self.ok

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON, with the names of the report."""
        return {
            "name": self.name,
            "about": self.about,
            "expected": self.expected,
            "found": self.found,
            "note": self.note,
            "ok": self.ok,
            "harmless": self.harmless,
        }


def guess_line(guess: Guess, found: str | None, note: str = "") -> Line:
    """Return the line of a guess of the contract."""
    return Line(
        guess.name, guess.about, guess.assumed, found, note, safe=guess.safe,
        harmless=guess.harmless,
    )  # fmt: skip


def line_from_json(data: Mapping[str, Any]) -> Line:
    """Return a line that was stored by `to_json`."""
    guess = GUESSES.get(str(data["name"]))
    return Line(
        name=str(data["name"]),
        about=str(data["about"]),
        expected=str(data["expected"]),
        found=None if data["found"] is None else str(data["found"]),
        note=str(data.get("note", "")),
        safe="" if guess is None else guess.safe,
        harmless=bool(data.get("harmless")),
    )


def count_sentence(lines: Iterable[Line]) -> str:
    """Return how many lines are as expected, as in "31 of 33 as expected"."""
    listed = list(lines)
    return f"{sum(line.ok for line in listed)} of {len(listed)} as expected"
