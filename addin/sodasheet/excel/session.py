"""The portal, as whoever is signed in on this computer."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sodasheet.errors import SignInError

if TYPE_CHECKING:
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.session import PortalSession


#: The portal that a key in the environment is for.
PORTAL = "SODASHEET_PORTAL"


def require_meant(
    credentials: Credentials, portal: str, otherwise: str, who: str = "This workbook"
) -> None:
    """Raise SignInError where these credentials may not go to a portal that a file names.

    `otherwise` begins the remedy, `who` the sentence. A key from the environment belongs to no
    host, so it is given only to the portal that `SODASHEET_PORTAL` names, or on this computer.
    """
    from sodasheet.portal.address import host_of

    if not _meant_for(credentials, portal):
        raise SignInError(
            f"{who} names the portal {host_of(portal)}, and the key in the environment is"
            " not said to be for it.",
            f"{otherwise}, or set {PORTAL} to {host_of(portal)} if you trust it.",
            None,
            "sign-in-needed",
        )


def _meant_for(credentials: Credentials, portal: str) -> bool:
    from sodasheet.credentials.environment import ORIGIN
    from sodasheet.portal.address import host_of, is_loopback, parse_portal

    if credentials.origin != ORIGIN or is_loopback(portal):
        return True
    named = os.environ.get(PORTAL, "").strip()
    return bool(named) and host_of(parse_portal(named)) == host_of(portal)


def open_session(
    portal: str, stop: Callable[[], bool] = lambda: False, *, write: bool = False
) -> PortalSession:
    """A session with the portal. Raises SignInError where it must `write` and nobody is signed in.

    The credential store may ask the user something, so it gets the time of somebody who is there.
    The portal's name comes from a workbook, so a key from the environment must be meant for it.
    """
    from sodasheet.credentials import ATTENDED, find
    from sodasheet.portal.address import host_of
    from sodasheet.portal.session import PortalSession

    found = find(portal, deadline=ATTENDED)
    if found is not None:
        require_meant(found, portal, "Press Sign in")
    if found is None and write:
        raise SignInError(
            f"You are not signed in to {host_of(portal)}, and nobody may push without.",
            "Press Sign in.",
            None,
            "sign-in-needed",
        )
    return PortalSession(portal, found, stop=stop)
