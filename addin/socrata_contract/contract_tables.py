"""Reading the contract's two tables from their TOML files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Guess:
    """A fact about portals that is not certain.

    `assumed` is the value that we rely on, `others` are the values that a portal may have instead.
    `check` is where the fact is examined: `contract` by reading only, `rehearsal` by writing to a
    draft. `safe` says what the client does if a portal has another value; `harmless` is true if
    the client works the same with every value. `date` is the day of the newest evidence.
    """

    name: str
    about: str
    assumed: str
    others: tuple[str, ...]
    evidence: str
    date: date
    check: str
    safe: str
    harmless: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """Every value, the assumed value first."""
        return (self.assumed, *self.others)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of a portal; `used` tells if the client relies on the endpoint."""

    path: str
    methods: tuple[str, ...]
    about: str
    evidence: str
    used: bool = False


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


GUESSES: dict[str, Guess] = {
    name: Guess(name, **_frozen(row)) for name, row in _rows("guesses.toml").items()
}
ENDPOINTS: tuple[Endpoint, ...] = tuple(
    Endpoint(**_frozen(row)) for row in _rows("endpoints.toml")["endpoint"]
)
