"""When a run that nobody watches is to end: the clock says so, or the system does."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: How systems tell a process to end: cron and systemd, a terminal, a console of Windows.
_SIGNALS = ("SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP")


class Watch:
    """The clock of one run; `seconds` is its time limit.

    `why` is a sentence once the run is to end, empty before, and never changes afterwards.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._why = ""

    @property
    def why(self) -> str:
        """Return why the run is to stop at the next safe point; empty while it may go on."""
        if not self._why and time.monotonic() >= self._end:
            self._why = f"The time limit of {lasting(self.seconds)} was reached."
        return self._why

    @property
    def left(self) -> float:
        """Seconds until the time limit, 0 where it has been reached."""
        return max(self._end - time.monotonic(), 0.0)

    @property
    def stop(self) -> bool:
        """True if the run is to stop."""
        return bool(self.why)

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """For the length of a block, being told to end stops the run at the next safe point.

        Being told a second time breaks it off at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        known = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        # What whoever started us wants ignored (nohup) stays ignored.
        heard = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._told) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._why:
            raise KeyboardInterrupt
        self._why = f"The system told it to end ({signal.Signals(number).name})."


def lasting(seconds: float) -> str:
    """A length of time in the largest unit that says it without a fraction."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            amount = int(seconds // size)
            return f"{amount:,} {unit}{'' if amount == 1 else 's'}"
    return f"{seconds:g} seconds"
