"""Model of the Sign in page."""

from __future__ import annotations

from dataclasses import dataclass, field

from sodasheet.credentials.keychain import (
    ATTENDED,
    Account,
    from_environment,
    register_secret,
    save,
    store_in_use,
)
from sodasheet.credentials.store_entry import require_storable
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials


@dataclass(frozen=True, slots=True)
class TypedKey:
    """Values of the fields."""

    portal: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """A key that the portal accepts; `doubtful` says that the user may have meant another key."""

    portal: str
    host: str
    credentials: Credentials
    name: str
    role: str
    powers: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Sentence about where the secret will be stored; `problem` is true if not possible."""

    text: str
    problem: bool = False


def settings_page(portal: str) -> str:
    """Return the address where API keys are created; empty if the portal isn't known yet."""
    from sodasheet.portal.dataset_address import parse_portal
    from sodasheet.portal.sign_in import developer_settings

    try:
        return developer_settings(parse_portal(portal)) if portal.strip() else ""
    except SodaSheetError:
        return ""


def attempt(typed: TypedKey) -> Tried:
    """Test the key on its portal; slow. Raises SodaSheetError, which contains no secret."""
    from sodasheet.portal.dataset_address import host_of, parse_portal
    from sodasheet.portal.sign_in import identify, powers, reads_only

    if not typed.portal.strip():
        raise UsageProblem("The portal is missing.", "Type its address, such as data.example.gov.")
    portal = parse_portal(typed.portal)
    credentials = Credentials(typed.key_id.strip(), typed.secret.strip())
    _require_whole(credentials)
    register_secret(credentials)
    user = identify(portal, credentials)
    return Tried(
        portal,
        host_of(portal),
        credentials,
        user.name,
        user.role or "",
        powers(user),
        doubtful=reads_only(user),
    )


def keep(tried: Tried) -> Account:
    """Store the key on this computer; slow. Raises CredentialError."""
    return save(tried.portal, tried.credentials, deadline=ATTENDED)


def where_kept() -> SecretPlace:
    """Return where the secret will be stored, or the obstacle; may be slow."""
    try:
        store = store_in_use(ATTENDED)
    except SodaSheetError as error:
        return SecretPlace(str(error), problem=True)
    if from_environment() is not None:
        return SecretPlace(
            f"Saved in {store.name}. But SODASHEET_KEY_ID is set, and that key is used before this"
            " one.",
            problem=True,
        )
    return SecretPlace(f"Saved only in {store.name}.")


def known_key(portal: str) -> str:
    """Return the key ID of the account in use on a portal; empty if there is none."""
    from sodasheet.credentials.account_list import accounts_of
    from sodasheet.credentials.store_entry import Entry
    from sodasheet.portal.dataset_address import parse_portal

    try:
        known = accounts_of(Entry.of(parse_portal(portal))) if portal.strip() else ()
    except SodaSheetError:
        return ""
    return known[0].key_id if known else ""


def _require_whole(credentials: Credentials) -> None:
    if not credentials.key_id:
        raise UsageProblem("The key ID is missing.", "Copy it from the portal’s page for API keys.")
    if not credentials.secret:
        raise UsageProblem(
            "The secret is missing.",
            "The portal shows it only once, when the key is made. Copy it then, or make a new key.",
        )
    require_storable(credentials)
