"""Typed access to JSON values with their paths, so that a problem can name its key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import UsageProblem

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a job file; `path` is its name in sentences (`source`)."""

    values: Mapping[str, Any]
    path: str = ""

    def key(self, name: str) -> str:
        """Return the name of a key of this object in a sentence (`source.path`)."""
        return f"{self.path}.{name}" if self.path else name

    def text(self, name: str, default: str | None = None, allowed: str = "text") -> str:
        """Return a text; without a default the key is required."""
        return str(self._value(name, default, lambda value: isinstance(value, str), allowed))

    def some_text(self, name: str, allowed: str = "a text that is not empty") -> str | None:
        """Return a text that is not empty, or None if the key is missing or null."""
        found: str | None = self._value(
            name, None, lambda value: isinstance(value, str) and value != "", allowed, optional=True
        )
        return found

    def word(self, name: str, words: Sequence[str], default: str | None = None) -> str:
        """Return one of these words; without a default the key is required."""
        allowed = f"{', '.join(words[:-1])} or {words[-1]}"
        word = self.text(name, default, allowed)
        if word not in words:
            raise self.problem(name, allowed)
        return word

    def flag(self, name: str, default: bool) -> bool:
        """Return a boolean."""
        return bool(
            self._value(name, default, lambda value: isinstance(value, bool), "true or false")
        )

    def whole(self, name: str, default: int) -> int:
        """Return a whole number, 0 or more."""
        allowed = "a whole number, 0 or more"
        return int(self._value(name, default, lambda value: _whole(value) and value >= 0, allowed))

    def share(self, name: str, default: float) -> float:
        """Return a number from 0 to 1."""
        allowed = "a number from 0 to 1"
        return float(
            self._value(name, default, lambda value: _number(value) and 0 <= value <= 1, allowed)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty if the key is missing."""
        allowed = "a list of texts"
        return tuple(self._value(name, [], _is_texts, allowed))

    def all_texts(self) -> dict[str, str]:
        """Return all values of this object, each a text."""
        return {name: self.text(name) for name in self.values}

    def part(self, name: str) -> Part:
        """Return an object inside this object; empty if the key is missing."""
        value = self._value(name, {}, lambda value: isinstance(value, dict), "an object in { }")
        return Part(value, self.key(name))

    def parts(self, name: str) -> Iterator[Part]:
        """Yield the objects of a list inside this object."""
        allowed = "a list of objects"
        for at, value in enumerate(self._value(name, [], _is_objects, allowed)):
            yield Part(value, f"{self.key(name)}[{at}]")

    def problem(self, name: str, allowed: str) -> UsageProblem:
        """Return a problem with the value of a key, naming what is allowed there."""
        if name not in self.values:
            return UsageProblem(f"The key {self.key(name)} is missing.", f"Write {allowed} there.")
        return UsageProblem(
            f"{self.key(name)} is {shown(self.values[name])}.", f"Write {allowed} there."
        )

    def _value(
        self,
        name: str,
        default: Any,
        fits: Callable[[Any], bool],
        allowed: str,
        optional: bool = False,
    ) -> Any:
        value = self.values.get(name)
        if value is None and optional:
            return None
        if name not in self.values and default is not None:
            return default
        if name not in self.values or not fits(value):
            raise self.problem(name, allowed)
        return value


def shown(value: Any) -> str:
    """Return a value as in the file, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(one, str) for one in value)
    )


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
