"""Wait for the portal's background work, without giving up too early."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sodasheet.errors import PortalError, SignInError
from sodasheet.portal.publishing.resource import Resource, ask

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Maximum consecutive failures, each after its own retries, during an outage (portal-api.md C.1).
TOLERATED = 5

#: Seconds before the portal is asked for the first time; the pauses then grow up to
#: `Patience.poll`, so that small work is noticed immediately and big work is not disturbed.
_FIRST_PAUSE = 0.1
_GROWTH = 1.5

Told = Callable[[Resource], None]


def poll(
    session: PortalSession, path: str, done: Callable[[Resource], bool], told: Told
) -> Resource:
    """Read the resource until `done`; `told` receives every state.

    Raises PortalError if the portal stays silent or shows no change for
    `Patience.standstill`, and Cancelled if the user stops it.
    """
    patience, failures, seen = session.patience, 0, Resource()
    pause, moved = min(_FIRST_PAUSE, patience.poll), time.monotonic()
    while True:
        try:
            resource = ask(session, path)
            failures = 0
        except PortalError as error:
            failures += 1
            if failures > TOLERATED or not _passing(error):
                raise
        else:
            told(resource)
            if done(resource):
                return resource
            if resource.fields != seen.fields:
                seen, moved = resource, time.monotonic()
        if time.monotonic() - moved > patience.standstill:
            raise _stuck(session)
        session.wait(pause)
        pause = min(pause * _GROWTH, patience.poll)


def _passing(error: PortalError) -> bool:
    """True if the portal may have recovered by the next attempt."""
    if isinstance(error, SignInError) or error.reason == "elsewhere":
        return False
    silent = error.status is None and not error.reason.startswith("certificate")
    return silent or error.reason == "no-data" or error.status in (408, 429) or _broken(error)


def _broken(error: PortalError) -> bool:
    return error.status is not None and error.status >= 500


def _stuck(session: PortalSession) -> PortalError:
    minutes = session.patience.standstill / 60
    return PortalError(
        f"{session.host} has made no progress for {minutes:,.0f} minutes.",
        f"Look at the dataset on the portal, or ask the administrator of {session.host}.",
        None,
        "standstill",
    )
