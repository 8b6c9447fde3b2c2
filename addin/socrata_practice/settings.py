"""Settings of the practice portal, which can be changed while the portal runs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from socrata_contract import GUESSES

HELD = "held"
"""The lag that lasts until it is ended."""
GUESS = "guess."
"""Prefix of assumptions of the contract among the names of settings."""
_ROLES = ("owner", "publisher", "editor", "viewer", "sso")


class SettingError(ValueError):
    """A setting is invalid; the message says why."""


@dataclass
class Settings:
    """Settings of a portal.

    `task_seconds` is how long each step of a task set lasts beyond its work. Revisions
    by accounts of `approval_accounts` (roles) and on `approval_datasets` (ids) wait for approval.
    For `lag` seconds, or while it is "held", readers see rows as they were before a
    write. `dialect` is new or classic. `guesses` has a value for each guess of the contract
    (socrata_contract), changed as `guess.NAME`. Connections stay open for `keep_alive`
    seconds after a reply; 0 closes each. With `archives`, the rows before each applied revision
    are archived and can be restored.
    """

    task_seconds: float = 0.0
    approval_accounts: list[str] = field(default_factory=list)
    approval_datasets: list[str] = field(default_factory=list)
    chunk_size: int = 4_194_304
    chunk_parallelism: int = 4
    lag: float | str = 0.0
    dialect: str = "new"
    keep_alive: float = 60.0
    archives: bool = False
    guesses: dict[str, str] = field(
        default_factory=lambda: {name: one.assumed for name, one in GUESSES.items()}
    )

    @property
    def lag_seconds(self) -> float:
        """The lag as a number; infinite if held."""
        return math.inf if isinstance(self.lag, str) else self.lag

    def as_json(self) -> dict[str, Any]:
        """Return all settings."""
        return asdict(self)

    def change(self, given: dict[str, Any]) -> None:
        """Change the named settings; a SettingError leaves everything unchanged."""
        guesses = dict(given.get("guesses") or {}) if isinstance(given, dict) else {}
        plain = {name: value for name, value in given.items() if name != "guesses"}
        guesses |= {
            name.removeprefix(GUESS): plain.pop(name)
            for name in list(plain)
            if name.startswith(GUESS)
        }
        for name, value in plain.items():
            _check(name, value)
        changed = {name: _guess(name, value) for name, value in guesses.items()}
        for name, value in plain.items():
            setattr(self, name, value)
        self.guesses |= changed

    def guess(self, name: str) -> str:
        """Return the value in force of a guess of the contract."""
        return self.guesses[name]


def _guess(name: str, value: Any) -> str:
    """Return the checked value of a guess; raises SettingError."""
    if name not in GUESSES:
        raise SettingError(f"There is no guess {name!r}; there are {', '.join(GUESSES)}")
    if str(value) not in GUESSES[name].values:
        wanted = " or ".join(repr(one) for one in GUESSES[name].values)
        raise SettingError(f"The guess {name} can be {wanted}, not {value!r}")
    return str(value)


def read_setting(text: str) -> tuple[str, Any]:
    """Parse `name=value` from a command line; a list has its members between commas."""
    name, sign, value = text.partition("=")
    if not sign:
        raise SettingError(f"Not name=value: {text!r}")
    if name in ("approval_accounts", "approval_datasets"):
        return name, [one for one in value.split(",") if one]
    if name.startswith(GUESS):
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _check(name: str, value: Any) -> None:
    checks: dict[str, Callable[[], bool]] = {
        "task_seconds": lambda: _number(value, 0, 3600),
        "approval_accounts": lambda: _list(value) and set(value) <= set(_ROLES),
        "approval_datasets": lambda: _list(value),
        "chunk_size": lambda: _number(value, 1, 64 << 20) and isinstance(value, int),
        "chunk_parallelism": lambda: _number(value, 1, 64) and isinstance(value, int),
        "lag": lambda: value == HELD or _number(value, 0, 86_400),
        "dialect": lambda: value in ("new", "classic"),
        "keep_alive": lambda: _number(value, 0, 3600),
        "archives": lambda: isinstance(value, bool),
    }
    if name not in checks:
        raise SettingError(f"There is no setting {name!r}; there are {', '.join(checks)}")
    if not checks[name]():
        raise SettingError(f"{name} cannot be {value!r}")


def _number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
