"""The ribbon's group Account: signing in and out, and a test of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.actions.portal_choice import asked_portal, offered_portal
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.open_mapping import target

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.portal.http.session import PortalSession


def sign_in(press: Press) -> None:
    """Open the Sign in page.

    Raises SodaSheetError if no window can be opened: a secret is typed into no box that shows it.
    """
    from sodasheet.desk.open_desk_at_page import open_sign_in

    if press.dialogs.no_windows is not None:
        raise press.dialogs.no_windows
    open_sign_in(offered_portal(press))


def test_connection(press: Press) -> None:
    """Show whether the portal answers, the account, and its rights to the dataset."""
    from sodasheet.portal.connect import current_user
    from sodasheet.portal.dataset_address import host_of

    portal = asked_portal(press, "Test the connection to which portal? Its web address:")
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
    """Return the account's rights to the dataset of the mapping sheet, if any."""
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
    """Remove this computer's keys for a portal."""
    from sodasheet.credentials.keychain import ATTENDED, forget
    from sodasheet.portal.dataset_address import host_of

    portal = asked_portal(press, "Sign out of which portal? Its web address:")
    if portal is None:
        return
    host = host_of(portal)
    if press.dialogs.ask_yes_no(f"Remove all saved keys for {host}?"):
        gone = forget(portal, deadline=ATTENDED)
        press.dialogs.tell(
            f"Signed out of {host}." if gone else f"No key for {host} was saved here."
        )
