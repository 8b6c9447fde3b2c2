"""Presence: an open page, a running task, or an opening window needs the desk."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

#: Seconds: for the first window to come, for a page to follow another one, and after which a page
#: that was never heard of again counts as closed (browsers put pages to sleep).
COMING, BETWEEN, ASLEEP = 120.0, 15.0, 600.0


class Presence:
    """The pages that are open; `busy` is asked if a task runs or a ticket is waiting."""

    def __init__(
        self, busy: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._busy, self._clock = busy, clock
        self._lock = Lock()
        self._pages: dict[str, float] = {}
        self._closed: deque[str] = deque(maxlen=200)
        self._last, self._patience = clock(), COMING

    def seen(self, page: str) -> None:
        """A page is open."""
        with self._lock:
            # A message in transit when the page closed must not reopen the page.
            if page in self._closed:
                return
            self._pages[page] = self._last = self._clock()
            self._patience = BETWEEN

    def closed(self, page: str) -> None:
        """A page has been closed, or left for another page."""
        with self._lock:
            self._closed.append(page)
            self._pages.pop(page, None)
            self._last = self._clock()

    def expect(self) -> None:
        """A window is about to be opened."""
        with self._lock:
            self._last, self._patience = self._clock(), COMING

    @property
    def needed(self) -> bool:
        """True if the desk has to stay."""
        now = self._clock()
        with self._lock:
            self._pages = {page: at for page, at in self._pages.items() if now - at < ASLEEP}
            if self._pages or now - self._last < self._patience:
                return True
        return self._busy()
