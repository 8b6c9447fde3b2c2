"""What the window Sign in decides and says."""

from __future__ import annotations

from dataclasses import dataclass, field

from sodasheet.credentials.entry import require_storable
from sodasheet.credentials.keychain import (
    ATTENDED,
    Account,
    from_environment,
    register_secret,
    save,
    store_in_use,
)
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials

ADVICE = (
    "Use an API key: it survives a change of password and can be taken back by itself. You make one"
    " here:"
)
RATHER_A_KEY = (
    "This looks like a user name. A password works too, but an API key is safer, and where your"
    " portal has single sign-on only a key works:"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields."""

    portal: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """A key that the portal accepts; `doubtful` says that it may be the wrong one."""

    typed: Typed
    portal: str
    credentials: Credentials
    notice: Notice
    doubtful: bool = False


def settings_page(portal: str) -> str:
    """Where API keys are made, as far as the portal has been typed; else empty."""
    from sodasheet.portal.address import parse_portal
    from sodasheet.portal.sign_in import developer_settings

    try:
        return developer_settings(parse_portal(portal))
    except SodaSheetError:
        return ""


def advice(key_id: str) -> str:
    """What kind of key to use."""
    return RATHER_A_KEY if "@" in key_id else ADVICE


def attempt(typed: Typed) -> Tried:
    """Try the key on its portal; slow. Raises SodaSheetError, which holds no secret."""
    from sodasheet.portal.address import parse_portal
    from sodasheet.portal.sign_in import identify, powers, reads_only

    if not typed.portal.strip():
        raise UsageProblem("No portal is named.", "Type its address, such as data.example.gov.")
    portal = parse_portal(typed.portal)
    credentials = Credentials(typed.key_id.strip(), typed.secret.strip())
    _require_whole(credentials)
    register_secret(credentials)
    user = identify(portal, credentials)
    role = f"role {user.role}" if user.role else "no role"
    told = f"The portal knows you as {user.name} ({role}). {powers(user)}"
    if reads_only(user):
        told += " Everything else you may only read: if you want to push, check that this is the"
        told += " right account, or press Save to keep it."
        return Tried(typed, portal, credentials, Notice(told, Tone.CARE), doubtful=True)
    return Tried(typed, portal, credentials, Notice(told, Tone.GOOD))


def keep(tried: Tried) -> Account:
    """Keep the key in this computer's store; slow. Raises CredentialError."""
    return save(tried.portal, tried.credentials, deadline=ATTENDED)


def where_kept() -> Notice:
    """Where the secret will be kept, or why it cannot be; may be slow."""
    try:
        store = store_in_use(ATTENDED)
        if from_environment() is not None:
            return Notice(
                f"The secret will be kept in {store.name}. But SODASHEET_KEY_ID is set, and that"
                " key is used before this one.",
                Tone.CARE,
            )
    except SodaSheetError as error:
        return Notice.of(error)
    chosen = f" (chosen by {store.chosen_by})" if store.chosen_by else ""
    return Notice(f"The secret will be kept in {store.name}{chosen}, and nowhere else.")


def known_key(portal: str) -> str:
    """The key id of the account in use on a portal, empty where there is none."""
    from sodasheet.credentials.accounts import listed
    from sodasheet.credentials.entry import Entry
    from sodasheet.portal.address import parse_portal

    try:
        known = listed(Entry.of(parse_portal(portal)))
    except SodaSheetError:
        return ""
    return known[0].key_id if known else ""


def _require_whole(credentials: Credentials) -> None:
    if not credentials.key_id:
        raise UsageProblem("The key id is missing.", "Copy it from the portal's page for API keys.")
    if not credentials.secret:
        raise UsageProblem(
            "The secret is missing.",
            "The portal shows it only once, when the key is made: copy it then, or make a new key.",
        )
    require_storable(credentials)
