"""Unknown keys of a job file, which are preserved in their places and reported.

`Job.extra` has the structure of the file: unknown top-level keys under their own name, those of an
inner object under its name, and those of a list's objects under an identity (the source or field of
a rule), so that they follow their rule when rules move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sodasheet.model.job import Job

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

#: Keys beside a job that are no part of it: suggestions that were open when it was made.
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
