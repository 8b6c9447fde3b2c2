"""Time limit for calls to a credential store, which may wait for the user's answer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sodasheet.credentials.environment import HEADLESS
from sodasheet.credentials.store_errors import credential_error
from sodasheet.errors import CredentialError, SodaSheetError

#: Seconds: enough to find and type a password, or only a few without a user.
ATTENDED = 120.0
UNATTENDED = 10.0

#: Ctrl-C is noticed between two polls; Windows does not interrupt a longer wait.
_LOOK = 0.2


T = TypeVar("T")


def ask(seconds: float, action: Callable[[], T]) -> T:
    """Run `action`, which calls a store, and return its result.

    Raises CredentialError if the action fails or takes longer than `seconds`. A late action stays
    in a thread that does not keep the process from ending.
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
        raise credential_error(error) from error
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
                    " waiting to be unlocked.",
                    f"Sign in to the desktop, unlock the store and try again. {HEADLESS}",
                    "no-answer",
                ) from None
