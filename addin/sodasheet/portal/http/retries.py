"""Decide whether and when to retry a request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import requests
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from sodasheet.errors import Cancelled
from sodasheet.model.job import Job
from sodasheet.portal.http.network_errors import wire_error, worth_repeating
from sodasheet.wording import counted

#: Statuses after which a query is retried (portal-api.md G).
READ_AGAIN = frozenset({408, 429, 500, 502, 503, 504})

#: Statuses after which a write refused by the portal itself is retried.
WRITE_AGAIN = frozenset({409, 429, 503})

#: Statuses after which an idempotent write is retried.
HARMLESS_AGAIN = READ_AGAIN | WRITE_AGAIN

#: Seconds between two checks whether the user wants to stop a wait.
_GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """Patience with a portal; times in seconds.

    `connect` is for reaching the host, `read` for the answer to a question, `write` for the
    answer to rows (writes of more than an hour are known, portal-api.md B.4). `tries` is how
    often a request is repeated at most, `unreachable` how often where the host cannot be reached.
    Before the n-th repetition it waits `pause` * 2**(n-1) and a random bit, or as long as the
    portal says, at most `longest_pause`. `poll` and `polls` are for work that the portal has
    accepted but not finished; `standstill` is how long such work may show no change at all.

    A write whose answer was lost may still be carried out for `over` seconds after it was sent
    (vendors' own clients wait for 6,000 s, and two hours are known: portal-api.md B.4); for `late`
    of them a push waits for it.
    """

    connect: float = 15.0
    read: float = 60.0
    write: float = 600.0
    tries: int = 5
    unreachable: int = 2
    pause: float = 1.0
    longest_pause: int = 300
    poll: float = 4.0
    polls: int = 200
    standstill: float = 10_800.0
    late: float = 120.0
    over: float = 7_200.0


def wait(seconds: float, stop: Callable[[], bool]) -> None:
    """Wait, unless the user wants to stop. Raises Cancelled."""
    until = time.monotonic() + seconds
    while True:
        if stop():
            raise Cancelled(
                "You stopped it while it was waiting for the portal.",
                "The pending request was not repeated.",
            )
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, _GLANCE))


class Attempts:
    """The attempts of a request, which is retried after the statuses in `again`.

    urllib3's Retry keeps the account and computes the waits; the decisions that depend on
    whether a request may have done something are made here.
    """

    def __init__(self, patience: Patience, again: frozenset[int]) -> None:
        self._pause = patience.pause
        self._retry = Retry(
            total=patience.tries,
            connect=patience.unreachable,
            allowed_methods=None,
            status_forcelist=again,
            backoff_factor=patience.pause,
            backoff_max=patience.longest_pause,
            backoff_jitter=patience.pause,
            retry_after_max=patience.longest_pause,
        )

    def pause_after_reply(self, response: requests.Response) -> float | None:
        """Seconds to wait before a retry, or None if this reply is final."""
        # Retry also repeats 413 where there is a Retry-After, so its list is asked directly.
        if response.status_code not in self._retry.status_forcelist:
            return None
        if not self._spend(response=response.raw):
            return None
        return self._told(response) or self._backoff()

    def pause_after_failure(self, error: BaseException) -> float | None:
        """Seconds to wait after a request without a reply, which must not have had any effect."""
        if not worth_repeating(error) or not self._spend(error=wire_error(error)):
            return None
        return self._backoff()

    def _spend(self, **happened: object) -> bool:
        try:
            self._retry = self._retry.increment("GET", "", **happened)  # type: ignore[arg-type]
        except HTTPError:
            return False
        return True

    def _told(self, response: requests.Response) -> float | None:
        try:
            return self._retry.get_retry_after(response.raw)
        except (HTTPError, ValueError, OverflowError):
            return None

    def _backoff(self) -> float:
        return self._retry.get_backoff_time() or self._pause


def patience_of(job: Job, usual: Patience) -> Patience:
    """Return the default patience with the settings of the job."""
    late, over = job.delivery.wait, job.delivery.over
    return replace(
        usual,
        late=usual.late if late is None else late,
        over=usual.over if over is None else over,
    )


def time_left(seconds: float) -> str:
    """Return a number of seconds in words, for the waiting user."""
    whole = max(int(seconds + 0.5), 1)
    if whole < 100:
        return counted(whole, "second")
    minutes = (whole + 30) // 60
    return counted(minutes, "minute")
