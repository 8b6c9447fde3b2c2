"""Test a key on its portal before saving, and read its owner's rights."""

from __future__ import annotations

from sodasheet.errors import SignInError
from sodasheet.model.credentials import Credentials
from sodasheet.portal.connect import SessionOptions, User, connect_as, current_user
from sodasheet.portal.http.retries import Patience

#: A user is waiting, and retrying does not fix a mistyped address.
_OPTIONS = SessionOptions(patience=Patience(read=30, tries=2, unreachable=0))

#: Rights on a portal with which datasets can be changed (portal-api.md A.4).
_EDITING = frozenset({"create_datasets", "edit_others_datasets"})


def developer_settings(portal: str) -> str:
    """The page of a portal for creating API keys."""
    return f"{portal}/profile/edit/developer_settings"


def identify(portal: str, credentials: Credentials) -> User:
    """The user that the key belongs to, according to the portal.

    Raises SignInError if that is nobody, PortalError if no portal answers.
    """
    with connect_as(portal, credentials, _OPTIONS) as session:
        try:
            user = current_user(session)
        except SignInError as error:
            if "@" in credentials.key_id:
                raise _password_refused(session.host, portal, error) from error
            raise
        if user is None:
            raise SignInError(
                f"{session.host} does not say who this key belongs to, so it was not saved.",
                "Check that it is a portal, and make a new API key at"
                f" {developer_settings(portal)}.",
                None,
                "nobody",
            )
    return user


def powers(user: User) -> str:
    """Return a sentence about the user's rights to push (portal-api.md A.4)."""
    if "edit_others_datasets" in user.rights:
        return "You may change every dataset there."
    if "create_datasets" in user.rights:
        return "You may change your own datasets there, and those shared with you."
    return "You may change only datasets there that are shared with you."


def reads_only(user: User) -> bool:
    """True if the user's rights on the portal as a whole are read-only."""
    return not user.rights & _EDITING


def _password_refused(host: str, portal: str, error: SignInError) -> SignInError:
    return SignInError(
        f"{host} does not accept this user name and password.",
        "Accounts with single sign-on or a second factor can only use an API key, which you make"
        f" at {developer_settings(portal)}; the password was tried only once.",
        error.status,
        error.reason,
    )
