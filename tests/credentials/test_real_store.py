"""Keys in a real gnome-keyring, also if the keyring is locked, halted or killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from keyring.testing.backend import BackendBasicTests

from socrata_practice import PracticePortal
from sodasheet.credentials import account_list, keychain
from sodasheet.credentials.store import select
from sodasheet.errors import CredentialError
from sodasheet.model.credentials import Credentials

from .conftest import Desktop

HOST = "data.example.gov"
SECRET = "swordfish-9c41-äß-鍵"

SAVE = f"""
from sodasheet.credentials import keychain
from sodasheet.model.credentials import Credentials
print(keychain.save({HOST!r}, Credentials("id-1", {SECRET!r})).store)
"""
LOAD = f"""
from sodasheet.credentials import keychain
try:
    found = keychain.load({HOST!r}, deadline=1.5)
    print(found.secret == {SECRET!r}, found.origin)
except keychain.CredentialError as error:
    print(error.reason, error, sep=": ")
"""


class TestTheStoreWeAccept(BackendBasicTests):
    """The keyring package's requirements for every store, tested with the store in use."""

    @pytest.fixture(autouse=True)
    def _init_properties(self, real: Desktop) -> Iterator[None]:
        self.keyring: Any = select().backend
        self.credentials_created: set[tuple[str, str]] = set()
        yield
        self.cleanup()


@pytest.fixture
def portal() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.mark.parametrize(
    "secret", ["hunter2", SECRET, " inner  blanks ", "\U0001f511" * 640, "'\"\\:@#;" * 20]
)
def test_a_secret_comes_back_as_it_was(real: Desktop, secret: str) -> None:
    account = keychain.save("https://Data.Example.GOV", Credentials("Id 1", secret))

    assert (account.host, account.key_id, account.store) == (HOST, "Id 1", "Secret Service")
    found = keychain.load(HOST)
    assert found == Credentials("Id 1", secret)
    assert found.origin == "Secret Service"
    assert keychain.forget(HOST) == ("Id 1",)
    assert keychain.load(HOST, "Id 1") is None


def test_accounts_hosts_and_purposes_are_kept_apart(real: Desktop) -> None:
    for host, kind, secret in [
        (HOST, "portal", "one"),
        (HOST, "mail", "two"),
        (HOST, "proxy", "three"),
        ("other.example.gov", "portal", "four"),
    ]:
        keychain.save(host, Credentials("ana", secret), kind)  # type: ignore[arg-type]

    assert keychain.load(HOST, "ana", "mail") == Credentials("ana", "two")
    keychain.forget(HOST, "ana", "proxy")
    kept = [(one.host, one.kind) for one in account_list.list_accounts()]
    assert kept == [(HOST, "portal"), ("other.example.gov", "portal"), (HOST, "mail")]
    assert keychain.load(HOST) == Credentials("ana", "one")
    for account in account_list.list_accounts():
        keychain.forget(account.host, kind=account.kind)


def test_the_store_is_found_by_itself_and_outlives_the_session(desktop: Desktop) -> None:
    desktop.start()

    saved = desktop.python(SAVE)

    assert saved.stdout == "Secret Service\n", saved.stderr
    assert not _holding(desktop.home, SECRET)
    desktop.kill()
    desktop.start()
    assert desktop.python(LOAD).stdout == "True Secret Service\n"


@pytest.mark.parametrize("password", [None, "the password of the desktop\n", "wrong"])
def test_a_store_that_is_locked_says_how_to_unlock_it(
    desktop: Desktop, password: str | None
) -> None:
    desktop.start()
    desktop.python(SAVE)
    desktop.kill()
    desktop.start(password)

    said = desktop.python(LOAD).stdout

    assert said.startswith("locked: The credential store is locked, and was not unlocked. Unlock")
    assert "set SODASHEET_KEY_ID and SODASHEET_KEY_SECRET instead, and" in said


def test_a_store_that_was_never_set_up_says_so(desktop: Desktop) -> None:
    desktop.start(None)

    done = desktop.sodasheet("sign-in", HOST, "--key-id=a", "--stdin", "--no-check", stdin=SECRET)

    assert done.returncode == 1
    assert done.stderr.startswith(
        "sodasheet: The credential store has not been set up, or its prompt was dismissed.\n"
        "Sign in to the desktop once"
    )
    assert SECRET not in done.stdout + done.stderr


def test_a_store_that_dies_between_two_uses_is_told(real: Desktop, desktop: Desktop) -> None:
    desktop.start()
    desktop.python(SAVE)
    desktop.kill()

    found_by_itself = desktop.python(LOAD).stdout
    chosen = desktop.python(LOAD, PYTHON_KEYRING_BACKEND="keyring.backends.SecretService.Keyring")

    assert found_by_itself.startswith("no-store: There is no credential store on this computer")
    assert chosen.stdout.startswith("bad-choice: PYTHON_KEYRING_BACKEND selects the credential")


def test_a_store_that_dies_in_the_middle_of_its_use_is_told(
    desktop: Desktop, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    name = "DBUS_SESSION_BUS_ADDRESS"
    monkeypatch.setenv(name, desktop.environment[name])
    desktop.start()
    store = select()
    store.write("sodasheet:x", "id", SECRET)
    desktop.kill()

    with pytest.raises(CredentialError) as caught:
        keychain.ask(5, lambda: store.read("sodasheet:x", "id"))

    assert caught.value.reason == "gone"
    assert caught.value.what == "The credential store stopped answering."


def test_a_store_that_hangs_holds_up_neither_the_answer_nor_the_end(desktop: Desktop) -> None:
    desktop.start()
    desktop.python(SAVE)
    desktop.halt()
    began = time.monotonic()

    said = desktop.python(LOAD).stdout

    assert time.monotonic() - began < 40
    assert said.startswith("no-answer: The credential store has not answered for 1.5 seconds;")


def test_the_commands_use_the_store_from_end_to_end(
    shared_desktop: Desktop, portal: PracticePortal
) -> None:
    account, host = portal.account("publisher"), portal.url.removeprefix("http://")
    signed = shared_desktop.sodasheet(
        "sign-in", portal.url, "--key-id", account.key_id, "--stdin", stdin=account.key_secret
    )
    listed = shared_desktop.sodasheet("accounts")
    gone = shared_desktop.sodasheet("sign-out", portal.url)

    assert signed.stdout == (
        f"You are signed in to {host} as Practice Publisher (role publisher). You may change"
        " every dataset there. The secret is in this computer's credential store"
        " (Secret Service).\n"
    )
    assert host in listed.stdout
    assert "Credential store: Secret Service." in listed.stdout
    assert gone.stdout == f"You are signed out of {host} ({account.key_id}).\n"


def _holding(folder: Path, secret: str) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if secret.encode() in path.read_bytes()]
