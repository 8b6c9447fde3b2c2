"""A fault: the affected requests, and the effect on them."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Json = dict[str, Any]

# Each kind with its options and their default values.
KINDS: dict[str, Json] = {
    "drop_before_body": {},
    "drop_in_body": {"bytes": 1},
    "drop_after_body": {},
    "drop_after_work": {},
    "drop_in_reply": {"bytes": 1},
    "status": {
        "status": 503,
        "html": None,
        "retry_after": None,
        "limit": None,
        "when": "before",
    },
    "slow": {"seconds": 1.0, "when": "after"},
    "rows_fail": {"rows": 1},
    "empty_reply": {},
    "data_saved": {},
    "withdraw": {"account": "publisher", "role": "viewer"},
    "task_fails": {},
    "task_hangs": {},
    "task_hangs_applied": {},
    "schema_fails": {},
}
ROLES_TO_WITHDRAW_TO = ("viewer", "editor", "revoked")


class FaultError(ValueError):
    """The description of a fault is invalid; the message says why."""


@dataclass
class Fault:
    """The effect on matching requests from the `nth` on, `count` times (None: always).

    `path` is a pattern in which `*` stands for anything; `seen` and `fired` count requests.
    """

    kind: str
    options: Json
    method: str = "*"
    path: str = "*"
    nth: int = 1
    count: int | None = 1
    id: int = 0
    seen: int = 0
    fired: int = 0
    cleared: threading.Event = field(default_factory=threading.Event, repr=False)

    @classmethod
    def of(cls, match: Mapping[str, Any], fault: Mapping[str, Any]) -> Fault:
        """Make a fault from the values of a request or a command line; raises FaultError."""
        kind = fault.get("kind")
        if kind not in KINDS:
            raise FaultError(f"There is no fault {kind!r}; there are {', '.join(KINDS)}")
        given = {name: value for name, value in fault.items() if name != "kind"}
        _known(given, KINDS[kind], f"fault {kind}")
        _known(match, ("method", "path", "nth", "count"), "match")
        made = cls(kind, KINDS[kind] | given, **match)
        made._check()
        return made

    def _check(self) -> None:
        if not isinstance(self.method, str) or not isinstance(self.path, str):
            raise FaultError("method and path must be texts")
        _positive("nth", self.nth)
        if self.count is not None:
            _positive("count", self.count)
        for name, least, most in (("status", 400, 599), ("bytes", 0, 1 << 40),
                                  ("seconds", 0, 3600), ("retry_after", 0, 3600),
                                  ("limit", 0, 1 << 40)):  # fmt: skip
            value = self.options.get(name)
            if value is not None and not _is_number(value, least, most):
                raise FaultError(f"{name} must be a number from {least} to {most}")
        rows = self.options.get("rows", 1)
        if not all(
            _is_number(row, 0, 1 << 40) for row in (rows if isinstance(rows, list) else [rows])
        ):
            raise FaultError("rows must be how many fail, or a list of their numbers from 0 on")
        if self.options.get("role", "viewer") not in ROLES_TO_WITHDRAW_TO:
            raise FaultError(f"role must be one of {', '.join(ROLES_TO_WITHDRAW_TO)}")
        if self.options.get("when", "after") not in ("before", "after"):
            raise FaultError("when must be before or after")

    def matches(self, method: str, path: str) -> bool:
        """Return True if the fault strikes such a request."""
        return self.method.upper() in ("*", method) and fnmatchcase(path, self.path)

    def strikes(self) -> bool:
        """Count another matching request; return True if this request is struck."""
        self.seen += 1
        is_due = self.seen >= self.nth and (self.count is None or self.fired < self.count)
        self.fired += is_due
        return is_due

    @property
    def rows(self) -> frozenset[int]:
        """The rows of a request, counted from 0, that rows_fail leaves out."""
        given = self.options.get("rows", 0)
        return frozenset(given if isinstance(given, list) else range(int(given)))

    def as_json(self) -> Json:
        """Return the JSON-ready description."""
        return {
            "id": self.id,
            "match": {
                "method": self.method,
                "path": self.path,
                "nth": self.nth,
                "count": self.count,
            },
            "fault": {"kind": self.kind} | self.options,
            "seen": self.seen,
            "fired": self.fired,
        }


def _known(given: Mapping[str, Any], names: Any, what: str) -> None:
    for name in given:
        if name not in names:
            raise FaultError(f"A {what} has no {name!r}; it may have {', '.join(names) or 'none'}")


def _is_number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _positive(name: str, value: Any) -> None:
    if not _is_number(value, 1, 1 << 40) or int(value) != value:
        raise FaultError(f"{name} must be a whole number from 1 on")


def read_fault(text: str) -> Fault:
    """Parse a fault from a command line: JSON, or `KIND name=value ...`; raises FaultError.

    `method`, `path`, `nth` and `count` say which requests; `count=all` means every one.
    """
    if text.lstrip().startswith("{"):
        return _from_json(text)
    try:
        kind, *pairs = shlex.split(text)
        given = dict(pair.split("=", 1) for pair in pairs)
    except ValueError as error:
        raise FaultError(f"Not KIND name=value ...: {text!r}") from error
    values = {name: _value(value) for name, value in given.items()}
    match: Json = {name: values.pop(name) for name in ("method", "path", "nth", "count")
             if name in values}  # fmt: skip
    return Fault.of(match, {"kind": kind} | values)


def _from_json(text: str) -> Fault:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise FaultError(f"Not readable JSON: {error}") from error
    return fault_from_json(given)


def fault_from_json(given: Any) -> Fault:
    """Parse a fault from `{"match": {...}, "fault": {"kind": ...}}`; raises FaultError."""
    match = given.get("match") or {} if isinstance(given, dict) else None
    fault = given.get("fault") if isinstance(given, dict) else None
    if not isinstance(match, dict) or not isinstance(fault, dict):
        raise FaultError('Say {"match": {...}, "fault": {"kind": ...}}')
    return Fault.of(match, fault)


def _value(text: str) -> Any:
    if text == "all":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
