"""The portal, as the person who is signed in on this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

Stop = Callable[[], bool]


def open_session(portal: str, stop: Stop = lambda: False, *, write: bool = False) -> PortalSession:
    """Open a session with the portal. Raises SignInError if `write` needs a missing key.

    The credential store may ask the user something, so it gets the time that a user needs.
    The portal's name may come from a file, so a key from the environment must be meant for it.
    """
    from sodasheet.credentials.store_timeout import ATTENDED
    from sodasheet.portal.connect import SessionOptions, connect

    options = SessionOptions(store_timeout=ATTENDED, stop=stop, write=write)
    return connect(portal, "This job", options)
