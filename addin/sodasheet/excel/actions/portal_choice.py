"""Which portal a button is about, where it is not the mapping sheet alone that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.sheets.open_mapping import target

if TYPE_CHECKING:
    from sodasheet.excel.press import Press


def offered_portal(press: Press) -> str:
    """The portal of the mapping sheet, else the one signed in to last; empty where neither is."""
    from sodasheet.credentials.accounts import latest_portal

    try:
        return target(press).portal
    except SodaSheetError:
        pass
    try:
        return latest_portal()
    except SodaSheetError:
        return ""


def asked_portal(press: Press, question: str) -> str | None:
    """The portal that the user names, None where they changed their mind. Raises UsageProblem."""
    from sodasheet.portal.address import parse_portal

    text = press.dialogs.ask_text(question, offered_portal(press))
    return parse_portal(text) if text and text.strip() else None
