"""The active faults, and a record of the requests received."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from socrata_practice.faults.fault import Fault

_REMEMBERED = 20_000


@dataclass
class SeenRequest:
    """A request; `status` is None until a reply is sent, `fault` is the fault that struck.

    Requests with the same `connection` came on one.
    """

    method: str
    path: str
    query: str
    body_bytes: int | None
    status: int | None = None
    fault: str | None = None
    connection: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the JSON-ready description."""
        return dict(vars(self))


class Faults:
    """The active faults and the record of requests, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._made = 0
        self._seen: deque[SeenRequest] = deque(maxlen=_REMEMBERED)

    def inject(self, fault: Fault) -> Fault:
        """Activate a fault."""
        with self._lock:
            self._made += 1
            fault.id = self._made
            self._faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> int:
        """Lift one fault, or all, and resume whatever hangs; return the number lifted."""
        with self._lock:
            gone = [one for one in self._faults if number in (None, one.id)]
            self._faults = [one for one in self._faults if one not in gone]
        for fault in gone:
            fault.cleared.set()
        return len(gone)

    def listed(self) -> list[Fault]:
        """Return the faults in force."""
        with self._lock:
            return list(self._faults)

    def strike(self, request: SeenRequest, body_bytes: int | None) -> Fault | None:
        """Return the fault that strikes a request, or None; every match counts the request."""
        struck = None
        with self._lock:
            for fault in self._faults:
                if not fault.matches(request.method, request.path):
                    continue
                if not _is_large_enough(fault, body_bytes):
                    continue
                if fault.strikes() and struck is None:
                    struck = fault
        if struck is not None:
            request.fault = struck.kind
        return struck

    def note(self, request: SeenRequest) -> None:
        """Record a request."""
        with self._lock:
            self._seen.append(request)

    def requests_seen(self) -> list[SeenRequest]:
        """Return the last 20,000 requests."""
        with self._lock:
            return list(self._seen)

    def forget_requests(self) -> None:
        """Clear the record of requests."""
        with self._lock:
            self._seen.clear()


def _is_large_enough(fault: Fault, body_bytes: int | None) -> bool:
    limit = fault.options.get("limit")
    return limit is None or (body_bytes is not None and body_bytes > limit)
