"""Watchdog: end the process of a run that hangs, so that the next run can start."""

from __future__ import annotations

import faulthandler
import os
import threading
from collections.abc import Callable
from types import TracebackType

from sodasheet.unattended.run_log_file import TextLog

#: Seconds after the time limit for a run to reach its next safe point.
GRACE = 15 * 60.0

#: Further seconds until the process ends even if it cannot run Python, for example while a library
#: call does not return.
LAST = 5 * 60.0


class Watchdog:
    """Timer that ends this process if a block takes longer than `seconds`.

    `end` is called first: it writes the report and returns the exit code. If `end` does not return
    in time either, faulthandler ends the process and writes the traceback to `book`.
    """

    def __init__(
        self, seconds: float, end: Callable[[], int], book: TextLog, last: float = LAST
    ) -> None:
        self._seconds, self._last = seconds, last
        self._end = end
        self._text_log = book
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> None:
        faulthandler.dump_traceback_later(
            self._seconds + self._last, exit=True, file=self._text_log
        )
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
