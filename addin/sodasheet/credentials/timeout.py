"""Waiting for a store, which may ask a question, no longer than somebody may be there to answer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sodasheet.credentials.environment import HEADLESS
from sodasheet.credentials.store_errors import translated
from sodasheet.errors import CredentialError, SodaSheetError

#: Seconds: time to find and type a password, or none to speak of where nobody is there.
ATTENDED = 120.0
UNATTENDED = 10.0

#: Ctrl-C is noticed between two looks; Windows does not interrupt a longer wait.
_LOOK = 0.2


T = TypeVar("T")


def ask(seconds: float, action: Callable[[], T]) -> T:
    """Do `action`, which talks to a store, and give its result.

    Raises CredentialError where it fails or has not ended after so many seconds. It is then left
    behind in a thread that does not keep the process from ending.
    """
    answer: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put((action(), None))
        except BaseException as error:
            answer.put((None, error))

    threading.Thread(target=work, name="credential store", daemon=True).start()
    value, error = _wait(seconds, answer)
    if isinstance(error, SodaSheetError):
        raise error
    if error is not None:
        raise translated(error) from error
    return value  # type: ignore[return-value]


def _wait(seconds: float, answer: queue.SimpleQueue[T]) -> T:
    end = time.monotonic() + seconds
    while True:
        try:
            return answer.get(timeout=max(0.0, min(_LOOK, end - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= end:
                raise CredentialError(
                    f"The credential store has not answered for {seconds:g} seconds; it may be"
                    " waiting for somebody to unlock it.",
                    f"Sign in to the desktop, unlock the store and try again. {HEADLESS}",
                    "no-answer",
                ) from None
