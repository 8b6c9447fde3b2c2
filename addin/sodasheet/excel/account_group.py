"""The ribbon's group Account: signing in and out, and whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.opened import target
from sodasheet.excel.session import open_session

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.account import User
    from sodasheet.portal.session import PortalSession


def sign_in(press: Press) -> None:
    """Ask for an API key, try it on its portal, and keep it in this computer's store."""
    from sodasheet.credentials import ATTENDED, remember, save
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.address import host_of

    portal = _portal(press, "Sign in to which portal? Its web address:")
    if portal is None:
        return
    key_id = press.dialogs.ask_text(
        f"Key id of an API key for {host_of(portal)}.\n\n"
        f"You make one at {portal}/profile/edit/developer_settings"
    )
    secret = press.dialogs.ask_text("Key secret:", secret=True) if key_id else None
    if not key_id or not secret:
        return
    credentials = Credentials(key_id.strip(), secret.strip())
    remember(credentials)
    user = _tried(portal, credentials)
    account = save(portal, credentials, deadline=ATTENDED)
    press.dialogs.tell(
        f"Signed in to {account.host} as {user.name}. The key is kept in {account.store}."
    )


def test_connection(press: Press) -> None:
    """Say whether the portal answers, as whom, and what may be done with the dataset."""
    from sodasheet.portal.account import current_user
    from sodasheet.portal.address import host_of

    portal = _portal(press, "Test the connection to which portal? Its web address:")
    if portal is None:
        return
    with open_session(portal) as session:
        user = current_user(session)
        may = _may_push(press, session, portal) if user else ""
    host = host_of(portal)
    if user is None:
        press.dialogs.tell(f"{host} answers, but you are not signed in. Press Sign in.")
    else:
        press.dialogs.tell(f"{host} answers, and you are signed in as {user.name}.{may}")


def _may_push(press: Press, session: PortalSession, portal: str) -> str:
    """What this person may do with the dataset of the mapping sheet, if there is one there."""
    from sodasheet.model.method import Method
    from sodasheet.portal.dataset import read_dataset, require_rights

    try:
        where = target(press)
    except SodaSheetError:
        return ""
    if where.portal != portal:
        return ""
    dataset = read_dataset(session, where.dataset)
    try:
        require_rights(dataset, Method.UPSERT)
    except SodaSheetError as error:
        return f" {error}"
    return f" You may push to {dataset.name}."


def sign_out(press: Press) -> None:
    """Take this computer's keys for a portal out of the store."""
    from sodasheet.credentials import ATTENDED, forget
    from sodasheet.portal.address import host_of

    portal = _portal(press, "Sign out of which portal? Its web address:")
    if portal is None:
        return
    host = host_of(portal)
    if press.dialogs.ask_yes_no(f"Take all keys for {host} out of this computer's store?"):
        gone = forget(portal, deadline=ATTENDED)
        press.dialogs.tell(
            f"Signed out of {host}." if gone else f"Nobody was signed in to {host} here."
        )


def _portal(press: Press, question: str) -> str | None:
    """The portal that the user names; the mapping sheet's own is offered."""
    from sodasheet.portal.address import parse_portal

    try:
        given = target(press).portal
    except SodaSheetError:
        given = ""
    text = press.dialogs.ask_text(question, given)
    return parse_portal(text) if text and text.strip() else None


def _tried(portal: str, credentials: Credentials) -> User:
    from sodasheet.errors import SignInError
    from sodasheet.portal.account import current_user
    from sodasheet.portal.address import host_of
    from sodasheet.portal.retries import Patience
    from sodasheet.portal.session import PortalSession

    # Somebody waits, and a mistyped address does not get better by trying it again.
    with PortalSession(portal, credentials, Patience(read=30, tries=2, unreachable=0)) as session:
        user = current_user(session)
    if user is None:
        raise SignInError(
            f"{host_of(portal)} does not say who this key belongs to, so it was not kept.",
            "Check that it is a portal, and make a new API key there.",
        )
    return user
