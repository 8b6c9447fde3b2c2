"""Rules for who may push where: pushes need a key, and the environment's key its own portal."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from sodasheet.credentials.environment import ORIGIN, PORTAL
from sodasheet.errors import SignInError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.address import display_host, is_loopback, parse_portal

if TYPE_CHECKING:
    from sodasheet.model.credentials import Credentials


def not_signed_in(portal: str, remedy: str = "Sign in to push.") -> SignInError:
    """Return the error for a push without a key."""
    return SignInError(
        f"You are not signed in to {display_host(portal)}.",
        remedy,
        None,
        "sign-in-needed",
        (NextStep(Action.SIGN_IN, portal=parse_portal(portal)),),
    )


def require_key_allowed(
    credentials: Credentials, portal: str, named_by: str = "This workbook"
) -> None:
    """Raise SignInError if these credentials must not go to a portal that a file names.

    `named_by` is the subject of the sentence. A key from the environment belongs to no host, so
    it goes only to portals that `SODASHEET_PORTAL` names: files come from others, who would get
    the key of whoever runs them. Without that variable it goes to a portal on this computer only;
    with it not even there, because on a shared computer another user may listen on that port.
    Raises UsageProblem if the variable does not name a portal.
    """
    if not _meant_for(credentials, portal):
        host = display_host(portal)
        raise SignInError(
            f"{named_by} names the portal {host}, but the key in the environment is not known to"
            " be for that portal.",
            f"Sign in to {host}, or set {PORTAL} to {host} if you trust that portal.",
            None,
            "sign-in-needed",
            (NextStep(Action.SIGN_IN, portal=parse_portal(portal)),),
        )


def _meant_for(credentials: Credentials, portal: str) -> bool:
    if credentials.origin != ORIGIN:
        return True
    named = [one for one in re.split(r"[\s,;]+", os.environ.get(PORTAL, "")) if one]
    if not named:
        return is_loopback(portal)
    return parse_portal(portal) in {_portal(one) for one in named}


def _portal(text: str) -> str:
    try:
        return parse_portal(text)
    except UsageProblem as error:
        raise UsageProblem(
            f"{PORTAL} is not a portal: {error.what}",
            f"Set {PORTAL} to the host of the portal that the key is for: data.example.gov.",
        ) from error
