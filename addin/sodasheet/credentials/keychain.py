"""Secrets from environment variables or the operating system's credential store.

This is the only module that uses either. Every function raises CredentialError if the store fails
and UsageProblem for an invalid name or secret; the errors contain no secret. `kind` is "portal", or
"mail" and "proxy" for the passwords of those servers. `deadline` is in seconds, ATTENDED if a user
can answer the store's questions.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from sodasheet.credentials import account_list
from sodasheet.credentials.account_list import Account
from sodasheet.credentials.environment import app_token, from_environment
from sodasheet.credentials.redaction import register_secret
from sodasheet.credentials.store import Store, select
from sodasheet.credentials.store_entry import Entry, Kind, require_storable
from sodasheet.credentials.store_timeout import ATTENDED, UNATTENDED, ask
from sodasheet.errors import CredentialError, SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action, NextStep

__all__ = [
    "ATTENDED",
    "UNATTENDED",
    "Account",
    "CredentialError",
    "Kind",
    "choose",
    "find",
    "forget",
    "from_environment",
    "load",
    "proxy_sign_in",
    "register_secret",
    "save",
    "store_in_use",
    "use_proxy_sign_in",
]  # fmt: skip

_log = logging.getLogger("sodasheet.credentials")

#: Proxy credentials of this process only, by host and port.
_held_for_proxies: dict[str, Credentials] = {}


def find(place: str, deadline: float = UNATTENDED) -> Credentials | None:
    """Return the credentials for a portal: from the environment, else of the default account.

    None if there are neither.
    """
    found = from_environment()
    if found is None:
        kept = load(place, deadline=deadline)
        found = None if kept is None else replace(kept, app_token=app_token())
    if found is None:
        return None
    register_secret(found)
    _log.info("credentials from %s", found.origin)
    return found


def save(
    place: str, credentials: Credentials, kind: Kind = "portal", deadline: float = UNATTENDED
) -> Account:
    """Save the secret and make this account the default; an app token is not saved.

    `place` is a host or the base address of a portal.
    """
    entry = Entry.of(place, kind)
    register_secret(credentials)
    require_storable(credentials, kind)

    def keep() -> str:
        chosen = select()
        chosen.write(entry.service, credentials.key_id, credentials.secret)
        return chosen.name

    name = ask(deadline, keep)
    try:
        return account_list.add_account(Account(entry.host, credentials.key_id, name, kind))
    except SodaSheetError:
        # A secret that is not listed could never be found or deleted again.
        with suppress(CredentialError):
            ask(deadline, lambda: select().remove(entry.service, credentials.key_id))
        raise


def load(
    place: str,
    key_id: str | None = None,
    kind: Kind = "portal",
    deadline: float = UNATTENDED,
) -> Credentials | None:
    """Return the credentials of an account, by default of the account in use.

    None if there is no such account; the store is then read only if `key_id` is given.
    """
    entry = Entry.of(place, kind)
    known = account_list.accounts_of(entry)
    account = next((one for one in known if key_id in (None, one.key_id)), None)
    wanted = key_id or (account.key_id if account else None)
    if wanted is None:
        return None

    def read() -> tuple[str | None, str]:
        chosen = select()
        return chosen.read(entry.service, wanted), chosen.name

    secret, name = ask(deadline, read)
    if secret is None:
        if account is None:
            return None
        raise _missing(account, name)
    found = Credentials(wanted, secret, origin=name)
    register_secret(found)
    return found


def use_proxy_sign_in(place: str, credentials: Credentials) -> None:
    """Use these credentials for the proxy at `place` (`host`, `host:port`) in this process.

    They stay in memory: an environment variable would be passed on to every child process.
    """
    register_secret(credentials)
    _held_for_proxies[place.lower()] = credentials


def proxy_sign_in(proxy: str, deadline: float = UNATTENDED) -> Credentials | None:
    """Return the user and password for the proxy at this address; None if none are saved.

    Credentials of this process come first, then those saved for the host and port, then those
    saved for the host alone.
    """
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    host = parts.hostname or ""
    if parts.netloc.lower() in _held_for_proxies:
        return _held_for_proxies[parts.netloc.lower()]
    for place in (f"{host}:{parts.port}", host) if parts.port else (host,):
        found = load(place, kind="proxy", deadline=deadline) if host else None
        if found is not None:
            return found
    return None


def forget(
    place: str,
    key_id: str | None = None,
    kind: Kind = "portal",
    deadline: float = UNATTENDED,
) -> tuple[str, ...]:
    """Remove an account, by default all accounts of the host; return the listed key ids.

    A missing account is not an error.
    """
    entry = Entry.of(place, kind)
    known = [one.key_id for one in account_list.accounts_of(entry) if key_id in (None, one.key_id)]

    def drop() -> None:
        chosen = select()
        for gone in known or [key_id or ""]:
            chosen.remove(entry.service, gone)

    if known or key_id:
        ask(deadline, drop)
        account_list.remove_accounts(entry, known)
    return tuple(known)


def choose(place: str, key_id: str, kind: Kind = "portal") -> Account:
    """Make this account the default of its host; its secret must be saved already."""
    entry = Entry.of(place, kind)
    known = account_list.accounts_of(entry)
    for account in known:
        if account.key_id == key_id:
            return account_list.add_account(account)
    there = ", ".join(one.key_id for one in known) or "none"
    raise UsageProblem(
        f"There is no account {key_id} for {entry.host}; accounts there: {there}.",
        "Sign in first.",
        (_sign_in(entry, key_id),),
    )


def store_in_use(deadline: float = UNATTENDED) -> Store:
    """Return the store in use. Raises CredentialError if there is none."""
    return ask(deadline, select)


def _sign_in(entry: Entry, key_id: str) -> NextStep:
    """Return the next step of signing in for an entry."""
    if entry.kind == "portal":
        return NextStep(Action.SIGN_IN, portal=entry.host, user=key_id)
    kinds = {
        "mail": Action.SIGN_IN_MAIL,
        "proxy": Action.SIGN_IN_PROXY,
        "webhook": Action.SIGN_IN_WEBHOOK,
    }
    return NextStep(kinds[entry.kind], host=entry.host, user=key_id)


def _missing(account: Account, name: str) -> CredentialError:
    """Return the error for a listed account whose secret is missing from the store."""
    told = (
        "no longer contains"
        if name == account.store
        else f"has replaced {account.store} and does not contain"
    )
    return CredentialError(
        f"{name} {told} the secret of {account.key_id} for {account.host}.",
        "Sign in again.",
        "missing",
        (_sign_in(account.entry, account.key_id),),
    )
