"""The accounts of this computer, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.credentials.account_list import latest_portal, list_accounts
from sodasheet.errors import SodaSheetError


@dataclass(frozen=True, slots=True)
class Who:
    """The account in use: the portal's host and the ID of the key."""

    name: str
    portal: str


def latest_portal_or_empty() -> str:
    """Return the portal of the user's last sign-in; empty if there is none."""
    try:
        return latest_portal() or ""
    except SodaSheetError:
        return ""


def portals() -> tuple[str, ...]:
    """Return the hosts of the portals with an account on this computer, the latest first."""
    try:
        known = [one.host for one in list_accounts() if one.kind == "portal"]
    except SodaSheetError:
        return ()
    return tuple(dict.fromkeys([latest_portal_or_empty(), *known])) if known else ()


def who() -> Who | None:
    """Return the account in use, or None."""
    try:
        known = [one for one in list_accounts() if one.kind == "portal"]
    except SodaSheetError:
        return None
    host = latest_portal_or_empty()
    account = next((one for one in known if one.host == host), known[0] if known else None)
    if account is None:
        return None
    name = account.key_id
    return Who(name if len(name) <= 20 else f"Key {name[:8]}…", account.host)
