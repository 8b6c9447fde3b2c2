"""Control files: DataSync's settings of a data file (docs/how-to/move-from-datasync.md)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.sij_file import flag, json_object, text_of
from sodasheet.model.method import Method

#: Keys of the whole file, and their meanings.
TOP_KEYS = ("action", "csv", "tsv", "opaque", "replacePreviousQueued")

#: Keys of the csv and tsv blocks; any other key is an error, as in DataSync.
BLOCK_KEYS = (
    "columns", "ignoreColumns", "skip", "encoding", "separator", "quote", "escape",
    "trimWhitespace", "trimServerWhitespace", "emptyTextIsNull", "floatingTimestampFormat",
    "fixedTimestampFormat", "timezone", "useSocrataGeocoding", "overrides", "syntheticLocations",
    "syntheticPoints", "analyticLocations", "dropUninterpretableRows", "columnStatistics",
    "setAsideErrors", "asideErrors", "action", "filePath", "hasHeaderRow",
)  # fmt: skip

#: Keys of one column's overrides.
OVERRIDE_KEYS = (
    "timestampFormat", "timezone", "emptyTextIsNull", "trimWhitespace", "trimServerWhitespace",
    "useSocrataGeocoding",
)  # fmt: skip

#: Keys of a synthetic location or point.
LOCATION_KEYS = ("address", "city", "state", "zip", "latitude", "longitude", "type")
POINT_KEYS = ("type", "address", "city", "state", "zip", "country", "latitude", "longitude")

_NO_SIGN = ("", "\0")


@dataclass(frozen=True, slots=True)
class Override:
    """Settings of a column that differ from the others; None or empty if equal."""

    formats: tuple[str, ...] = ()
    timezone: str | None = None
    empty_is_null: bool | None = None
    trim: bool | None = None
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The block of a control file for one data file, with the settings that apply.

    `columns` is None if the file's own header names the fields. `locations` and `points` contain
    the parts of each synthetic column. `idle` are keys without a counterpart.
    """

    method: Method | None = None
    columns: tuple[str, ...] | None = None
    ignored: tuple[str, ...] = ()
    skip: int = 0
    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    escape: str = ""
    trim: bool = True
    empty_is_null: bool = True
    floating: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    timezone: str = "UTC"
    overrides: Mapping[str, Override] = field(default_factory=dict)
    locations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    set_aside: bool = False
    idle: tuple[str, ...] = ()


def read_control(content: bytes, suffix: str) -> Control:
    """Return the settings of a control file for a data file with this extension.

    Raises UsageProblem for invalid JSON, a missing block, keys unknown to DataSync, and invalid
    values.
    """
    data = json_object(content, "a control file")
    name = "tsv" if suffix == ".tsv" else "csv"
    method = _action(data.get("action"))
    block = data.get(name)
    if block is None and method is not Method.DELETE:
        raise UsageProblem(
            f"it has no {name} block, and the file to publish ends in .{name}.",
            f'Add "{name}": {{…}} with the columns of the file.',
        )
    idle = [key for key in data if key not in (*TOP_KEYS, "csv", "tsv") or key == "opaque"]
    idle += [key for key in ("replacePreviousQueued",) if data.get(key)]
    other = "csv" if name == "tsv" else "tsv"
    if data.get(other) and block is not None:
        idle.append(f"{other} (the file to publish is a .{name})")
    return _block(_known({} if block is None else block, BLOCK_KEYS, name), method, name, idle)


def _block(data: Mapping[str, Any], method: Method | None, name: str, idle: list[str]) -> Control:
    plain = Control()
    tab = name == "tsv"
    locations = {of: _parts(part, LOCATION_KEYS, of) for of, part in _objects(data, "synthetic"
                 "Locations")}  # fmt: skip
    own = _action(data.get("action"))
    if own and method and own is not method:
        raise contradiction(f"action is {method.value}, and {own.value} inside {name}")
    return Control(
        method=method or own,
        columns=None if data.get("columns") is None else _texts(data, "columns"),
        ignored=_texts(data, "ignoreColumns"),
        skip=_whole(data, "skip"),
        encoding=text_of(data, "encoding", plain.encoding) or plain.encoding,
        separator=_sign(data, "separator", "\t" if tab else ","),
        quote=_sign(data, "quote", "" if tab else '"'),
        escape=_sign(data, "escape", ""),
        trim=flag(data, "trimWhitespace", default=plain.trim),
        empty_is_null=flag(data, "emptyTextIsNull", default=plain.empty_is_null),
        floating=_texts(data, "floatingTimestampFormat"),
        fixed=_texts(data, "fixedTimestampFormat"),
        timezone=text_of(data, "timezone", plain.timezone) or plain.timezone,
        overrides={of: _override(part, of) for of, part in _objects(data, "overrides")},
        locations=locations,
        points={of: _parts(part, POINT_KEYS, of) for of, part in _objects(data, "syntheticPoints")},
        set_aside=flag(data, "setAsideErrors", default=False)
        or flag(data, "asideErrors", default=False),
        idle=(*idle, *_without_counterpart(data)),
    )


def _without_counterpart(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield keys with settings that have no counterpart."""
    for key in ("trimServerWhitespace", "useSocrataGeocoding"):
        if flag(data, key, default=False):
            yield key
    for key in ("analyticLocations", "dropUninterpretableRows", "columnStatistics"):
        if data.get(key):
            yield key


def contradiction(what: str) -> UsageProblem:
    """Return the error for two contradictory settings."""
    return UsageProblem(
        f"it contradicts itself: {what}.", "Write the same in both places, or remove one of them."
    )


def _action(value: Any) -> Method | None:
    if value is None or value == "":
        return None
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in tuple(Method):
        raise UsageProblem(
            "its action is unknown.", "Write Replace, Append, Upsert or Delete there."
        )
    return Method(word)


def _known(data: Any, keys: tuple[str, ...], place: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise UsageProblem(f"{place} is not an object in {{ }}.", "Write one there.")
    strange = sorted(str(key)[:60] for key in data if key not in keys)
    if strange:
        raise UsageProblem(
            f"{place} has a key that DataSync does not know: {', '.join(strange)}.",
            f"Remove it, or write it as one of {', '.join(keys)}.",
        )
    return data


def _objects(data: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    value = data.get(name)
    if value is None:
        return
    if not isinstance(value, dict):
        raise UsageProblem(f"{name} is not an object in {{ }}.", "Write the column names there.")
    yield from value.items()


def _override(data: Any, of: str) -> Override:
    data = _known(data, OVERRIDE_KEYS, f"overrides.{of}")
    some = {
        name: flag(data, name, default=False) if data.get(name) is not None else None
        for name in ("emptyTextIsNull", "trimWhitespace")
    }
    idle = ("trimServerWhitespace", "useSocrataGeocoding")
    return Override(
        _texts(data, "timestampFormat"),
        text_of(data, "timezone", "") or None,
        some["emptyTextIsNull"],
        some["trimWhitespace"],
        tuple(f"overrides.{of}.{name}" for name in idle if data.get(name) is not None),
    )


def _parts(data: Any, keys: tuple[str, ...], of: str) -> dict[str, str]:
    data = _known(data, keys, of)
    return {key: text_of(data, key, "") for key in keys if data.get(key) not in (None, "")}


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of text values; a single text counts as a list."""
    value = data.get(name)
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageProblem(f"{name} is not a list of text values.", 'Write ["…", "…"] there.')
    return tuple(value)


def _whole(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name, 0)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise UsageProblem(f"{name} is not a whole number, 0 or more.", "Write one there.")
    return value


def _sign(data: Mapping[str, Any], name: str, default: str) -> str:
    """Return one character; NUL and an empty string mean none."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UsageProblem(f"{name} is not text.", "Write one character there.")
    if value in _NO_SIGN and name != "separator":
        return ""
    if value == "\\t":
        value = "\t"
    # The documentation doubles the backslash once more than JSON needs.
    value = "\\" if value == "\\\\" else value
    if len(value) != 1:
        raise UsageProblem(f"{name} is not one character.", "Write one character there.")
    return value
