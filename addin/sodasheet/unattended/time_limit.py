"""Time limit of an unattended run, and the signals that stop the run earlier."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sodasheet.wording import counted

#: Signals that ask a process to end: from cron and systemd, a terminal, a Windows console.
_SIGNALS = ("SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP")


class TimeLimit:
    """Time limit of a run, in seconds.

    `why` is empty until the run must end; then it is a sentence that never changes.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._why = ""

    @property
    def why(self) -> str:
        """Return the reason to stop at the next safe point; empty while the run may continue."""
        if not self._why and time.monotonic() >= self._end:
            self._why = f"The time limit of {duration_words(self.seconds)} was reached."
        return self._why

    @property
    def left(self) -> float:
        """Seconds until the time limit; 0 afterwards."""
        return max(self._end - time.monotonic(), 0.0)

    @property
    def stop(self) -> bool:
        """True if the run should stop."""
        return bool(self.why)

    @contextmanager
    def stop_on_signals(self) -> Iterator[None]:
        """Stop the run at the next safe point if a signal arrives during the block.

        A second signal interrupts it at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        known = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        # Signals that our parent process ignores (nohup) stay ignored.
        handled = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._on_signal) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._why:
            raise KeyboardInterrupt
        self._why = f"The system asked the run to stop ({signal.Signals(number).name})."


def duration_words(seconds: float) -> str:
    """Return a duration in the largest unit that needs no fraction."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return counted(int(seconds // size), unit)
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"
