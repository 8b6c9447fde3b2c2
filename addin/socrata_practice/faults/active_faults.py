"""The active faults."""

from __future__ import annotations

import threading

from socrata_practice.faults.fault import Fault
from socrata_practice.faults.request_record import RequestRecord, SeenRequest


class Faults:
    """The active faults, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._made = 0
        self.requests = RequestRecord()

    def inject(self, fault: Fault) -> Fault:
        """Activate a fault."""
        with self._lock:
            self._made += 1
            fault.id = self._made
            self._faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> int:
        """Deactivate one fault, or all, and resume waiting requests; return their number."""
        with self._lock:
            gone = [one for one in self._faults if number in (None, one.id)]
            self._faults = [one for one in self._faults if one not in gone]
        for fault in gone:
            fault.cleared.set()
        return len(gone)

    def listed(self) -> list[Fault]:
        """Return the active faults."""
        with self._lock:
            return list(self._faults)

    def strike(self, request: SeenRequest, body_bytes: int | None) -> Fault | None:
        """Return the fault for a request, or None; the request counts for every matching fault."""
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


def _is_large_enough(fault: Fault, body_bytes: int | None) -> bool:
    limit = fault.options.get("limit")
    return limit is None or (body_bytes is not None and body_bytes > limit)
