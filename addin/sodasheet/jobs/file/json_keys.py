"""Keys of a job file: typed access by path, so that a problem can name its key, and unknown keys.

Unknown keys are preserved in their places and reported. `Job.extra` has the structure of the
file: unknown top-level keys under their own name, those of an inner object under its name, and
those of a list's objects under an identity (the source or field of a rule), so that they follow
their rule when rules move.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.model.job import Job
from sodasheet.wording import listed

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
        """Return a string; without a default, the key is required."""
        return str(self._value(name, default, lambda value: isinstance(value, str), allowed))

    def some_text(self, name: str, allowed: str = "text that is not empty") -> str | None:
        """Return text that is not empty, or None if the key is missing or null."""
        found: str | None = self._value(
            name, None, lambda value: isinstance(value, str) and value != "", allowed, optional=True
        )
        return found

    def word(self, name: str, words: Sequence[str], default: str | None = None) -> str:
        """Return one of these words; without a default, the key is required."""
        allowed = listed(words, "or")
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
        """Return a list of text values; empty if the key is missing."""
        allowed = "a list of text values"
        return tuple(self._value(name, [], _is_texts, allowed))

    def all_texts(self) -> dict[str, str]:
        """Return all values of this object, each a string."""
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
        """Return a problem with the value of a key, naming the allowed values."""
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


#: Known keys of every object in a job file, by its place.
KNOWN: dict[str, frozenset[str]] = {
    place: frozenset(keys.split())
    for place, keys in {
        "": "sodasheet portal dataset method source columns points trim empty_is_null timezone "
        "guards notify fingerprint places by_field_name blank formats snapshot send missing "
        "declined quality delivery within",
        "source": "kind path encoding separator quote escape header_row sheet table range rows "
        "skip leave_out header_rows",
        "columns": "source field constant ignore formats timezone blank match confidence trim "
        "empty_is_null missing recode pad unwrap template",
        "points": "field latitude longitude match formats",
        "places": "field address city state zip latitude longitude country geocode",
        "guards": "max_shrink max_rejected",
        "within": "field values each",
        "quality": "unattended levels released rules reconcile tolerance columns",
        "quality.released": "reason field",
        "quality.rules": "field rule values other range level",
        "quality.columns": "field levels tolerance",
        "delivery": "gzip wait over",
        "notify": "email when log_dataset webhook",
        "fingerprint": "headers columns identifier",
        "fingerprint.columns": "id field type",
    }.items()
}

#: Keys next to a job that are not part of it: open suggestions from its creation.
BESIDE = frozenset({"suggestions"})

#: Identity of the objects of a list: the first of these keys that an object has.
_IDENTITY = {
    "columns": ("source", "field"),
    "points": ("field",),
    "places": ("field",),
    "fingerprint.columns": ("id",),
    "quality.released": ("reason", "field"),
    "quality.rules": ("field", "rule"),
    "quality.columns": ("field",),
}

_Identity = tuple[str, Any, int]


def collect(data: Mapping[str, Any], place: str = "") -> dict[Any, Any]:
    """Return the unknown keys of a valid object, and of everything inside."""
    beside = BESIDE if place == "" else frozenset[str]()
    found: dict[Any, Any] = {key: data[key] for key in data if key not in KNOWN[place] | beside}
    for name, inner in _inner(place):
        if inner in _IDENTITY:
            unknown = _collect_list(data.get(name, ()), inner)
        else:
            unknown = collect(data.get(name, {}), inner)
        if unknown:
            found[name] = unknown
    return found


def merge(data: dict[str, Any], extra: Mapping[Any, Any], place: str = "") -> dict[str, Any]:
    """Return `data` with the unknown keys in their places; keys of removed rules are dropped."""
    for name, inner in _inner(place):
        if inner in _IDENTITY:
            theirs = extra.get(name, {})
            items = data.get(name, [])
            for identity, item in zip(_identities(items, inner), items, strict=True):
                item.update(theirs.get(identity, {}))
        elif name in extra:
            merge(data[name], extra[name], inner)
    data.update({key: value for key, value in extra.items() if key not in KNOWN[place]})
    return data


def unknown_keys(job: Job) -> tuple[str, ...]:
    """Return the paths of all unknown keys, such as `columns["Opened"].comment`."""
    return tuple(_paths(job.extra, "", ""))


def _paths(extra: Mapping[Any, Any], place: str, shown: str) -> Iterator[str]:
    inner = dict(_inner(place))
    for key, value in extra.items():
        path = f"{shown}.{key}" if shown else str(key)
        if inner.get(key) in _IDENTITY:
            for (_, name, _), unknown in value.items():
                yield from (f'{path}["{name}"].{one}' for one in unknown)
        elif key in inner:
            yield from _paths(value, inner[key], path)
        else:
            yield path


def _inner(place: str) -> list[tuple[str, str]]:
    """Return names and places of the objects and lists directly inside `place`."""
    prefix = f"{place}." if place else ""
    names = [inner.removeprefix(prefix) for inner in KNOWN if inner and inner.startswith(prefix)]
    return [(name, prefix + name) for name in names if "." not in name]


def _collect_list(items: Sequence[Mapping[str, Any]], place: str) -> dict[_Identity, Any]:
    pairs = zip(_identities(items, place), items, strict=True)
    found = {identity: _unknown(item, place) for identity, item in pairs}
    return {identity: unknown for identity, unknown in found.items() if unknown}


def _unknown(item: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in KNOWN[place]}


def _identities(items: Sequence[Mapping[str, Any]], place: str) -> list[_Identity]:
    """Return an identity for each object of a list, with a number for equal names."""
    seen: Counter[tuple[str, Any]] = Counter()
    result = []
    for item in items:
        key = next((key for key in _IDENTITY[place] if item.get(key) is not None), "")
        seen[key, item.get(key)] += 1
        result.append((key, item.get(key), seen[key, item.get(key)]))
    return result
