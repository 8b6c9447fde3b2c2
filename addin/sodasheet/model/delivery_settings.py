"""Settings of a job for the way its rows take to the portal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of rows: compression, and how long a lost answer is awaited.

    `gzip` lets large bodies be compressed. A push whose answer was lost waits `wait` seconds for
    its rows. After `over` seconds a request that was sent can no longer land. None is the default
    of both (portal/http/retries.py).
    """

    gzip: bool = True
    wait: int | None = None
    over: int | None = None


#: The fewest seconds for `over`: gateways and portals are known to work for so long at least.
SHORTEST_OVER = 600
