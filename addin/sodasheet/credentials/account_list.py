"""List of accounts: a small file without secrets.

Not every store can list its entries, and a store may ask the user when it is read; so the secret of
a portal without an account is never looked up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

from sodasheet.credentials.store_entry import Entry, Kind
from sodasheet.errors import CredentialError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.folders import home, make_private, write_whole

NAME = "accounts.json"

#: Seconds to wait for another process that is changing the list.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Account:
    """Account with a saved secret; `store` names its store.

    `default` is True for the account that is used unless another account is specified.
    """

    host: str
    key_id: str
    store: str
    kind: Kind = "portal"
    default: bool = False

    @property
    def entry(self) -> Entry:
        """Entry under which the secret is saved."""
        return Entry(self.host, self.kind)

    @property
    def identity(self) -> tuple[Entry, str]:
        """Unique key of the account."""
        return self.entry, self.key_id


def list_accounts() -> tuple[Account, ...]:
    """Return every account, by host. Raises CredentialError if the list cannot be read."""
    return tuple(sorted(_entered(), key=lambda one: (one.kind != "portal", one.kind, one.host)))


def latest_portal() -> str:
    """Return the host of the latest sign-in, empty if there is none. Raises CredentialError."""
    return next((one.host for one in reversed(_entered()) if one.kind == "portal"), "")


def _entered() -> list[Account]:
    """Return every account, the latest at the end."""
    path = home() / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    try:
        return [_account(item) for item in json.loads(text)["accounts"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unreadable(path, error) from error


def accounts_of(entry: Entry) -> tuple[Account, ...]:
    """Return the accounts of one host, the default account first."""
    found = [account for account in list_accounts() if account.entry == entry]
    return tuple(sorted(found, key=lambda account: not account.default))


def add_account(account: Account) -> Account:
    """Add or replace an account, which becomes the default of its host."""
    chosen = replace(account, default=True)
    with _alone():
        others = (one for one in _entered() if one.identity != chosen.identity)
        demoted = (
            replace(one, default=one.default and one.entry != chosen.entry) for one in others
        )
        _write([*demoted, chosen])
    return chosen


def remove_accounts(entry: Entry, key_ids: Iterable[str]) -> None:
    """Remove accounts from the list; the latest remaining account becomes the default."""
    gone = {(entry, key_id) for key_id in key_ids}
    if not gone:
        return
    with _alone():
        stay = [one for one in _entered() if one.identity not in gone]
        mine = [place for place, one in enumerate(stay) if one.entry == entry]
        if mine and not any(stay[place].default for place in mine):
            stay[mine[-1]] = replace(stay[mine[-1]], default=True)
        _write(stay)


def _account(item: dict[str, Any]) -> Account:
    """Read one item of the file; raises ValueError, TypeError or KeyError if invalid."""
    names = ("host", "key_id", "store", "kind")
    host, key_id, store, kind = (item[name] for name in names)
    if not all(isinstance(value, str) for value in (host, key_id, store)):
        raise TypeError("not an account")
    if kind not in get_args(Kind):
        raise ValueError("not a kind of account")
    return Account(host, key_id, store, kind, item.get("default") is True)


@contextmanager
def _alone() -> Iterator[None]:
    """Lock the list against other processes between reading and writing."""
    from filelock import FileLock, Timeout

    path = home() / NAME
    try:
        make_private(path.parent)
        lock = FileLock(path.with_suffix(".lock"), timeout=_PATIENCE).acquire()
    except Timeout as error:
        raise CredentialError(
            f"The list of accounts {path} is locked by another program.",
            "Wait until no other SodaSheet is signing in or out, and try again.",
            "list",
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    with lock:
        yield


def _write(listed: list[Account]) -> None:
    """Replace the whole file, readable by its owner only."""
    path = home() / NAME
    body = {"sodasheet": 1, "accounts": [asdict(account) for account in listed]}
    try:
        write_whole(path, json.dumps(body, ensure_ascii=False, indent=1))
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> CredentialError:
    return CredentialError(
        f"The list of accounts {path} cannot be written: {error.strerror or error}.",
        "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        "list",
    )


def _unreadable(path: Path, error: Exception) -> CredentialError:
    said = (error.strerror or "") if isinstance(error, OSError) else "it is damaged"
    return CredentialError(
        f"The list of accounts {path} cannot be read: {said or type(error).__name__}.",
        "Delete it and sign in again; it contains no secrets.",
        "list",
        (NextStep(Action.SIGN_IN),),
    )
