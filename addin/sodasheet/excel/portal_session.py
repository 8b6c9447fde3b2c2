"""The portal, with the account signed in on this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def open_session(
    portal: str, stop: Callable[[], bool] = lambda: False, *, write: bool = False
) -> PortalSession:
    """A session with the portal. Raises SignInError if `write` is set without a sign-in.

    The credential store may ask the user something, so it gets the time of someone who is there.
    The portal's name comes from a workbook, so a key from the environment must be meant for it.
    """
    from sodasheet.credentials.store_timeout import ATTENDED
    from sodasheet.portal.connect import SessionOptions, connect

    options = SessionOptions(store_timeout=ATTENDED, stop=stop, write=write)
    return connect(portal, "This workbook", options)
