"""The list of accounts: a small file that holds no secret.

The stores of different systems cannot list what they hold, and asking one may make it ask the
user; so a portal that nobody ever signed in to is never looked up in a store at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

from sodasheet.credentials.entry import Entry, Kind
from sodasheet.errors import CredentialError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.paths import home, make_private, write_whole

NAME = "accounts.json"

#: Seconds to wait for another process that is changing the list.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Account:
    """One account whose secret is kept: `store` names the store, `default` the one used unless
    another is named."""

    host: str
    key_id: str
    store: str
    kind: Kind = "portal"
    default: bool = False

    @property
    def entry(self) -> Entry:
        """Under which name its secret is kept."""
        return Entry(self.host, self.kind)

    @property
    def identity(self) -> tuple[Entry, str]:
        """The key of the account, different from that of every other account."""
        return self.entry, self.key_id


def list_accounts() -> tuple[Account, ...]:
    """Every account, by host. Raises CredentialError where the list cannot be read."""
    return tuple(sorted(_entered(), key=lambda one: (one.kind != "portal", one.kind, one.host)))


def latest_portal() -> str:
    """The host that was signed in to last, empty where there is none; raises as `accounts` does."""
    return next((one.host for one in reversed(_entered()) if one.kind == "portal"), "")


def _entered() -> list[Account]:
    """Every account, the one that was entered last at the end."""
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


def listed(entry: Entry) -> tuple[Account, ...]:
    """The accounts of one host, the one used unless another is named first."""
    found = [account for account in list_accounts() if account.entry == entry]
    return tuple(sorted(found, key=lambda account: not account.default))


def enter(account: Account) -> Account:
    """List an account, or list it anew; it becomes the one that is used."""
    chosen = replace(account, default=True)
    with _alone():
        others = (one for one in _entered() if one.identity != chosen.identity)
        demoted = (
            replace(one, default=one.default and one.entry != chosen.entry) for one in others
        )
        _write([*demoted, chosen])
    return chosen


def strike(entry: Entry, key_ids: Iterable[str]) -> None:
    """Take accounts off the list; the last one entered of those that stay is then used."""
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
    """One item of the file; raises ValueError, TypeError or KeyError for anything else."""
    names = ("host", "key_id", "store", "kind")
    host, key_id, store, kind = (item[name] for name in names)
    if not all(isinstance(value, str) for value in (host, key_id, store)):
        raise TypeError("not an account")
    if kind not in get_args(Kind):
        raise ValueError("not a kind of account")
    return Account(host, key_id, store, kind, item.get("default") is True)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from changing the list between our reading and our writing it."""
    from filelock import FileLock, Timeout

    path = home() / NAME
    try:
        make_private(path.parent)
        lock = FileLock(path.with_suffix(".lock"), timeout=_PATIENCE).acquire()
    except Timeout as error:
        raise CredentialError(
            f"Another program has been changing the list of accounts {path} for too long.",
            "Wait until no other SodaSheet is signing in or out, and try again.",
            "list",
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    with lock:
        yield


def _write(listed: list[Account]) -> None:
    """Replace the file as a whole, readable by its owner alone."""
    path = home() / NAME
    body = {"sodasheet": 1, "accounts": [asdict(account) for account in listed]}
    try:
        write_whole(path, json.dumps(body, ensure_ascii=False, indent=1))
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> CredentialError:
    return CredentialError(
        f"The list of accounts {path} cannot be written: {error.strerror or error}.",
        "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
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
