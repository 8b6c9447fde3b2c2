"""Who may be signed in where: pushes need somebody, and the environment's key its own portal."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from sodasheet.credentials.environment import ORIGIN, PORTAL
from sodasheet.errors import SignInError, UsageProblem
from sodasheet.portal.address import host_of, is_loopback, parse_portal

if TYPE_CHECKING:
    from sodasheet.model.credentials import Credentials


def not_signed_in(host: str, remedy: str) -> SignInError:
    """For a push of which nobody is signed in; `remedy` is how to sign in from there."""
    return SignInError(
        f"You are not signed in to {host}, and nobody may push without.",
        remedy,
        None,
        "sign-in-needed",
    )


def require_key_allowed(
    credentials: Credentials, portal: str, otherwise: str, who: str = "This workbook"
) -> None:
    """Raise SignInError where these credentials may not go to a portal that a file names.

    `otherwise` begins the remedy, `who` the sentence. A key from the environment belongs to no
    host, so it is given only to portals that `SODASHEET_PORTAL` names, or on this computer: files
    come from others, who would get the key of whoever runs them. Raises UsageProblem where that
    variable names no portal.
    """
    if not _meant_for(credentials, portal):
        raise SignInError(
            f"{who} names the portal {host_of(portal)}, and the key in the environment is"
            " not said to be for it.",
            f"{otherwise}, or set {PORTAL} to {host_of(portal)} if you trust it.",
            None,
            "sign-in-needed",
        )


def _meant_for(credentials: Credentials, portal: str) -> bool:
    if credentials.origin != ORIGIN or is_loopback(portal):
        return True
    named = re.split(r"[\s,;]+", os.environ.get(PORTAL, ""))
    return host_of(portal) in {_host(one) for one in named if one}


def _host(text: str) -> str:
    try:
        return host_of(parse_portal(text))
    except UsageProblem as error:
        raise UsageProblem(
            f"{PORTAL} names no portal: {error.what}",
            f"Set {PORTAL} to the host of the portal that the key is for: data.example.gov.",
        ) from error
