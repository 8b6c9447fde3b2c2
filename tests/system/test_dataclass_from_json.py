"""Damaged SodaSheet files give either exactly what was written or the expected error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from sodasheet.system.dataclass_from_json import DamagedError, read_as, read_if_whole


class Kind(StrEnum):
    PUSH = "push"
    UNDO = "undo"


@dataclass(frozen=True)
class Inner:
    name: str
    share: float | None = None


@dataclass(frozen=True)
class Outer:
    number: int
    kind: Kind
    at: datetime | None = None
    inner: Inner = Inner("x")
    many: tuple[Inner, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    rights: frozenset[str] = frozenset()
    samples: Mapping[str, list[str]] | None = None
    rest: Any = None
    sure: bool = False


WHOLE = Outer(
    7,
    Kind.UNDO,
    datetime(2026, 3, 4, tzinfo=UTC),
    Inner("a", 0.5),
    (Inner("b"), Inner("c", 2.0)),
    (("old", "new"),),
    frozenset({"read"}),
    {"A": ["1", "2"]},
    {"x": [None]},
    sure=True,
)


def test_what_was_written_is_read_again() -> None:
    body = {**asdict(WHOLE), "at": "2026-03-04T00:00:00+00:00", "rights": ["read"]}

    assert read_as(Outer, json.loads(json.dumps(body))) == WHOLE
    assert read_as(Outer, {"number": 7, "kind": "push", "new field": 1}) == Outer(7, Kind.PUSH)
    assert read_as(Inner, {"name": "a", "share": 1}).share == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "7"},
        {"number": True},
        {"number": 7.5},
        {"number": None},
        {"kind": "x"},
        {"kind": ["push"]},
        {"at": "garbage"},
        {"at": 7},
        {"inner": []},
        {"inner": {}},
        {"inner": {"name": "a", "share": "soon"}},
        {"inner": {"name": "a", "share": float("inf")}},
        {"inner": {"name": "a", "share": 10**400}},
        {"many": {}},
        {"many": [None]},
        {"pairs": [["a"]]},
        {"pairs": [["a", "b", "c"]]},
        {"pairs": ["ab"]},
        {"rights": "read"},
        {"rights": [1]},
        {"samples": {"A": "12"}},
        {"samples": []},
        {"sure": 1},
    ],
)
def test_anything_else_is_damaged(wrong: dict[str, Any]) -> None:
    body = {"number": 7, "kind": "push", **wrong}

    with pytest.raises(DamagedError):
        read_as(Outer, body)
    assert read_if_whole(Outer, body) is None


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"number": 7}])
def test_no_object_is_no_dataclass(body: Any) -> None:
    assert read_if_whole(Outer, body) is None
