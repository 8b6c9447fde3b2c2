"""A job's settings for sending rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of rows: compression, and how long to wait after a lost response.

    With `gzip`, large bodies are compressed. A push whose response was lost waits `wait` seconds
    for its rows. After `over` seconds a sent request is considered dead. None means the default
    (portal/http/retries.py).
    """

    gzip: bool = True
    wait: int | None = None
    over: int | None = None


#: Minimum value of `over`: portals are known to keep working on a request for this many seconds.
SHORTEST_OVER = 600
