"""The only way to open a signed-in session with a portal, and the user that the portal recognizes.

Every caller says who named the portal, so that no key goes to a portal that only a file names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.credentials.environment import ORIGIN, PORTAL
from sodasheet.credentials.store_timeout import UNATTENDED
from sodasheet.errors import PortalError, SignInError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.dataset_address import display_host, is_loopback, parse_portal
from sodasheet.portal.http.retries import Patience

if TYPE_CHECKING:
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.http.session import PortalSession

#: The user typed or chose the portal, or it was checked before.
THE_USER = ""

_PATIENCE = Patience()


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
            f"{named_by} names the portal {host}, but the key in the environment may not be for "
            "that portal.",
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
            f"Set {PORTAL} to the host of the portal that the key belongs to: data.example.gov.",
        ) from error


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """Options of a session.

    `store_timeout` is how many seconds the credential store may take. `patience` is how long the
    portal is waited for, and `stop` is asked meanwhile. With `write` a key is required.
    """

    store_timeout: float = UNATTENDED
    patience: Patience = _PATIENCE
    stop: Callable[[], bool] = lambda: False
    write: bool = False


_PLAIN = SessionOptions()


def connect(portal: str, named_by: str, options: SessionOptions = _PLAIN) -> PortalSession:
    """Open a session with the portal, signed in by the environment, else by the account in use.

    `named_by` is the subject of a sentence that names the portal ("This workbook"), `THE_USER` if
    the user did. Raises SignInError if the key is not meant for that portal, or if there is none
    and `write` needs one; UsageProblem for an address that is not a portal's; CredentialError if
    the credential store fails.
    """
    from sodasheet.credentials.keychain import find

    found = find(portal, deadline=options.store_timeout)
    if found is not None and named_by != THE_USER:
        require_key_allowed(found, portal, named_by)
    if found is None and options.write:
        raise not_signed_in(portal)
    return connect_as(portal, found, options)


def connect_as(
    portal: str, credentials: Credentials | None, options: SessionOptions = _PLAIN
) -> PortalSession:
    """Open a session with credentials that the user gave for this portal.

    None opens a session that sees public data only. Raises UsageProblem for an address that is not
    a portal's.
    """
    from sodasheet.credentials.redaction import register_secret
    from sodasheet.portal.http.session import PortalSession

    if credentials is not None:
        register_secret(credentials)
    return PortalSession(portal, credentials, options.patience, options.stop)


@dataclass(frozen=True, slots=True)
class User:
    """A user of the portal; `role` is None if the user has none, `rights` are from the portal."""

    id: str
    name: str
    role: str | None = None
    rights: frozenset[str] = frozenset()


def current_user(session: PortalSession) -> User | None:
    """Return the signed-in user, None if there is none (portal-api.md A.4).

    Raises SignInError if a key was sent and is not accepted, so that a wrong key is not
    mistaken for none.
    """
    from sodasheet.portal.http.reply import label

    try:
        reply = session.get_json("/api/users/current.json")
    except PortalError as error:
        # Portals of different age say "nobody" by different statuses.
        if error.status == 404 or (error.status in (401, 403) and not session.signed):
            return None
        raise
    if not isinstance(reply, dict) or not isinstance(reply.get("id"), str):
        return None
    found = label(reply["id"])
    if not found:
        raise PortalError(
            f"{session.host} does not say who this key belongs to.",
            "Try again in a few minutes; if it keeps happening, contact the portal's "
            "administrator.",
            None,
            "no-data",
        )
    names = (label(reply.get(key)) for key in ("displayName", "screenName", "email"))
    role, rights = reply.get("roleName"), reply.get("rights")
    return User(
        id=reply["id"],
        name=next(filter(None, names), found),
        role=label(role) or None,
        rights=frozenset(str(right) for right in rights)
        if isinstance(rights, list)
        else frozenset(),
    )
