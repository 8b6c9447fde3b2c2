"""Dataclasses from the JSON of our own files, which may be damaged."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DamagedError(ValueError):
    """Content that our own files never have."""


def read_as(kind: type[T], body: Any) -> T:
    """Return a dataclass from a JSON object; unknown fields are ignored.

    Raises DamagedError for a missing field without a default, and for a value of another type:
    every value is either exactly of the type that the class declares, or refused.
    """
    if not isinstance(body, Mapping):
        raise DamagedError(f"{kind.__name__} is not an object")
    known = _fields(kind)  # type: ignore[arg-type]  # a class is hashable
    try:
        values = {name: _value(known[name], body[name]) for name in body if name in known}
        return kind(**values)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise DamagedError(f"{kind.__name__}: {error}") from error


def read_if_whole(kind: type[T], body: Any) -> T | None:
    """Return a dataclass from a JSON object; None if there is none, or the object is damaged."""
    try:
        return None if body is None else read_as(kind, body)
    except DamagedError:
        return None


@cache
def _fields(kind: type[Any]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind) if one.init}


def _value(kind: Any, value: Any) -> Any:
    """Return a value as the declared type. Raises ValueError for a value of another type."""
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), value)
    if origin is not None:
        return _collected(origin, get_args(kind), value)
    if dataclasses.is_dataclass(kind):
        return read_as(kind, value)  # type: ignore[arg-type]
    if made := _MADE.get(kind):
        wanted, make = made
        if isinstance(value, wanted) and not isinstance(value, bool):
            return make(value)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    elif isinstance(value, kind):
        return value
    raise DamagedError(f"{value!r:.40} is not a value of the type {kind.__name__}")


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in kinds:
        return None
    for kind in kinds:
        if kind is not NoneType:
            try:
                return _value(kind, value)
            except ValueError:
                continue
    raise DamagedError(f"{value!r:.40} is none of the types")


def _collected(origin: Any, kinds: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise DamagedError(f"{value!r:.40} is not an object")
        return {str(name): _value(kinds[1], one) for name, one in value.items()}
    if not isinstance(value, list | tuple):
        raise DamagedError(f"{value!r:.40} is not a list")
    if origin is tuple and Ellipsis not in kinds:
        pairs = zip(kinds, value, strict=True)
        return tuple(_value(kind, one) for kind, one in pairs)
    return origin(_value(kinds[0], one) for one in value)


def _whole(value: int) -> int:
    if abs(value) >= 2**63:
        raise DamagedError("a number out of range")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise DamagedError("not a finite number")
    return float(value)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise DamagedError("a time without its zone")
    return moment


#: Types whose JSON form differs or is shared with other types: accepted input and conversion.
_MADE: Mapping[Any, tuple[Any, Callable[[Any], Any]]] = {
    int: (int, _whole),
    float: ((int, float), _finite),
    datetime: (str, _moment),
}
