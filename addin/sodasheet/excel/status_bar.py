"""Progress in the program's status bar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sodasheet.excel.xlwings_access import show_status
from sodasheet.wording import capitalized

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press
    from sodasheet.model.progress import Progress

#: Seconds between two lines: each costs the program a redraw.
INTERVAL = 0.5


class StatusProgress:
    """Progress of a press; the program cannot react to Stop meanwhile, so there is no stopping."""

    stop = False

    def __init__(self, press: Press) -> None:
        self._press = press
        self._stage, self._done = "", 0
        self._total: int | None = None
        self._said = 0.0

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin a new stage."""
        self._stage, self._total, self._done = stage, total, 0
        self._say()

    def advance(self, amount: int) -> None:
        """Count more rows as done."""
        self._done += amount
        if time.monotonic() - self._said >= INTERVAL:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        self._press.status(progress_words(self._stage, self._done, self._total))


class DetachedProgress:
    """Progress of a process that the program does not wait for, reported to both sides.

    `inner` is the progress of its task; `app` is None if the program has been closed.
    """

    def __init__(self, inner: Progress, app: xlwings.App | None) -> None:
        self._inner, self._app = inner, app
        self._stage, self._done = "", 0
        self._total: int | None = None
        self._said = 0.0

    @property
    def stop(self) -> bool:
        """True if the user pressed Stop."""
        return self._inner.stop

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin a new stage."""
        self._inner.begin(stage, total)
        self._stage, self._total, self._done = stage, total, 0
        self._say()

    def advance(self, amount: int) -> None:
        """Count more rows as done."""
        self._inner.advance(amount)
        self._done += amount
        if time.monotonic() - self._said >= INTERVAL:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        if self._app is not None:
            show_status(self._app, progress_words(self._stage, self._done, self._total))


def progress_words(stage: str, done: int, total: int | None) -> str:
    """`Reading Permits: 20,000 of 50,000`."""
    words = capitalized(stage)
    if done:
        words += f": {done:,}" + (f" of {total:,}" if total else "")
    return words


@contextmanager
def shown(press: Press) -> Iterator[StatusProgress]:
    """Progress for the duration of a block; afterwards, the program gets its status bar back."""
    try:
        yield StatusProgress(press)
    finally:
        press.clear_status()
