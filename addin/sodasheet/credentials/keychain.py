"""The secret of a portal: from environment variables, else from the operating system's store.

This is the one place that knows of either. Everything here raises CredentialError where the
store fails, UsageProblem for a name or a secret that cannot be right; neither holds a secret.
`kind` is "portal", or "mail" and "proxy" for the passwords of those servers. `deadline` is in
seconds, ATTENDED where somebody is there to answer what the store may ask.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from sodasheet.credentials import accounts
from sodasheet.credentials.accounts import Account
from sodasheet.credentials.entry import Entry, Kind, require_storable
from sodasheet.credentials.environment import app_token, from_environment
from sodasheet.credentials.redaction import register_secret
from sodasheet.credentials.store import Store, select
from sodasheet.credentials.timeout import ATTENDED, UNATTENDED, ask
from sodasheet.errors import CredentialError, SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action, NextStep

__all__ = [
    "ATTENDED", "UNATTENDED", "Account", "CredentialError", "Kind", "choose", "find",
    "forget", "from_environment", "hold_for_proxy", "load", "proxy_sign_in", "register_secret",
    "save",
    "store_in_use",
]  # fmt: skip

_log = logging.getLogger("sodasheet.credentials")

#: What proxies are told by this process alone, by host and port.
_held_for_proxies: dict[str, Credentials] = {}


def find(place: str, deadline: float = UNATTENDED) -> Credentials | None:
    """The credentials for a portal: the environment's, else those of the account in use there.

    None where there are neither.
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
    """Keep the secret, and use this account from now on; an app token is not kept.

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
        return accounts.enter(Account(entry.host, credentials.key_id, name, kind))
    except SodaSheetError:
        # A secret that is on no list would never be found again, nor deleted.
        with suppress(CredentialError):
            ask(deadline, lambda: select().remove(entry.service, credentials.key_id))
        raise


def load(
    place: str,
    key_id: str | None = None,
    kind: Kind = "portal",
    deadline: float = UNATTENDED,
) -> Credentials | None:
    """The credentials of an account, of the one in use where `key_id` is not given.

    None where there is no such account; the store is then not asked unless a key id is given.
    """
    entry = Entry.of(place, kind)
    known = accounts.listed(entry)
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


def hold_for_proxy(place: str, credentials: Credentials) -> None:
    """Sign in to the proxy at `place` (`host`, `host:port`) with these while this process lives.

    They stay in memory: a variable of the environment would be handed on to every other program.
    """
    register_secret(credentials)
    _held_for_proxies[place.lower()] = credentials


def proxy_sign_in(proxy: str, deadline: float = UNATTENDED) -> Credentials | None:
    """The user and password for a proxy, given by its address; None where none are kept.

    What this process holds for it comes first, then what was kept for its host and port, then what
    was kept for the host alone.
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
    """Drop an account, or all of the host's where `key_id` is not given; says which were listed.

    What is not there is as good as dropped.
    """
    entry = Entry.of(place, kind)
    known = [one.key_id for one in accounts.listed(entry) if key_id in (None, one.key_id)]

    def drop() -> None:
        chosen = select()
        for gone in known or [key_id or ""]:
            chosen.remove(entry.service, gone)

    if known or key_id:
        ask(deadline, drop)
        accounts.strike(entry, known)
    return tuple(known)


def choose(place: str, key_id: str, kind: Kind = "portal") -> Account:
    """Use this account of a host from now on; its secret must have been kept before."""
    entry = Entry.of(place, kind)
    known = accounts.listed(entry)
    for account in known:
        if account.key_id == key_id:
            return accounts.enter(account)
    there = ", ".join(one.key_id for one in known) or "none"
    raise UsageProblem(
        f"Nobody has signed in to {entry.host} as {key_id}; accounts there: {there}.",
        "Sign in first.",
        (_sign_in(entry, key_id),),
    )


def store_in_use(deadline: float = UNATTENDED) -> Store:
    """The store in use; its name and who chose it. Raises CredentialError where there is none."""
    return ask(deadline, select)


def _sign_in(entry: Entry, key_id: str) -> NextStep:
    """Return the step of signing in to the place of an entry."""
    if entry.kind == "portal":
        return NextStep(Action.SIGN_IN, portal=entry.host, user=key_id)
    kinds = {"mail": Action.SIGN_IN_MAIL, "proxy": Action.SIGN_IN_PROXY}
    return NextStep(kinds[entry.kind], host=entry.host, user=key_id)


def _missing(account: Account, name: str) -> CredentialError:
    """For an account that is listed but whose secret is not where it was put."""
    told = (
        "no longer holds"
        if name == account.store
        else f"was put in charge after {account.store} and does not hold"
    )
    return CredentialError(
        f"{name} {told} the secret of {account.key_id} for {account.host}.",
        "Sign in again.",
        "missing",
        (_sign_in(account.entry, account.key_id),),
    )
