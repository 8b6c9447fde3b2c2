"""The list of accounts is never left half-written and contains no secrets."""

from __future__ import annotations

import json
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from sodasheet.credentials import account_list
from sodasheet.credentials.account_list import Account
from sodasheet.credentials.store_entry import Entry
from sodasheet.errors import CredentialError


@pytest.fixture
def path(home: Path) -> Path:
    return home / "sodasheet" / "accounts.json"


def account(number: int, host: str = "data.example.gov") -> Account:
    return Account(host, f"id-{number}", "Secret Service")


def test_the_list_is_readable_by_its_owner_alone_and_says_what_is_kept_where(path: Path) -> None:
    account_list.add_account(account(1))

    assert json.loads(path.read_text(encoding="utf-8")) == {
        "sodasheet": 1,
        "accounts": [
            {
                "host": "data.example.gov",
                "key_id": "id-1",
                "store": "Secret Service",
                "kind": "portal",
                "default": True,
            }
        ],
    }
    if sys.platform != "win32":  # there the user's folder determines the permissions
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    beside = {file.name for file in path.parent.iterdir()} - {"accounts.json"}
    assert beside <= {"accounts.lock"}  # removed on Windows when the last handle is closed


def test_signing_in_from_many_programs_at_once_loses_no_account(home: Path) -> None:
    threads = [
        threading.Thread(target=account_list.add_account, args=[account(n)]) for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {one.key_id for one in account_list.list_accounts()} == {f"id-{n}" for n in range(12)}
    assert sum(one.default for one in account_list.list_accounts()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"accounts": {}}x',
        '{"accounts": [1]}',
        '{"accounts": [{}]}',
        '{"accounts": [{"host": 1, "key_id": "a", "store": "s", "kind": "portal"}]}',
        '{"accounts": [{"host": "h", "key_id": "a", "store": "s", "kind": "toy"}]}',
        '{"accounts": [{"host": "h", "key_id": "a", "store": "s", "kind": []}]}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_list_is_told_and_kept(path: Path, text: Any) -> None:
    path.parent.mkdir()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    for attempt in (account_list.list_accounts, lambda: account_list.add_account(account(1))):
        with pytest.raises(CredentialError) as caught:
            attempt()
        assert caught.value.what == (f"The list of accounts {path} cannot be read: it is damaged.")
        assert caught.value.remedy == ("Delete it and sign in again; it contains no secrets.")
    assert path.read_bytes() == (text if isinstance(text, bytes) else text.encode())


def test_what_a_later_version_adds_is_no_damage(path: Path) -> None:
    path.parent.mkdir()
    item = {"host": "h", "key_id": "a", "store": "s", "kind": "portal", "color": "red"}
    path.write_text(json.dumps({"sodasheet": 2, "accounts": [item]}))

    assert account_list.list_accounts() == (Account("h", "a", "s"),)


def test_a_list_that_cannot_be_written_is_told(path: Path) -> None:
    path.mkdir(parents=True)

    told = r"cannot be read: (Is a directory|Permission denied)\. Delete it"
    with pytest.raises(CredentialError, match=told):
        account_list.add_account(account(1))


def test_a_home_that_is_no_folder_is_told(home: Path) -> None:
    (home / "sodasheet").write_text("")

    with pytest.raises(CredentialError, match=r"cannot be written: .*set SODASHEET_HOME to a"):
        account_list.add_account(account(1))


def test_a_list_that_another_program_holds_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    monkeypatch.setattr(account_list, "_PATIENCE", 0.1)
    path.parent.mkdir()
    with (
        FileLock(path.with_suffix(".lock")),
        pytest.raises(CredentialError, match=r"is locked by another program"),
    ):
        account_list.add_account(account(1))


def test_striking_nothing_writes_nothing(path: Path) -> None:
    account_list.remove_accounts(Entry("data.example.gov"), [])

    assert not path.parent.exists()
