"""The hard end of a run that hangs, so that the next one is not kept from starting for ever."""

from __future__ import annotations

import faulthandler
import os
import threading
from collections.abc import Callable
from types import TracebackType

from sodasheet.unattended.text_log import Logbook

#: Seconds after the time limit that a run has to come to its next safe point.
GRACE = 15 * 60.0

#: Seconds more until the process ends even where it cannot run any Python, as while a library
#: does not come back.
LAST = 5 * 60.0


class Watchdog:
    """Ends this process where a block has not ended after so many seconds.

    `end` is called first: it writes down what stands and gives the exit code. Where not even that
    comes back in time, the process is ended by the C library, and where it hung is in `book`.
    """

    def __init__(
        self, seconds: float, end: Callable[[], int], book: Logbook, last: float = LAST
    ) -> None:
        self._seconds, self._last = seconds, last
        self._end = end
        self._book = book
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> None:
        faulthandler.dump_traceback_later(self._seconds + self._last, exit=True, file=self._book)
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        faulthandler.cancel_dump_traceback_later()

    def _wait(self) -> None:
        if self._over.wait(self._seconds):
            return
        code = 1
        try:
            code = self._end()
        finally:
            os._exit(code)
