"""The caller of a request, and the caller's rights on an asset."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace

from flask import current_app, g, request

from socrata_practice import refusals
from socrata_practice.accounts import EDITOR_RIGHTS, OWNER_RIGHTS, READ_ONLY, Account, sign_in
from socrata_practice.faults.active_faults import Faults
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.settings import Settings
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.database import Database


@dataclass(frozen=True)
class Site:
    """Resources of every endpoint: the file, the accounts, the Publishing API's context."""

    database: Database
    accounts: tuple[Account, ...]
    publishing: Context
    faults: Faults = field(default_factory=Faults)
    withdrawn: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Return the settings."""
        return self.publishing.settings

    def withdraw(self, role: str, to: str) -> None:
        """Grant the accounts of a role the rights of another, or none ("revoked")."""
        self.withdrawn[role] = to

    def restore_rights(self) -> None:
        """Restore all withdrawn rights."""
        self.withdrawn.clear()

    def account(self, user_id: str | None) -> Account | None:
        """Return the account with this user id."""
        return next((found for found in self.accounts if found.user_id == user_id), None)


def site() -> Site:
    """Return the site of this app."""
    found = current_app.extensions["practice"]
    assert isinstance(found, Site)  # noqa: S101
    return found


def connection() -> sqlite3.Connection:
    """Return the request's own connection, which serves another request after the reply."""
    if "connection" not in g:
        g.connection = site().database.connect()
    found = g.connection
    assert isinstance(found, sqlite3.Connection)  # noqa: S101
    return found


def keep_connection() -> sqlite3.Connection:
    """Return the request's connection for a streamed reply, which the caller closes."""
    found = connection()
    g.pop("connection")
    return found


def return_connection(failure: BaseException | None = None) -> None:
    """Keep the request's connection, if any, for another request, unless there was a failure."""
    if failure is not None:
        close_connection()
    elif (found := g.pop("connection", None)) is not None:
        site().database.keep(found)


def close_connection() -> None:
    """Close the request's connection, if any, on which a query may not have come to its end."""
    if (found := g.pop("connection", None)) is not None:
        found.close()


def user() -> Account | None:
    """Return the signed-in user, or None if anonymous; raises Refusal for bad credentials."""
    if "Authorization" not in request.headers:
        return None
    given = request.authorization
    if given is None or given.type != "basic":
        raise refusals.bad_credentials()
    found = sign_in(site().accounts, given.username or "", given.password or "")
    role = None if found is None else site().withdrawn.get(found.role, found.role)
    if found is None or role == "revoked":
        raise refusals.bad_credentials()
    return found if role == found.role else replace(found, role=str(role))


def signed_in() -> Account:
    """Return the signed-in user; raises Refusal for an anonymous request."""
    found = user()
    if found is None:
        raise refusals.credentials_needed()
    return found


def rights(account: Account | None, asset: Asset) -> tuple[str, ...]:
    """Return the caller's `rights[]` on the asset."""
    if account is not None:
        # A viewer owns nothing, even after having had more rights.
        is_owner = account.user_id == asset.owner_id and account.role != "viewer"
        if is_owner or "edit_others_datasets" in account.domain_rights:
            return OWNER_RIGHTS
        if account.role == "editor":
            return EDITOR_RIGHTS
        if asset.scope == "site" and asset.stage == "published":
            return READ_ONLY
    return READ_ONLY if asset.scope == "public" and asset.stage == "published" else ()


def is_classic(asset: Asset) -> bool:
    """Return True if the asset behaves like a dataset of the old back end."""
    return site().settings.dialect == "classic" or asset.details.get("newBackend") is False


def may_read(account: Account | None, asset: Asset) -> bool:
    """Return True if the caller may see the asset."""
    return "read" in rights(account, asset)


def demand(asset: Asset, *wanted: str, what: str) -> Account | None:
    """Return the caller; raises Refusal if any of the rights is missing."""
    account = user()
    missing = set(wanted) - set(rights(account, asset))
    if missing and account is None:
        raise refusals.sign_in_first() if "read" in wanted else refusals.credentials_needed()
    if missing:
        raise refusals.denied(what)
    return account


def viewed(name: str) -> Asset:
    """Return the asset under /api/views; raises Refusal if the caller may not see the asset."""
    asset = asset_store.find(connection(), name)
    if asset is None:
        raise refusals.view_missing(name)
    demand(asset, "read", what=f"view {name}")
    return asset


def owned(name: str, *wanted: str) -> tuple[Asset, Account]:
    """Return the asset under /api/views and the caller; raises Refusal if a right is missing."""
    account = signed_in()
    asset = asset_store.find(connection(), name)
    if asset is None:
        raise refusals.view_missing(name)
    demand(asset, *wanted, what=f"change view {name}")
    return asset, account
