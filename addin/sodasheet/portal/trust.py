"""Which portal a key from the environment may be sent to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sodasheet.credentials.environment import ORIGIN
from sodasheet.errors import SignInError
from sodasheet.portal.address import host_of, is_loopback, parse_portal

if TYPE_CHECKING:
    from sodasheet.model.credentials import Credentials

#: The portal that a key in the environment is for.
PORTAL = "SODASHEET_PORTAL"


def require_meant(
    credentials: Credentials, portal: str, otherwise: str, who: str = "This workbook"
) -> None:
    """Raise SignInError where these credentials may not go to a portal that a file names.

    `otherwise` begins the remedy, `who` the sentence. A key from the environment belongs to no
    host, so it is given only to the portal that `SODASHEET_PORTAL` names, or on this computer.
    """
    if not _meant_for(credentials, portal):
        raise SignInError(
            f"{who} names the portal {host_of(portal)}, and the key in the environment is"
            " not said to be for it.",
            f"{otherwise}, or set {PORTAL} to {host_of(portal)} if you trust it.",
            None,
            "sign-in-needed",
        )


def named_portal() -> str:
    """The portal that the environment names, as it is written there; "" for none."""
    return os.environ.get(PORTAL, "").strip()


def _meant_for(credentials: Credentials, portal: str) -> bool:
    if credentials.origin != ORIGIN or is_loopback(portal):
        return True
    named = named_portal()
    return bool(named) and host_of(parse_portal(named)) == host_of(portal)
