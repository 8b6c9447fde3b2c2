"""The portal of a button that does not depend on a mapping sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.excel.sheets.open_mapping import target

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press


def offered_portal(press: Press) -> str:
    """Return the portal of the mapping sheet, else the portal of the last sign-in; else empty."""
    from sodasheet.credentials.account_list import latest_portal

    try:
        return target(press).portal if press.open_book is not None else latest_portal()
    except SodaSheetError:
        pass
    try:
        return latest_portal()
    except SodaSheetError:
        return ""


def asked_portal(press: Press, question: str) -> str | None:
    """Return the portal that the user enters; None if canceled. Raises UsageProblem."""
    from sodasheet.portal.dataset_address import parse_portal

    text = press.dialogs.ask_text(question, offered_portal(press))
    return parse_portal(text) if text and text.strip() else None
