"""The portal, as whoever is signed in on this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def open_session(
    portal: str, stop: Callable[[], bool] = lambda: False, *, write: bool = False
) -> PortalSession:
    """A session with the portal. Raises SignInError where it must `write` and nobody is signed in.

    The credential store may ask the user something, so it gets the time of somebody who is there.
    The portal's name comes from a workbook, so a key from the environment must be meant for it.
    """
    from sodasheet.credentials.keychain import ATTENDED, find
    from sodasheet.portal.address import host_of
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.portal.trust import not_signed_in, require_key_allowed

    found = find(portal, deadline=ATTENDED)
    if found is not None:
        require_key_allowed(found, portal, "Press Sign in")
    if found is None and write:
        raise not_signed_in(host_of(portal), "Press Sign in.")
    return PortalSession(portal, found, stop=stop)
