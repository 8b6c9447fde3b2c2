"""Background threads for work that continues after its reply."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

logger = logging.getLogger("socrata_practice")
_GLANCE = 0.05  # seconds between two checks whether the portal stops
_PATIENCE = 30.0  # seconds that stopping waits for the work to end


class StoppedError(Exception):
    """The portal is stopping; background work ends."""


class Workers:
    """Threads that end when the portal does."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()

    def start(self, work: Callable[..., None], *arguments: Any) -> None:
        """Run `work` in a separate thread."""
        thread = threading.Thread(target=self._run, args=(work, arguments), daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        try:
            work(*arguments)
        except StoppedError:
            logger.info("Stopped in the middle of %s", work.__name__)
        except Exception:
            logger.exception("The practice portal failed in the background")
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def go_on(self) -> None:
        """Check between two pieces of work; raises StoppedError if the portal is stopping."""
        if self._stopping.is_set():
            raise StoppedError

    def sleep(self, seconds: float) -> None:
        """Wait; raises StoppedError if the portal stops meanwhile."""
        if seconds > 0 and self._stopping.wait(seconds):
            raise StoppedError

    def wait(self, event: threading.Event) -> None:
        """Wait for an event; raises StoppedError if the portal stops meanwhile."""
        while not event.wait(_GLANCE):
            self.go_on()

    def stop(self) -> None:
        """Ask all threads to end, and wait for them."""
        self._stopping.set()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(timeout=_PATIENCE)
