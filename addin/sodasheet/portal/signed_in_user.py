"""The account that the portal recognizes."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.errors import PortalError
from sodasheet.portal.http.reply_text import label
from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class User:
    """A user of the portal; `role` is None where they have none there, `rights` the portal's."""

    id: str
    name: str
    role: str | None = None
    rights: frozenset[str] = frozenset()


def current_user(session: PortalSession) -> User | None:
    """Return the signed-in user, None if there is none (portal-api.md A.4).

    Raises SignInError where a key was sent and is not accepted, so that a wrong key is not
    mistaken for none.
    """
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
            "Try again in a few minutes; if it keeps happening, tell the portal's administrator.",
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
