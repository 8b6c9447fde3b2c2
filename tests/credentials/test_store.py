"""Stores that are used, and stores that are refused because they do not protect secrets."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from keyring.util.platform_ import config_root

from sodasheet.credentials import account_list, keychain
from sodasheet.errors import CredentialError
from sodasheet.model.credentials import Credentials

HOST = "data.example.gov"
SECRET = "swordfish-51d2"
HEADLESS = (
    "Without a desktop, set SODASHEET_KEY_ID and SODASHEET_KEY_SECRET instead, and"
    " SODASHEET_PORTAL to the portal that they are for."
)

Use = Callable[[str], Any]
LINUX = pytest.mark.not_on_windows("a computer without a credential store")


def refused(home: Path) -> CredentialError:
    """Return the error of a refused save; no secret and no account is then stored anywhere."""
    with pytest.raises(CredentialError) as caught:
        keychain.save(HOST, Credentials("id", SECRET))
    assert SECRET not in str(caught.value)
    for path in home.rglob("*"):
        assert path.is_dir() or SECRET not in path.read_text(errors="replace")
    assert account_list.list_accounts() == ()
    return caught.value


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ("keyring.backends.null.Keyring", "unprotected"),
        ("keyring.backends.fail.Keyring", "unprotected"),
        pytest.param("keyrings.alt.file.PlaintextKeyring", "unprotected", marks=LINUX),
        pytest.param("keyring.backends.chainer.ChainerBackend", "unprotected", marks=LINUX),
        ("odd_stores.Plain", "unprotected"),
        ("odd_stores.Impossible", "bad-choice"),
        ("odd_stores.NOT_A_STORE", "bad-choice"),
        ("odd_stores.Nothing", "bad-choice"),
        pytest.param("keyring.backends.Windows.WinVaultKeyring", "bad-choice", marks=LINUX),
        ("no_such_package.Keyring", "bad-choice"),
        ("Keyring", "bad-choice"),
        ("", "bad-choice"),
    ],
)
def test_a_chosen_store_that_does_not_protect_is_refused(
    use: Use, home: Path, monkeypatch: pytest.MonkeyPatch, choice: str, reason: str
) -> None:
    use("Memory")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", choice)

    error = refused(home)

    assert error.reason == reason
    wrong = {"unprotected": "does not protect secrets", "bad-choice": "cannot be used here"}
    assert error.what == (
        f"PYTHON_KEYRING_BACKEND selects the credential store {choice or '(nothing)'}, which"
        f" {wrong[reason]}."
    )
    assert "that setting" in error.remedy
    assert error.remedy.endswith(HEADLESS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n",
            "keyringrc.cfg selects the credential store keyring.backends.null.Keyring, which does"
            " not protect secrets.",
        ),
        (
            "[backend]\ndefault-keyring = odd.Store\n",
            "keyringrc.cfg selects the credential store odd.Store, which cannot be used here.",
        ),
        (
            "no section\n",
            "keyringrc.cfg selects the credential store (unreadable), which cannot be used here.",
        ),
    ],
)
def test_the_choice_in_the_settings_file_is_held_to_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, settings: str, said: str
) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    folder = Path(config_root())
    assert folder.is_relative_to(home)
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(settings)

    assert refused(home).what == said


def test_a_choice_that_protects_is_honoured_and_named(
    use: Use, caplog: pytest.LogCaptureFixture
) -> None:
    use("Memory")

    with caplog.at_level(logging.INFO, "sodasheet.credentials"):
        store = keychain.store_in_use()

    assert (store.name, store.chosen_by) == ("odd stores Memory", "PYTHON_KEYRING_BACKEND")
    assert "credential store: odd stores Memory, chosen by PYTHON_KEYRING_BACKEND" in caplog.text


@LINUX
@pytest.mark.parametrize("plain", ["0", "1"], ids=["nothing", "a store of clear text"])
def test_without_a_store_that_protects_none_is_used(home: Path, plain: str) -> None:
    # In a separate process: what can be found is looked up once in a process.
    code = f"""
import sys
if {plain} == 0:
    sys.modules["keyrings.alt.file"] = None
from sodasheet.credentials import keychain
from sodasheet.model.credentials import Credentials
try:
    keychain.save({HOST!r}, Credentials("id", {SECRET!r}))
except keychain.CredentialError as error:
    print(error.reason, error)
"""
    environment = {"HOME": str(home), "SODASHEET_HOME": str(home / "s"), "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout.startswith(
        "no-store There is no credential store on this computer that protects secrets. On Linux,"
    )
    assert done.stderr == ""
    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["Forgetful", "Cutting"])
def test_a_store_that_does_not_give_back_what_it_took_is_refused(
    use: Use, home: Path, name: str
) -> None:
    store = use(name)

    error = refused(home)

    assert error.what == (f"odd stores {name} accepted the secret but did not return it unchanged.")
    assert store.kept == {}


def test_a_store_that_complains_is_not_quoted(use: Use, home: Path) -> None:
    use("Full")

    assert refused(home).what == "The credential store did not accept the secret."


def test_a_secret_stays_on_this_computer_where_the_store_can_tell(
    use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = use("Roaming")

    keychain.save(HOST, Credentials("id", SECRET))
    assert store.last == "local machine"

    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "session")
    keychain.save(HOST, Credentials("id", SECRET))
    assert store.last == "session"


def test_the_keyring_library_is_only_loaded_where_it_is_used() -> None:
    heavy = "{'keyring', 'filelock'}"
    code = f"import sys, sodasheet.credentials.keychain; print(sorted({heavy} & {{*sys.modules}}))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
