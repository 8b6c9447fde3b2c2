"""Ctrl-C during a request, on Windows.

On Windows Python runs its handler for Ctrl-C only after a blocking call has returned, and a reply
may take ten minutes. The system's handler thread writes to the wake-up socket at once, which our
thread reads.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watched_interrupts(pressed: Callable[[], None]) -> Iterator[None]:
    """Call `pressed` from another thread at each Ctrl-C, for the duration of a block."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    thread = threading.Thread(target=_read, args=(reading, pressed), daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        thread.join()
        reading.close()


def _read(reading: socket.socket, pressed: Callable[[], None]) -> None:
    while numbers := reading.recv(64):
        for number in numbers:
            if number == signal.SIGINT:
                pressed()
