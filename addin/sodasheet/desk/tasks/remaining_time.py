"""Pace of a stage, and the remaining time if reliable."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

#: Seconds before the first estimate, and the span that the speed is averaged over.
SETTLING, SPAN = 3.0, 20.0

#: Estimates longer than this are not reliable enough to show.
LONGEST = 2 * 86_400.0

Clock = Callable[[], float]


class Pace:
    """The pace of one stage; `total` may be unknown."""

    def __init__(self, total: int | None, clock: Clock = time.monotonic) -> None:
        self.total = total
        self.done = 0
        self._clock = clock
        self._began = clock()
        self._marks = deque([(self._began, 0)])

    @property
    def seconds(self) -> float:
        """Elapsed seconds of the stage."""
        return self._clock() - self._began

    def advance(self, amount: int) -> None:
        """Count `amount` more units as done."""
        now = self._clock()
        self.done += amount
        # One mark per 0.2 s keeps the list short no matter how often this is called.
        if now - self._marks[-1][0] >= 0.2:
            self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[1][0] > SPAN:
            self._marks.popleft()

    @property
    def rate(self) -> float | None:
        """Recent rate in units per second; None until the rate is meaningful."""
        now = self._clock()
        if now - self._began < SETTLING:
            return None
        since, before = self._marks[0]
        rate = (self.done - before) / (now - since)
        return rate if rate > 0 else None

    @property
    def left(self) -> float | None:
        """Seconds to the end of the stage; None if no forecast can be trusted."""
        rate = self.rate
        if not rate or not self.total or not 0 < self.done < self.total:
            return None
        seconds = (self.total - self.done) / rate
        return seconds if seconds <= LONGEST else None
