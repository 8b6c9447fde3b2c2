"""The requests that the portal received, for tests and the page of faults."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

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


class RequestRecord:
    """The last requests, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[SeenRequest] = deque(maxlen=_REMEMBERED)

    def note(self, request: SeenRequest) -> None:
        """Record a request."""
        with self._lock:
            self._requests.append(request)

    def requests(self) -> list[SeenRequest]:
        """Return the last 20,000 requests."""
        with self._lock:
            return list(self._requests)

    def forget(self) -> None:
        """Clear the record."""
        with self._lock:
            self._requests.clear()
